#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

#include "analysis/app/aligned_table.hpp"
#include "analysis/app/wrapped_text.hpp"
#include "analysis/run/study_bands.hpp"
#include "analysis/runs/csv.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kBandColumns = 100;
constexpr std::size_t kMostBandLines = 60;
constexpr std::size_t kMostParams = 8;

std::string rounded_number(double value) {
  if (std::isnan(value)) return "-";
  return std::abs(value) >= 1000 ? fmt::format("{:.0f}", value) : fmt::format("{:.4g}", value);
}

std::string band_span(double low, double high) { return rounded_number(low) + " to " + rounded_number(high); }

// Where something is published, those places alone.
std::vector<const BandRow*> shown_rows(const StudyBands& bands) {
  std::vector<const BandRow*> leading;
  std::vector<const BandRow*> published;
  for (const BandRow& row : bands.rows) {
    if (row.quantity != bands.leading) continue;
    leading.push_back(&row);
    if (!std::isnan(row.published)) published.push_back(&row);
  }
  return published.empty() ? leading : published;
}

std::string band_lines(const StudyBands& bands, const std::vector<const BandRow*>& rows) {
  std::vector<std::vector<std::string>> lines{{"", "nominal", "95 % of chance", "90 % of the model", "published", ""}};
  std::vector<Place> places;
  for (const BandRow* row : rows) places.push_back(bands.places[row->place]);
  const std::vector<std::string> names = short_place_names(places);
  for (std::size_t i = 0; i < std::min(rows.size(), kMostBandLines); ++i) {
    const BandRow& row = *rows[i];
    const Estimate& nominal = row.nominal;
    const bool outside = !std::isnan(row.published) && !row.model.holds(row.published);
    lines.push_back({names[i], rounded_number(nominal.value),
                     band_span(nominal.value - nominal.half_width, nominal.value + nominal.half_width),
                     band_span(row.model.low, row.model.high),
                     std::isnan(row.published) ? "" : rounded_number(row.published), outside ? "outside" : ""});
  }
  std::string text = aligned_table(lines);
  if (rows.size() > kMostBandLines) text += fmt::format("and {} more: see bands.csv\n", rows.size() - kMostBandLines);
  return text;
}

std::string band_summary(const std::vector<const BandRow*>& rows) {
  std::vector<double> widths;
  std::size_t published = 0;
  std::size_t inside = 0;
  for (const BandRow* row : rows) {
    widths.push_back(row->model.width_percent());
    if (std::isnan(row->published)) continue;
    ++published;
    inside += row->model.holds(row->published) ? 1 : 0;
  }
  const double width = quantile(widths, 0.5);
  std::string text = published == 0 ? fmt::format("The median width of the 90 % model band is {:.0f} %.", width)
                                    : fmt::format(
                                          "{} of {} published values inside the 90 % model band, whose median width is "
                                          "{:.0f} %.",
                                          inside, published, width);
  if (const double percent = rows.front()->discrepancy_percent; percent > 0)
    text += fmt::format(" It holds the {:.3g} % that the model misses beside its parameters.", percent);
  return text;
}

// Of one parameter over all places.
struct Share {
  std::size_t param = 0;
  FirstOrderIndex mean{};
  double largest = 0;
};

std::vector<Share> shares_of(const StudyBands& bands, std::size_t params) {
  std::vector<Share> shares(params);
  for (std::size_t i = 0; i < params; ++i) shares[i].param = i;
  const auto places = static_cast<double>(bands.sensitivity.size());
  for (const PlaceSensitivity& one : bands.sensitivity)
    for (std::size_t i = 0; i < params; ++i) {
      Share& share = shares[i];
      const FirstOrderIndex& index = one.indices[i];
      // The machines are the same everywhere, and so may the errors be.
      share.mean.value += index.value / places;
      share.mean.error += index.error / places;
      share.largest = std::max(share.largest, index.value);
    }
  std::stable_sort(shares.begin(), shares.end(),
                   [](const Share& a, const Share& b) { return a.mean.value > b.mean.value; });
  return shares;
}

std::string sensitivity_table(const StudyBands& bands, const MachineDraws& draws) {
  if (bands.sensitivity.empty())
    return fmt::format("{} machines are too few to say which parameters matter; {} are enough.\n", draws.machines(),
                       fewest_observations(draws.params.size()));
  std::vector<double> r2;
  for (const PlaceSensitivity& one : bands.sensitivity) r2.push_back(one.r2);
  std::string text = wrapped_text(
      fmt::format("Which parameters matter most for {}: share of the variance between machines, on average over the "
                  "{} points and at the point where it is largest, by regression on ln p (R^2 {:.2f} to {:.2f})",
                  bands.leading, bands.sensitivity.size(), *std::min_element(r2.begin(), r2.end()),
                  *std::max_element(r2.begin(), r2.end())),
      kBandColumns, 0);
  std::vector<std::vector<std::string>> lines{{"parameter", "nominal", "range", "share", "", "largest"}};
  const std::vector<Share> shares = shares_of(bands, draws.params.size());
  for (std::size_t i = 0; i < std::min(shares.size(), kMostParams); ++i) {
    const Share& share = shares[i];
    const UncertainParam& param = draws.params[share.param];
    lines.push_back({path_of(param.param), rounded_number(param.nominal),
                     band_span(param.range.bounds.min, param.range.bounds.max),
                     fmt::format("{:.0f} %", 100 * share.mean.value), fmt::format("+-{:.0f}", 100 * share.mean.error),
                     fmt::format("{:.0f} %", 100 * share.largest)});
  }
  return text + '\n' + aligned_table(lines);
}

}  // namespace

std::string bands_summary(const StudyBands& bands) {
  return wrapped_text(band_summary(shown_rows(bands)), kBandColumns, 0);
}

std::string bands_table(const StudyBands& bands, const MachineDraws& draws) {
  const std::vector<const BandRow*> rows = shown_rows(bands);
  std::string text = fmt::format("{} on {} plausible machines, which differ in {} parameter{}\n\n", bands.leading,
                                 draws.machines(), draws.params.size(), draws.params.size() == 1 ? "" : "s");
  text += band_lines(bands, rows) + '\n' + bands_summary(bands);
  return text + '\n' + sensitivity_table(bands, draws);
}

}  // namespace vqlab
