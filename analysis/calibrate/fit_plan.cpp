#include "analysis/calibrate/fit_plan.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "analysis/scenario/uncertain_params.hpp"
#include "analysis/scenario/value.hpp"
#include "sim/metrics/quantity.hpp"

namespace vqlab {
namespace {

template <class T>
bool member_of(const T& one, const std::vector<T>& all) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

class Planner {
 public:
  Planner(const FitRequest& request, std::vector<Fault>& faults) : request_(request), faults_(faults) {}

  FitPlan plan() {
    plan_.name = request_.name;
    plan_.studies = request_.studies;
    plan_.settings = request_.settings;
    plan_.same = request_.same;
    if (request_.free.empty())
      fault(request_.file, member_path(request_.path, "free"), "no parameter to fit",
            request_.studies.size() == 1 ? "a list of parameter paths, here or after --free" : "a list of parameters");
    for (std::size_t i = 0; i < plan_.studies.size(); ++i) add_cells(i);
    if (!faults_.empty() && plan_.cells.empty()) return plan_;
    for (const AskedParam& one : request_.free) add_free(one);
    for (const AskedTarget& one : request_.targets) add_target(one);
    for (const FitStudy& one : plan_.studies) check_seeds(*one.study);
    return plan_;
  }

 private:
  void fault(const std::string& file, const std::string& path, const std::string& found, const std::string& accepted,
             const std::string& nearest = "") {
    faults_.push_back({FaultKind::kMeaning, file, path, found, accepted, nearest});
  }

  void add_cells(std::size_t index) {
    const FitStudy& one = plan_.studies[index];
    const std::string& axis = one.table.axis;
    const std::size_t before = plan_.cells.size();
    for (const Axis& other : one.study->sweep)
      if (other.path != axis && other.values.size() > 1)
        fault(one.file, member_path("$.sweep", other.path), std::to_string(other.values.size()) + " values",
              "one value: values are fitted over " + axis + " alone");
    for (const ReferenceColumn& column : one.table.columns)
      for (const ReferenceValue& value : column.values)
        if (const std::optional<Point> point = point_at(*one.study, column.curve, {{axis, value.axis_text}}))
          plan_.cells.push_back({place_of(index, *point), value.value, false});
    if (plan_.cells.size() == before)
      fault(one.file, "$.reference", "no published value", "values to fit to, here or with --data");
  }

  // The first of the study's points there, whatever its seed.
  static std::optional<Point> point_at(const Study& study, const std::string& curve,
                                       const std::vector<AxisValue>& axes) {
    for (const Point& point : study.points)
      if (point.curve == curve && std::all_of(axes.begin(), axes.end(),
                                              [&point](const AxisValue& axis) { return member_of(axis, point.axes); }))
        return point;
    return std::nullopt;
  }

  [[nodiscard]] FitPlace place_of(std::size_t index, const Point& point) const {
    const FitStudy& one = plan_.studies[index];
    FitPlace place{index, point.curve, "", {}, {point.testbed, point.precision}};
    for (const AxisValue& axis : point.axes)
      if (axis.path == one.table.axis) {
        place.position = axis.text;
        place.axes.emplace_back(axis.path, axis.text);
      }
    if (plan_.studies.size() > 1) place.axes.emplace_back("study", one.study->name);
    for (const AxisValue& setting : one.settings) place.axes.emplace_back(setting.path, setting.text);
    return place;
  }

