#include "analysis/scenario/uncertain_params.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/scenario/calibration.hpp"

namespace vqlab {
namespace {

bool is_among(const std::string& path, const std::vector<std::string>& all) {
  return std::find(all.begin(), all.end(), path) != all.end();
}

auto declared_of(const Study& study, const ParamRef& param) {
  return std::find_if(study.uncertainty.begin(), study.uncertainty.end(),
                      [path = path_of(param)](const DeclaredUncertainty& one) { return one.param == path; });
}

constexpr double kInside = 0.1;  // of ln of the range's ratio: closer to an end a value is not well inside

// The plausible range of a parameter, if `value` lies well inside; else a range of the same ratio with the value in its
// geometric middle: plausible values are those of one machine and year.
Bounds uncertain_range(const ParamRef& param, double value) {
  const Bounds& range = param.row->plausible;
  const Bounds& bounds = param.row->bounds;
  const double part = std::log(value / range.min) / std::log(range.max / range.min);
  if (part >= kInside && part <= 1 - kInside) return range;
  const double half = std::sqrt(range.max / range.min);
  return {std::max(value / half, bounds.min), std::min(value * half, bounds.max)};
}

}  // namespace

std::string set_beside_machine(const Study& study, const std::string& path) {
  const auto& curves = study.resolved["curves"];
  if (std::any_of(curves.begin(), curves.end(), [&](const auto& one) { return one["set"].contains(path); }))
    return "a curve";
  if (std::any_of(study.sweep.begin(), study.sweep.end(), [&](const Axis& axis) { return axis.path == path; }))
    return "the sweep";
  return is_among(path, study.own_machine_params) ? "the scenario" : "";
}

double machine_value(const ParamRef& param, const Study& study) {
  return number_of(param, {study.points.front().testbed, study.points.front().precision});
}

std::vector<ParamRef> uncertain_params(const Study& study) {
  std::vector<ParamRef> params;
  for (const std::string& path : fittable_params()) {
    const ParamRef param = find_param(path);
    if (!(machine_value(param, study) > 0) || !range_on(study, param)) continue;
    if (!set_beside_machine(study, path).empty() || is_among(path, study.overridden_machine_params)) continue;
    const auto acts = [&param](const Point& point) {
      return no_effect_unless(param, {point.testbed, point.precision}).empty();
    };
    if (std::any_of(study.points.begin(), study.points.end(), acts)) params.push_back(param);
  }
  return params;
}

std::optional<UncertainRange> prior_range(const Study& study, const ParamRef& param) {
  const auto declared = declared_of(study, param);
  if (declared != study.uncertainty.end()) return declared->range;
  if (param.row->plausible == param.row->bounds) return std::nullopt;
  return UncertainRange{uncertain_range(param, machine_value(param, study)), false};
}

std::optional<std::size_t> place_in_posterior(const Study& study, const ParamRef& param) {
  if (!study.posterior || declared_of(study, param) != study.uncertainty.end()) return std::nullopt;
  const std::vector<std::string>& params = study.posterior->parameters;
  const auto found = std::find(params.begin(), params.end(), path_of(param));
  if (found == params.end()) return std::nullopt;
  return static_cast<std::size_t>(found - params.begin());
}

std::optional<UncertainRange> range_on(const Study& study, const ParamRef& param) {
  if (const auto place = place_in_posterior(study, param))
    return UncertainRange{study.posterior->ranges[*place], false};
  return prior_range(study, param);
}

}  // namespace vqlab
