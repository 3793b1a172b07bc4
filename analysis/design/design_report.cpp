#include "analysis/design/design_report.hpp"

#include <cmath>
#include <fmt/format.h>
#include <set>
#include <utility>

#include "analysis/app/aligned_table.hpp"
#include "analysis/app/wrapped_text.hpp"
#include "analysis/design/counters.hpp"
#include "analysis/runs/csv.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kDesignColumns = 100;
constexpr double kMuchChance = 0.2;

std::string percent_of(double value) {
  const double size = std::abs(value);
  const std::string text = fmt::format("{:+.{}f}", value, size >= 9.95 ? 0 : size >= 0.995 ? 1 : 2);
  return text == "-0.00" || text == "+0.00" ? "0" : text;
}

std::string span_of(const ModelBand& band) { return percent_of(band.low) + " to " + percent_of(band.high) + " %"; }

double sd_after(const DesignReport& report, std::size_t step) {
  return step == 0 ? report.sd : report.steps[step - 1].sd;
}

std::vector<std::string> cell_names(const DesignReport& report, const std::vector<std::size_t>& cells) {
  std::vector<Place> places;
  for (const DesignCell& cell : report.plan.cells) places.push_back(cell.place);
  const std::vector<std::string> all = short_place_names(places);
  std::vector<std::string> names;
  for (const std::size_t cell : cells) names.push_back(all[cell]);
  return names;
}

// Precondition: of one pair.
std::string pair_position(const DesignReport& report, const DirectMeasurement& one) {
  return report.plan.cells[report.plan.pairs[*one.pair].first].position;
}

std::string counter_names(const DesignStep& step) {
  std::string text;
  for (const std::size_t counter : step.counters)
    text += (text.empty() ? "" : ", ") + std::string(kRealCounters[counter].name);
  return text;
}

std::string sure_text(const DesignCheck& check) {
  return fmt::format("{} of {}", check.sure, check.machines) +
         (check.wrong == 0 ? "" : fmt::format(" ({} wrong)", check.wrong));
}

std::string steps_table(const DesignReport& report) {
  std::vector<std::vector<std::string>> lines{{"measure", "read", "band left", "sure in", "band holds"}};
  const auto held = [&](std::size_t step) {
    const DesignCheck& check = report.checks[step];
    return fmt::format("{:.0f} %", 100 * static_cast<double>(check.held) / static_cast<double>(check.machines));
  };
  lines.push_back({"nothing", "", span_of(band_after(report, 0)), sure_text(report.checks[0]), held(0)});
  for (std::size_t i = 0; i < report.steps.size(); ++i) {
    const DesignStep& step = report.steps[i];
    const std::vector<std::string> names = cell_names(report, report.units[step.unit].cells);
    lines.push_back({names.front(), counter_names(step), span_of(band_after(report, i + 1)),
                     sure_text(report.checks[i + 1]), held(i + 1)});
    if (names.size() > 1) lines.push_back({"  and " + names.back(), "the same", "", "", ""});
  }
  return aligned_table(lines);
}

std::string where_to_read(const DesignReport& report) {
  std::set<std::size_t> counters;
  for (const DesignStep& step : report.steps) counters.insert(step.counters.begin(), step.counters.end());
  std::string text;
  for (const std::size_t counter : counters)
    text += fmt::format("  {}: {}\n", kRealCounters[counter].name, kRealCounters[counter].where);
  return text;
}

std::string direct_text(const DesignReport& report) {
  std::string text;
  for (const DirectMeasurement& one : report.direct) {
    const std::string where = one.pair ? "at " + pair_position(report, one) + ", where the difference is largest"
                              : report.pairs == 1 ? "at the point"
                                                  : fmt::format("at all {} points", report.pairs);
    std::string line = fmt::format("Both measured {}: ", where);
    line += one.repetitions == 0
                ? fmt::format("{} repetitions do not show {} %, the difference on the median machine, with 95 % power",
                              kMostRepetitions, percent_of(one.median_percent))
                : fmt::format(
                      "{} repetitions show {} %, the difference on the median machine, with 95 % power, and "
                      "leave +-{:.2g} %",
                      one.repetitions, percent_of(one.median_percent), one.left_percent);
    line += one.for_most == 0 ? fmt::format("; on one machine in ten {} are not enough", kMostRepetitions)
                              : fmt::format("; on nine of ten machines {} are enough", one.for_most);
    text += wrapped_text(line + '.', kDesignColumns, 2);
  }
  return text;
}

}  // namespace

ModelBand band_after(const DesignReport& report, std::size_t step) {
  const double half = kNormal90 * sd_after(report, step);
  return {100 * std::expm1(report.mean - half), 100 * std::expm1(report.mean), 100 * std::expm1(report.mean + half)};
}

