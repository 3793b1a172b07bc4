#include "analysis/scenario/spread.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

#include "analysis/scenario/cross_checks.hpp"
#include "analysis/scenario/value.hpp"
#include "analysis/scenario/written_values.hpp"
#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kMostPoints = 100000;

class Spreader {
 public:
  Spreader(const Scenario& scenario, const std::string& file, const std::vector<std::string>& policies,
           std::vector<Fault>& faults)
      : scenario_(scenario), file_(file), policies_(policies), faults_(faults), written_(scenario, file) {}

  PointList points() {
    for (const AxisSpec& axis : scenario_.sweep) position_.push_back({&axis, 0});
    for (const CurveSpec& curve : scenario_.curves) {
      curve_ = &curve;
      do add_position();
      while (step());
    }
    // What nothing reads is only known where everything could be read.
    if (scenario_.values.unread.empty()) written_.refuse_unread(faults_);
    return std::move(points_);
  }

  // After points().
  [[nodiscard]] std::vector<std::string> notes() const { return written_.without_effect(); }

 private:
  struct Position {
    const AxisSpec* axis;
    std::size_t index;
  };

  // The last axis moves fastest. False once all are back at their first value.
  bool step() {
    for (auto position = position_.rbegin(); position != position_.rend(); ++position) {
      if (++position->index < position->axis->values.size()) return true;
      position->index = 0;
    }
    return false;
  }

  void add_position() {
    PointSpec spec = scenario_.values.spec;
    std::vector<AxisValue> axes;
    for (const Assignment& assignment : curve_->set) assign(assignment.param, assignment.value, spec);
    for (const Position& position : position_) {
      const Json& value = position.axis->values[position.index];
      assign(position.axis->param, value, spec);
      axes.push_back({path_of(position.axis->param), value_text(position.axis->param.get(spec))});
    }
    if (check(spec)) look_at(spec);
    for (const std::uint64_t seed : scenario_.seeds) {
      const auto index = static_cast<std::uint32_t>(points_.size());
      points_.push_back({index, curve_->curve.name, axes, spec.testbed, spec.precision, seed});
    }
  }

  // As it is, or under each of the policies that it goes together with.
  void look_at(PointSpec spec) {
    if (policies_.empty()) written_.look_at(spec, *curve_);
    for (const std::string& policy : policies_) {
      spec.testbed.guest.policy = policy;
      const std::vector<CrossCheck>& checks = cross_checks();
      if (std::all_of(checks.begin(), checks.end(), [&spec](const CrossCheck& check) { return check.holds(spec); }))
        written_.look_at(spec, *curve_);
    }
  }

  static void assign(const ParamRef& param, const Json& json, PointSpec& spec) {
    FaultList none("");
    const auto value = read_value(*param.row, json, param.get(spec), "", none);
    ensure(value.has_value(), "the values of a scenario are checked when it is read");
    param.set(spec, *value);
  }

  // Whether all of it goes together.
  bool check(const PointSpec& spec) {
    bool good = true;
    for (const CrossCheck& check : cross_checks()) {
      if (check.holds(spec)) continue;
      good = false;
      if (unread(check) || noted_.size() == FaultList::kMostFaults) continue;
      std::string found;
      for (const std::string& path : check.params)
        found += (found.empty() ? "" : ", ") + path + " = " + value_text(find_param(path).get(spec));
      const Origin origin = blame(check.params);
      if (noted_.insert({origin.file, origin.path, found}).second)
        faults_.push_back({FaultKind::kMeaning, origin.file, origin.path, found, check.rule, ""});
    }
    return good;
  }

  bool unread(const CrossCheck& check) const {
    return std::any_of(check.params.begin(), check.params.end(),
                       [this](const std::string& path) { return scenario_.values.unread.count(path) > 0; });
  }

  // Where to change something: the place that decides last.
  Origin blame(const std::vector<std::string>& params) const {
    for (const Position& position : position_)
      for (const std::string& param : params)
        if (path_of(position.axis->param) == param) return {file_, element_path(position.axis->path, position.index)};
    for (const Assignment& assignment : curve_->set)
      for (const std::string& param : params)
        if (path_of(assignment.param) == param) return {file_, assignment.path};
    for (const bool own : {true, false})
      for (const std::string& param : params)
        if (const auto at = scenario_.values.origins.find(param);
            at != scenario_.values.origins.end() && (at->second.file == file_) == own)
          return at->second;
    return {file_, "$." + params.front()};
  }

  const Scenario& scenario_;
  std::string file_;
  const std::vector<std::string>& policies_;
  std::vector<Fault>& faults_;
  const CurveSpec* curve_ = nullptr;
  std::vector<Position> position_;
  PointList points_;
  std::set<std::vector<std::string>> noted_;
  WrittenValues written_;
};

