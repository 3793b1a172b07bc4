#include "analysis/run/study_gains.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

#include "analysis/app/aligned_table.hpp"
#include "analysis/app/wrapped_text.hpp"
#include "analysis/runs/csv.hpp"
#include "sim/metrics/columns.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kMostGainLines = 60;
constexpr std::size_t kGainColumns = 100;

std::string sweep_position(const Point& point) {
  std::string text;
  for (const AxisValue& axis : point.axes) text += axis.path + '=' + axis.text + '\n';
  return text;
}

// The two intervals as if they knew nothing of each other.
Estimate log_ratio(const Estimate& own, const Estimate& baseline) {
  const Estimate above = log_of(own);
  const Estimate below = log_of(baseline);
  return {above.value - below.value, std::hypot(above.half_width, below.half_width)};
}

double gain_of(double own, double baseline) { return baseline > 0 ? 100 * (own / baseline - 1) : kNoValue; }

// The place of the baseline at each position of the sweep.
std::map<std::string, std::size_t> places_of_baseline(const Study& study, const PointList& places) {
  std::map<std::string, std::size_t> found;
  for (std::size_t place = 0; place < places.size(); ++place)
    if (const Point point = places[place]; point.curve == study.baseline) found.emplace(sweep_position(point), place);
  return found;
}

std::vector<Estimate> nominals(const StudyBands& bands, const std::string& quantity) {
  std::vector<Estimate> values(bands.places.size());
  for (const BandRow& row : bands.rows)
    if (row.quantity == quantity) values[row.place] = row.nominal;
  return values;
}

std::string gain_inside_text(const GainRow& row) {
  if (std::isnan(row.published_percent) || std::isnan(row.published_band.low)) return "";
  return row.published_band.holds(row.published_percent) ? "true" : "false";
}

std::string gain_percent_text(double value) {
  return std::isnan(value) ? "" : fmt::format("{:+.{}f}", value, std::abs(value) < 9.95 ? 1 : 0);
}

}  // namespace

StudyGains study_gains(const Study& study, const StudyBands& bands, const PlausibleValues& values) {
  const std::string quantity(name_of(Measure::kBandwidth));
  StudyGains gains{study.baseline, {}};
  const std::vector<Estimate> nominal = nominals(bands, quantity);
  const bool is_published = study.reference && study.reference->metric == quantity;
  const PointList places = places_of(study);
  const std::map<std::string, std::size_t> of_baseline = places_of_baseline(study, places);
  for (std::size_t place = 0; place < places.size(); ++place) {
    const Point point = places[place];
    const auto found = of_baseline.find(sweep_position(point));
    if (point.curve == study.baseline || found == of_baseline.end()) continue;
    const std::size_t partner = found->second;
    const Estimate nominal_ratio = log_ratio(nominal[place], nominal[partner]);
    const ShortRuns ratios = log_ratios_of(values.of(quantity, place), values.of(quantity, partner));
    GainRow row{.place = place,
                .nominal_percent = gain_of(nominal[place].value, nominal[partner].value),
                .plausible = plausible_difference(ratios, nominal_ratio, true)};
    if (is_published) row.published_percent = gain_of(published_at(study, point), published_of_baseline(study, point));
    if (!std::isnan(row.published_percent)) {
      if (study.posterior) row.discrepancy_percent = std::sqrt(2.0) * study.posterior->discrepancy_percent;
      row.published_band = in_percent(ratio_band(ratios, nominal_ratio, row.discrepancy_percent));
    }
    gains.rows.push_back(row);
  }
  return gains;
}

std::string gains_csv(const StudyGains& gains, const StudyBands& bands) {
  const std::vector<std::string> axes = axis_names(bands.places);
  std::vector<std::string> fields{kCurveColumn};
  fields.insert(fields.end(), axes.begin(), axes.end());
  fields.insert(fields.end(),
                {"baseline", "metric", "nominal_gain_percent", "machines", "machines_ahead", "machines_behind",
                 "gain_percent_p5", "gain_percent_p50", "gain_percent_p95", "resolution_percent",
                 "published_gain_percent", "discrepancy_percent", "published_p5", "published_p95", "inside"});
  std::string text = csv_line(fields);
  for (const GainRow& row : gains.rows) {
    const Place& place = bands.places[row.place];
    const PlausibleDifference& difference = row.plausible;
    const bool is_published = !std::isnan(row.published_percent);
    fields = {place.curve};
    for (std::string& value : axis_values(place, axes)) fields.push_back(std::move(value));
    fields.insert(
        fields.end(),
        {gains.baseline, std::string(name_of(Measure::kBandwidth)), csv_six_digits(row.nominal_percent),
         std::to_string(difference.machines), std::to_string(difference.ahead), std::to_string(difference.behind),
         csv_six_digits(difference.gain_percent.low), csv_six_digits(difference.gain_percent.middle),
         csv_six_digits(difference.gain_percent.high), csv_six_digits(difference.resolution_percent),
         csv_six_digits(row.published_percent), is_published ? csv_six_digits(row.discrepancy_percent) : "",
         csv_six_digits(row.published_band.low), csv_six_digits(row.published_band.high), gain_inside_text(row)});
    text += csv_line(fields);
  }
  return text;
}

std::string gains_table(const StudyGains& gains, const StudyBands& bands, std::size_t machines) {
  if (gains.rows.empty()) return "";
  std::vector<std::vector<std::string>> lines{
      {"", "nominal %", "90 % of the model", "ahead", "behind", "published %", "its 90 %", ""}};
  std::vector<Place> places;
  for (const GainRow& row : gains.rows) places.push_back(bands.places[row.place]);
  const std::vector<std::string> names = short_place_names(places);
  std::size_t published = 0;
  std::size_t inside = 0;
  for (std::size_t i = 0; i < gains.rows.size(); ++i) {
    const GainRow& row = gains.rows[i];
    const std::string judged = gain_inside_text(row);
    published += judged.empty() ? 0 : 1;
    inside += judged == "true" ? 1 : 0;
    if (i >= kMostGainLines) continue;
    const ModelBand& gain = row.plausible.gain_percent;
    lines.push_back(
        {names[i], gain_percent_text(row.nominal_percent),
         gain_percent_text(gain.low) + " to " + gain_percent_text(gain.high), std::to_string(row.plausible.ahead),
         std::to_string(row.plausible.behind), gain_percent_text(row.published_percent),
         judged.empty()
             ? ""
             : gain_percent_text(row.published_band.low) + " to " + gain_percent_text(row.published_band.high),
         judged == "false" ? "outside" : ""});
  }
  std::string text = wrapped_text(fmt::format("gain in bandwidth over {}: on how many of {} plausible machines a curve "
                                              "is ahead and behind by more than chance, and by how much",
                                              gains.baseline, machines),
                                  kGainColumns, 0);
  text += '\n' + aligned_table(lines);
  if (gains.rows.size() > kMostGainLines)
    text += fmt::format("and {} more: see gains.csv\n", gains.rows.size() - kMostGainLines);
  if (published > 0)
    text += fmt::format("\n{} of {} published gains inside their 90 % model band\n", inside, published);
  return text;
}

}  // namespace vqlab