  void add_free(const AskedParam& asked) {
    FreeParam free{find_param(asked.name), {}, asked.studies, std::nullopt, std::nullopt};
    free.range = asked.range.value_or(free.param.row->plausible);
    bool set_elsewhere = false;
    std::optional<double> start;
    for (const std::size_t index : asked.studies) {
      const FitStudy& one = plan_.studies[index];
      if (const std::string who = set_beside_machine(*one.study, asked.name); !who.empty()) {
        set_elsewhere = true;
        fault(asked.file, asked.path, '"' + asked.name + "\", which " + who + of_study(one) + " sets itself",
              "a parameter whose value comes from the machine: the fitted value is written there");
        continue;
      }
      const double value = machine_value(free.param, *one.study);
      if (start && *start != value)
        fault(asked.file, asked.path,
              '"' + asked.name + "\", which is " + bound_text(*start) + " before the fit" +
                  of_study(plan_.studies[asked.studies.front()]) + " and " + bound_text(value) + of_study(one),
              "a parameter that starts at one value in all studies that share it");
      if (!start) start = value;
    }
    const bool outside = start && (*start < free.range.min || (asked.range && *start > free.range.max));
    if (outside && !set_elsewhere)
      fault(asked.file, asked.path, '"' + asked.name + "\", which starts at " + bound_text(*start),
            "a parameter that starts inside its range, " + bound_text(free.range.min) + " to " +
                bound_text(free.range.max) + ": its logarithm is fitted");
    const auto acts = [&free](const FitCell& cell) { return free.acts_on(cell.place); };
    if (start && !outside && !set_elsewhere && !plan_.cells.empty() &&
        std::none_of(plan_.cells.begin(), plan_.cells.end(), acts))
      fault(asked.file, asked.path, '"' + asked.name + "\", on which no published cell depends",
            "a parameter that a cell depends on");
    plan_.free.push_back(std::move(free));
  }

  [[nodiscard]] std::string of_study(const FitStudy& one) const {
    return plan_.studies.size() == 1 ? "" : " of " + one.study->name;
  }

  void add_target(const AskedTarget& asked) {
    SoftTarget target{asked.name, {}, std::nullopt, asked.published, asked.sigma_percent, false};
    const auto of = asked_place(asked, asked.of);
    const auto to = asked.to ? asked_place(asked, *asked.to) : std::nullopt;
    if (!of || (asked.to && !to)) return;
    target.of = *of;
    target.to = to;
    if (to && to->same_place(*of))
      fault(asked.file, asked.to->path, "the same place a second time", "another place of the study");
    plan_.targets.push_back(std::move(target));
  }

  std::optional<FitPlace> asked_place(const AskedTarget& asked, const PlannedPlace& place) {
    const Study& study = *plan_.studies[asked.study].study;
    std::vector<std::string> curves;
    for (const Curve& one : study.curves) curves.push_back(one.name);
    if (!member_of(place.curve, curves)) {
      fault(asked.file, member_path(place.path, "curve"), '"' + place.curve + '"',
            "a curve of " + study.name + ": " + one_of(curves), nearest_name(place.curve, curves));
      return std::nullopt;
    }
    const std::optional<Point> point = point_at(study, place.curve, place.axes);
    bool good = point.has_value();
    for (const Axis& axis : study.sweep) {
      const auto said = std::find_if(place.axes.begin(), place.axes.end(),
                                     [&axis](const AxisValue& one) { return one.path == axis.path; });
      if (said == place.axes.end() && axis.values.size() > 1)
        fault(asked.file, place.path, "nothing about " + axis.path, one_of(axis.values));
      else if (said != place.axes.end() && !member_of(said->text, axis.values))
        fault(asked.file, member_path(place.path, axis.path), said->text,
              "a value that the sweep of " + study.name + " visits: " + one_of(axis.values));
      else
        continue;
      good = false;
    }
    for (const AxisValue& one : place.axes)
      if (std::none_of(study.sweep.begin(), study.sweep.end(),
                       [&one](const Axis& axis) { return axis.path == one.path; })) {
        fault(asked.file, member_path(place.path, one.path),
              "a parameter that the sweep of " + study.name + " does not set", "a swept parameter");
        good = false;
      }
    return good ? std::optional(place_of(asked.study, *point)) : std::nullopt;
  }

