#include "analysis/uncertainty/short_runs.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace vqlab {
namespace {

std::vector<double> without_unknown(const std::vector<double>& values) {
  std::vector<double> all;
  for (const double value : values)
    if (!std::isnan(value)) all.push_back(value);
  return all;
}

double log_or_unknown(double value) { return value > 0 ? std::log(value) : kNoValue; }

std::vector<double> logs_of_values(const std::vector<double>& values) {
  std::vector<double> logs;
  for (const double value : values) logs.push_back(log_or_unknown(value));
  return logs;
}

void subtract(std::vector<double>& from, const std::vector<double>& values) {
  for (std::size_t i = 0; i < from.size(); ++i) from[i] -= values[i];
}

// 0 of fewer than two.
double sample_variance(const std::vector<double>& values) {
  if (values.size() < 2) return 0;
  const double middle = mean_known(values);
  double squares = 0;
  for (const double value : values) squares += (value - middle) * (value - middle);
  return squares / static_cast<double>(values.size() - 1);
}

std::vector<double> mean_by_run(const std::vector<const std::vector<double>*>& places) {
  std::vector<double> sums = *places.front();
  for (std::size_t place = 1; place < places.size(); ++place)
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += (*places[place])[i];
  for (double& sum : sums) sum /= static_cast<double>(places.size());
  return sums;
}

}  // namespace

double mean_known(const std::vector<double>& values) {
  const std::vector<double> known = without_unknown(values);
  double sum = 0;
  for (const double value : known) sum += value;
  return known.empty() ? 0 : sum / static_cast<double>(known.size());
}

ShortRuns logs_of(const ShortRuns& runs) { return {logs_of_values(runs.machines), logs_of_values(runs.own)}; }

ShortRuns log_ratios_of(const ShortRuns& runs, const ShortRuns& baseline) {
  ShortRuns ratios = logs_of(runs);
  const ShortRuns below = logs_of(baseline);
  subtract(ratios.machines, below.machines);
  subtract(ratios.own, below.own);
  return ratios;
}

ShortRuns mean_of(const std::vector<ShortRuns>& places) {
  if (places.empty()) return {};
  std::vector<const std::vector<double>*> machines;
  std::vector<const std::vector<double>*> own;
  for (const ShortRuns& place : places) {
    if (2 * without_unknown(place.machines).size() <= place.machines.size()) continue;
    machines.push_back(&place.machines);
    own.push_back(&place.own);
  }
  if (machines.empty())
    return {std::vector<double>(places.front().machines.size(), kNoValue),
            std::vector<double>(places.front().own.size(), kNoValue)};
  return {mean_by_run(machines), mean_by_run(own)};
}

Estimate log_of(const Estimate& value) { return {log_or_unknown(value.value), value.half_width / value.value}; }

Estimate log_of_difference(const Estimate& percent) {
  return log_of({1 + percent.value / 100, percent.half_width / 100});
}

ShortRuns set_on(ShortRuns logs, const Estimate& nominal) {
  const std::vector<double> own = without_unknown(logs.own);
  if (own.empty() || std::isnan(nominal.value) || std::isnan(nominal.half_width)) return logs;
  const double by = nominal.value - mean_known(own);
  for (std::vector<double>* const values : {&logs.machines, &logs.own})
    for (double& value : *values) value += by;
  return logs;
}

double chance_variance(const ShortRuns& logs) { return sample_variance(without_unknown(logs.own)); }

std::vector<double> ModelSpread::known() const { return without_unknown(logs); }

ModelSpread without_chance(const ShortRuns& logs) {
  ModelSpread spread{.logs = logs.machines};
  const std::vector<double> known = without_unknown(logs.machines);
  const std::vector<double> own = without_unknown(logs.own);
  if (known.empty() || own.size() < 2) return spread;
  const double chance = sample_variance(own);
  spread.middle_sd = std::sqrt(chance / static_cast<double>(known.size()) + chance / static_cast<double>(own.size()));
  const double all = sample_variance(known);
  const double kept = all > 0 ? std::sqrt(std::max(0.0, 1 - chance / all)) : 1;
  const double middle = mean_known(known);
  for (double& value : spread.logs) value = middle + kept * (value - middle);
  return spread;
}

}  // namespace vqlab