Json resolved_reference(const Reference& reference) {
  Json json;
  json["metric"] = reference.metric;
  json["axis"] = reference.axis;
  json["source"] = reference.source;
  json["values"] = Json::object();
  for (const ReferenceColumn& column : reference.columns) {
    Json* below = &json["values"][column.curve];
    for (const AxisValue& outer : column.at) {
      json["axis"] = Json::array({outer.path, reference.axis});
      below = &(*below)[outer.text];
    }
    Json& values = *below = Json::object();
    for (const ReferenceValue& value : column.values) values[value.axis_text] = value.value;
  }
  json["shown_only"] = Json::array();
  for (const ShownCurve& shown : reference.shown_only) {
    Json one;
    one["curve"] = shown.curve;
    if (!shown.same_as.empty()) one["same_as"] = shown.same_as;
    if (!shown.why.empty()) one["why"] = shown.why;
    json["shown_only"].push_back(std::move(one));
  }
  if (!reference.also_on.empty()) json["also_on"] = reference.also_on;
  return json;
}

Json resolved_calibration(const Calibration& calibration) {
  Json json;
  if (!calibration.machine.empty()) json["machine"] = calibration.machine;
  if (!calibration.free.empty()) json["free"] = calibration.free;
  for (const HoldOut& hold_out : calibration.held_out) {
    Json one;
    one["name"] = hold_out.name;
    if (!hold_out.targets.empty()) one["targets"] = hold_out.targets;
    if (!hold_out.curves.empty()) one["curves"] = hold_out.curves;
    json["held_out"].push_back(std::move(one));
  }
  for (const Param& row : params_of(&calibration.settings).rows)
    json[row.name] = write_value(row.get(&calibration.settings));
  return json;
}

Json resolved(const Scenario& scenario) {
  Json json;
  json["study"] = scenario.name;
  json["resolved"] = true;
  json["title"] = scenario.title;
  json["description"] = scenario.description;
  if (!scenario.baseline.empty()) json["baseline"] = scenario.baseline;
  if (!scenario.machine.empty()) json["machine"]["name"] = scenario.machine;
  for (const Section& section : sections()) {
    Json& object = section.key.empty() ? json : json[section.key];
    for (const Param& row : section.table->rows)
      object[row.name] = write_value(ParamRef{&section, &row}.get(scenario.values.spec));
  }
  json["seeds"] = scenario.seeds;
  for (const CurveSpec& spec : scenario.curves) {
    Json one;
    one["name"] = spec.curve.name;
    one["label"] = spec.curve.label;
    one["set"] = Json::object();
    for (const Assignment& assignment : spec.set) one["set"][path_of(assignment.param)] = assignment.value;
    json["curves"].push_back(std::move(one));
  }
  json["sweep"] = Json::object();
  for (const AxisSpec& axis : scenario.sweep) json["sweep"][path_of(axis.param)] = axis.values;
  if (!scenario.figures.metrics.empty()) json["figures"]["metrics"] = scenario.figures.metrics;
  if (!scenario.figures.over.empty()) json["figures"]["over"] = scenario.figures.over;
  if (scenario.reference) json["reference"] = resolved_reference(*scenario.reference);
  if (scenario.calibration) json["calibration"] = resolved_calibration(*scenario.calibration);
  return json;
}

// How many points there would be; stops counting once there are too many.
std::size_t count_points(const Scenario& scenario) {
  std::size_t count = scenario.curves.size() * scenario.seeds.size();
  for (const AxisSpec& axis : scenario.sweep)
    if (count <= kMostPoints) count *= axis.values.size();
  return count;
}

// The curve that the scenario names, else the first one with a single queue everywhere.
std::string baseline_of(const Scenario& scenario, const PointList& points) {
  if (!scenario.baseline.empty()) return scenario.baseline;
  std::set<std::string> several;
  for (const Point& point : points)
    if (point.testbed.controller.num_queues != 1) several.insert(point.curve);
  for (const CurveSpec& spec : scenario.curves)
    if (several.count(spec.curve.name) == 0) return spec.curve.name;
  return "";
}

}  // namespace

Study spread(const Scenario& scenario, const std::string& file, const std::vector<std::string>& policies,
             std::vector<Fault>& faults) {
  Study study;
  if (const std::size_t count = count_points(scenario); count > kMostPoints) {
    faults.push_back(
        {FaultKind::kMeaning, file, "$.sweep", "more than " + std::to_string(kMostPoints) + " points",
         "at most " + std::to_string(kMostPoints) + " points: curves times values of each axis times seeds", ""});
    return study;
  }
  Spreader spreader(scenario, file, policies, faults);
  study.points = spreader.points();
  study.notes = spreader.notes();
  study.name = scenario.name;
  study.title = scenario.title;
  study.description = scenario.description;
  study.machine = scenario.machine;
  study.uncertainty = scenario.uncertainty;
  study.posterior = scenario.posterior;
  for (const CurveSpec& spec : scenario.curves) study.curves.push_back(spec.curve);
  for (const AxisSpec& axis : scenario.sweep) {
    Axis one{path_of(axis.param), {}};
    for (const Json& value : axis.values) one.values.push_back(axis_text(axis, value));
    study.sweep.push_back(std::move(one));
  }
  study.seeds = scenario.seeds;
  study.baseline = baseline_of(scenario, study.points);
  study.reference = scenario.reference;
  study.calibration = scenario.calibration;
  study.claims = scenario.claims;
  study.free_parameters = scenario.free_parameters;
  study.resolved = resolved(scenario);
  return study;
}

}  // namespace vqlab