  // The final table is to be made of draws that the fit has not seen.
  void check_seeds(const Study& study) {
    const FitSettings& settings = request_.settings;
    const std::uint64_t last = settings.seed + std::max(settings.runs, settings.jacobian_runs) - 1;
    for (const std::uint64_t seed : study.seeds)
      if (seed >= settings.seed && seed <= last)
        fault(request_.file, member_path(request_.path, "seed"),
              std::to_string(settings.seed) + ", so that the fit uses " +
                  (plan_.studies.size() == 1 ? "the study's" : study.name + "'s") + " seed " + std::to_string(seed),
              "a first seed whose " + std::to_string(last - settings.seed + 1) + " successors are none of the study's");
  }

  const FitRequest& request_;
  std::vector<Fault>& faults_;
  FitPlan plan_;
};

double position_of(const FitCell& cell) { return std::strtod(cell.place.position.c_str(), nullptr); }

}  // namespace

bool FreeParam::is_of(std::size_t study) const { return member_of(study, studies); }

bool FreeParam::acts_on(const FitPlace& place) const {
  return is_of(place.study) && no_effect_unless(param, place.spec).empty();
}

FitPlan plan_fit(const FitRequest& request, std::vector<Fault>& faults) { return Planner(request, faults).plan(); }

void hold_out_cells(FitPlan& plan, const HeldCells& held, const std::string& origin, std::vector<Fault>& faults) {
  plan.hold_out = held.name;
  std::vector<std::string> known_curves;
  std::vector<std::string> known_positions;
  for (const FitCell& cell : plan.cells) {
    if (held.study && cell.place.study != *held.study) continue;
    if (!member_of(cell.place.curve, known_curves)) known_curves.push_back(cell.place.curve);
    if (!member_of(cell.place.position, known_positions)) known_positions.push_back(cell.place.position);
  }
  const std::size_t before = faults.size();
  for (const std::string& curve : held.curves)
    if (!member_of(curve, known_curves))
      faults.push_back({FaultKind::kMeaning, origin, "curves", '"' + curve + '"',
                        "a curve with published values: " + one_of(known_curves), nearest_name(curve, known_curves)});
  for (const std::string& one : held.positions)
    if (!member_of(one, known_positions))
      faults.push_back({FaultKind::kMeaning, origin, "targets", one,
                        "targets with published values: " + one_of(known_positions), ""});
  if (faults.size() > before) return;
  std::size_t count = 0;
  for (FitCell& cell : plan.cells) {
    cell.held_out = (!held.study || cell.place.study == *held.study) &&
                    (held.curves.empty() || member_of(cell.place.curve, held.curves)) &&
                    (held.positions.empty() || member_of(cell.place.position, held.positions));
    count += cell.held_out ? 1 : 0;
    for (SoftTarget& target : plan.targets)
      if (cell.held_out && (target.of.same_place(cell.place) || (target.to && target.to->same_place(cell.place))))
        target.held_out = true;
  }
  if (count == 0 || count == plan.cells.size())
    faults.push_back({FaultKind::kMeaning, origin, "cells",
                      count == 0 ? "nothing that is held out" : "nothing that is left to fit to",
                      "some of the " + std::to_string(plan.cells.size()) + " published cells", ""});
}

double interpolated(const FitPlan& plan, const FitCell& cell) {
  const FitCell* below = nullptr;
  const FitCell* above = nullptr;
  const double here = position_of(cell);
  for (const FitCell& other : plan.cells) {
    if (other.held_out || other.place.study != cell.place.study || other.place.curve != cell.place.curve) continue;
    const double there = position_of(other);
    if (there < here && (below == nullptr || there > position_of(*below))) below = &other;
    if (there > here && (above == nullptr || there < position_of(*above))) above = &other;
  }
  if (below == nullptr || above == nullptr) return kNoValue;
  const double part = std::log(here / position_of(*below)) / std::log(position_of(*above) / position_of(*below));
  return below->published * std::pow(above->published / below->published, part);
}

}  // namespace vqlab
