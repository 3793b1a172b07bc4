#include "analysis/calibrate/fit_plan.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "analysis/scenario/fault.hpp"
#include "analysis/scenario/value.hpp"
#include "models/base/ensure.hpp"
#include "sim/metrics/quantity.hpp"

namespace vqlab {
namespace {

double targets_of(const FitCell& cell) { return std::strtod(cell.targets.c_str(), nullptr); }

class Planner {
 public:
  Planner(const Study& study, std::string file, std::vector<Fault>& faults)
      : study_(study), file_(std::move(file)), faults_(faults) {}

  FitPlan plan(const Reference& table) {
    if (!study_.calibration || study_.calibration->free.empty()) {
      fault(file_, "$.calibration.free", "no parameter to fit", "a list of parameter paths, here or after --free");
      return {};
    }
    if (table.axis != "targets") fault(file_, "$.reference.axis", '"' + table.axis + '"', "\"targets\"");
    for (const Axis& axis : study_.sweep)
      if (axis.path != "targets" && axis.values.size() > 1)
        fault(file_, member_path("$.sweep", axis.path), std::to_string(axis.values.size()) + " values",
              "one value: published values are given by targets alone");
    for (const ReferenceColumn& column : table.columns)
      for (const ReferenceValue& value : column.values)
        if (const Point* point = point_of(column.curve, value.axis_text))
          plan_.cells.push_back(
              {column.curve, value.axis_text, value.value, false, {point->testbed, point->precision}});
    if (plan_.cells.empty()) fault(file_, "$.reference", "no published value", "values to fit to, here or with --data");
    for (std::size_t i = 0; i < study_.calibration->free.size(); ++i)
      add_free(study_.calibration->free[i], element_path("$.calibration.free", i));
    check_seeds();
    return plan_;
  }

 private:
  void fault(const std::string& file, const std::string& path, const std::string& found, const std::string& accepted,
             const std::string& nearest = "") {
    faults_.push_back({FaultKind::kMeaning, file, path, found, accepted, nearest});
  }

  [[nodiscard]] const Point* point_of(const std::string& curve, const std::string& targets) const {
    for (const Point& point : study_.points)
      if (point.curve == curve)
        for (const AxisValue& axis : point.axes)
          if (axis.path == "targets" && axis.text == targets) return &point;
    return nullptr;
  }

  void add_free(const std::string& name, const std::string& at) {
    const ParamRef param = find_param(name);
    plan_.free.push_back(param);
    const auto& own = study_.own_machine_params;
    const auto& curves = study_.resolved["curves"];
    const bool in_curve =
        std::any_of(curves.begin(), curves.end(), [&](const auto& one) { return one["set"].contains(name); });
    const bool swept =
        std::any_of(study_.sweep.begin(), study_.sweep.end(), [&](const Axis& axis) { return axis.path == name; });
    if (in_curve || swept || std::find(own.begin(), own.end(), name) != own.end())
      fault(file_, at,
            '"' + name + "\", which " +
                (in_curve ? "a curve"
                 : swept  ? "the sweep"
                          : "the scenario") +
                " sets itself",
            "a parameter whose value comes from the machine: the fitted value is written there");
    const PointSpec spec{study_.points.front().testbed, study_.points.front().precision};
    if (const double value = number_of(param, spec); value < param.row->plausible.min && !in_curve && !swept)
      fault(file_, at, '"' + name + "\", which starts at " + bound_text(value),
            "a parameter that starts inside its range, " + bound_text(param.row->plausible.min) + " to " +
                bound_text(param.row->plausible.max) + ": its logarithm is fitted");
  }

  // The final table is to be made of draws that the fit has not seen.
  void check_seeds() {
    const FitSettings& settings = study_.calibration->settings;
    const std::uint64_t last = settings.seed + std::max(settings.runs, settings.jacobian_runs) - 1;
    for (const std::uint64_t seed : study_.seeds)
      if (seed >= settings.seed && seed <= last)
        fault(file_, "$.calibration.seed",
              std::to_string(settings.seed) + ", so that the fit uses the study's seed " + std::to_string(seed),
              "a first seed whose " + std::to_string(last - settings.seed + 1) + " successors are none of the study's");
  }

  const Study& study_;
  std::string file_;
  std::vector<Fault>& faults_;
  FitPlan plan_;
};

bool member_of(const std::string& name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Marks the cells; what is wrong with the hold-out goes to `faults`.
void mark_held_out(FitPlan& plan, const HoldOut& hold_out, const std::string& origin, std::vector<Fault>& faults) {
  std::vector<std::string> known_curves;
  std::vector<std::string> known_targets;
  for (const FitCell& cell : plan.cells) {
    if (!member_of(cell.curve, known_curves)) known_curves.push_back(cell.curve);
    if (!member_of(cell.targets, known_targets)) known_targets.push_back(cell.targets);
  }
  for (const std::string& curve : hold_out.curves)
    if (!member_of(curve, known_curves))
      faults.push_back({FaultKind::kMeaning, origin, "curves", '"' + curve + '"',
                        "a curve with published values: " + one_of(known_curves), nearest_name(curve, known_curves)});
  std::vector<std::string> targets;
  for (const std::uint32_t one : hold_out.targets) targets.push_back(std::to_string(one));
  for (const std::string& one : targets)
    if (!member_of(one, known_targets))
      faults.push_back(
          {FaultKind::kMeaning, origin, "targets", one, "targets with published values: " + one_of(known_targets), ""});
  if (!faults.empty()) return;
  std::size_t held = 0;
  for (FitCell& cell : plan.cells) {
    cell.held_out = (hold_out.curves.empty() || member_of(cell.curve, hold_out.curves)) &&
                    (targets.empty() || member_of(cell.targets, targets));
    held += cell.held_out ? 1 : 0;
  }
  if (held == 0 || held == plan.cells.size())
    faults.push_back({FaultKind::kMeaning, origin, "cells",
                      held == 0 ? "nothing that is held out" : "nothing that is left to fit to",
                      "some of the " + std::to_string(plan.cells.size()) + " published cells", ""});
}

}  // namespace

FitPlan plan_fit(const Study& study, const std::string& file, const Reference& table,
                 const std::optional<HoldOut>& hold_out, const std::string& hold_out_origin,
                 std::vector<Fault>& faults) {
  FitPlan plan = Planner(study, file, faults).plan(table);
  if (hold_out && !plan.cells.empty()) {
    plan.hold_out = hold_out->name;
    mark_held_out(plan, *hold_out, hold_out_origin, faults);
  }
  return plan;
}

double interpolated(const FitPlan& plan, const FitCell& cell) {
  const FitCell* below = nullptr;
  const FitCell* above = nullptr;
  const double here = targets_of(cell);
  for (const FitCell& other : plan.cells) {
    if (other.held_out || other.curve != cell.curve) continue;
    const double there = targets_of(other);
    if (there < here && (below == nullptr || there > targets_of(*below))) below = &other;
    if (there > here && (above == nullptr || there < targets_of(*above))) above = &other;
  }
  if (below == nullptr || above == nullptr) return kNoValue;
  const double part = std::log(here / targets_of(*below)) / std::log(targets_of(*above) / targets_of(*below));
  return below->published * std::pow(above->published / below->published, part);
}

}  // namespace vqlab