std::string design_csv(const DesignReport& report) {
  std::vector<Place> places;
  for (const DesignCell& cell : report.plan.cells) places.push_back(cell.place);
  const std::vector<std::string> axes = axis_names(places);
  std::vector<std::string> fields{"step", kCurveColumn};
  fields.insert(fields.end(), axes.begin(), axes.end());
  fields.insert(fields.end(), {"counter", "column", "where", "sd_percent", "band_percent_low", "band_percent_high",
                               "machines", "machines_held", "machines_sure", "machines_wrong"});
  std::string text = csv_line(fields);
  const auto add = [&](std::size_t step, const Place& place, const RealCounter* counter) {
    const ModelBand band = band_after(report, step);
    const DesignCheck& check = report.checks[step];
    fields = {std::to_string(step), place.curve};
    for (std::string& value : axis_values(place, axes)) fields.push_back(std::move(value));
    fields.insert(fields.end(),
                  {counter == nullptr ? "" : std::string(counter->name),
                   counter == nullptr ? "" : std::string(name_of(counter->measure)),
                   counter == nullptr ? "" : std::string(counter->where), csv_six_digits(100 * sd_after(report, step)),
                   csv_six_digits(band.low), csv_six_digits(band.high), std::to_string(check.machines),
                   std::to_string(check.held), std::to_string(check.sure), std::to_string(check.wrong)});
    text += csv_line(fields);
  };
  add(0, Place{}, nullptr);
  for (std::size_t i = 0; i < report.steps.size(); ++i)
    for (const std::size_t cell : report.units[report.steps[i].unit].cells)
      for (const std::size_t counter : report.steps[i].counters) add(i + 1, places[cell], &kRealCounters[counter]);
  return text;
}

nlohmann::ordered_json design_json(const DesignReport& report) {
  nlohmann::ordered_json json;
  json["metric"] = report.metric;
  json["first"] = report.plan.first;
  json["second"] = report.plan.second;
  json["points"] = report.pairs;
  json["nominal_percent"] = report.nominal_percent.value;
  json["nominal_percent_ci95"] = report.nominal_percent.half_width;
  json["machines"] = report.machines;
  json["chance_share"] = report.chance_share;
  json["measurement_error_percent"] = 100 * report.errors.repetition;
  json["discrepancy_percent"] = 100 * report.errors.discrepancy;
  json["steps"] = report.steps.size();
  for (const DirectMeasurement& one : report.direct) {
    nlohmann::ordered_json direct;
    direct["point"] = one.pair ? pair_position(report, one) : "all";
    direct["median_percent"] = one.median_percent;
    direct["repetitions"] = one.repetitions;
    direct["repetitions_on_nine_of_ten"] = one.for_most;
    direct["left_percent"] = one.left_percent;
    json["direct"].push_back(direct);
  }
  return json;
}

std::string design_table(const DesignReport& report) {
  std::string text = report.title + '\n';
  text += wrapped_text(
      fmt::format("{} of {} over {}, {}: {} +-{:.2g} % on the study's machine; {} on the middle 90 % of {} plausible "
                  "machines, which differ in {} parameters",
                  report.metric, report.plan.first, report.plan.second,
                  report.pairs == 1 ? "at one point" : fmt::format("mean over {} points", report.pairs),
                  percent_of(report.nominal_percent.value), report.nominal_percent.half_width,
                  span_of(report.band_percent), report.machines, report.parameters),
      kDesignColumns, 0);
  text += wrapped_text(fmt::format("A measurement is wrong by {:.3g} % from repetition to repetition, and the model by "
                                   "{:.3g} % beside its parameters{}.",
                                   100 * report.errors.repetition, 100 * report.errors.discrepancy,
                                   report.discrepancy_is_known ? ", which the fit of the machine left" : ""),
                       kDesignColumns, 0);
  if (report.chance_share > kMuchChance)
    text += wrapped_text(fmt::format("{:.0f} % of the variance of the verdict is chance of the short runs, and so is "
                                     "part of every band: --set precision.min_simulated_s=1 makes it less.",
                                     100 * report.chance_share),
                         kDesignColumns, 0);
  if (report.checks[0].sure == report.checks[0].machines && report.checks[0].wrong == 0)
    text +=
        "All plausible machines agree already: the verdict needs no measurement, and one makes the band narrower.\n";
  text += '\n' + steps_table(report) + '\n' + where_to_read(report) + '\n';
  if (report.steps.empty()) text += "No cell tells anything of this verdict that is worth a measurement.\n\n";
  text += direct_text(report);
  return text + '\n' +
         wrapped_text(
             "Band left: 90 %, around the middle of the machines. Sure in: each machine in turn was taken for "
             "the real one and left out of all that chose and judged; in so many the band left did not hold "
             "0. Band holds: in how many of them it held the truth.",
             kDesignColumns, 0);
}

}  // namespace vqlab
