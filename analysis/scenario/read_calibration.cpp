#include "analysis/scenario/read_calibration.hpp"

#include <algorithm>
#include <set>

#include "analysis/scenario/object_reader.hpp"
#include "analysis/scenario/section.hpp"
#include "analysis/scenario/value.hpp"

namespace vqlab {
namespace {

bool in_list(const std::string& name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class CalibrationReader {
 public:
  CalibrationReader(const Scenario& scenario, FaultList& faults) : scenario_(scenario), faults_(faults) {}

  Calibration read(const Json& json, const std::string& path) {
    ObjectReader reader(json, path, calibration_keys(), faults_);
    calibration_.machine = reader.text("machine");
    if (const Json* free = reader.find("free")) read_free(*free, reader.path("free"));
    if (const Json* held_out = reader.find("held_out")) read_held_out(*held_out, reader.path("held_out"));
    FitSettings& settings = calibration_.settings;
    for (const Param& row : params_of(&settings).rows)
      if (const Json* value = reader.find(row.name))
        if (const auto read = read_value(row, *value, row.get(&settings), reader.path(row.name), faults_))
          row.set(&settings, *read);
    return calibration_;
  }

 private:
  void read_free(const Json& json, const std::string& path) {
    if (!json.is_array() || json.empty()) {
      faults_.add(FaultKind::kSchema, path, show(json), "a list of at least one parameter path");
      return;
    }
    for (std::size_t i = 0; i < json.size(); ++i) {
      const std::string at = element_path(path, i);
      const std::string name = json[i].is_string() ? json[i].get<std::string>() : "";
      if (!in_list(name, fittable_params()))
        refuse_free(json[i], name, at);
      else if (in_list(name, calibration_.free))
        faults_.add(FaultKind::kMeaning, at, show(json[i]) + " a second time", "each parameter once");
      else
        calibration_.free.push_back(name);
    }
  }

  void refuse_free(const Json& json, const std::string& name, const std::string& at) {
    constexpr const char* kAccepted =
        "a cost or a number that a machine may set and whose range lies above 0, since its logarithm is fitted";
    const ParamRef param = find_param(name);
    const FaultKind kind = may_be_of_part(name) ? FaultKind::kMeaning : FaultKind::kSchema;
    if (param.row == nullptr)
      faults_.add(kind, at, show(json), kAccepted, nearest_name(name, fittable_params()));
    else
      faults_.add(kind, at, show(json) + ", which takes " + accepted_values(*param.row), kAccepted);
  }

  void read_held_out(const Json& json, const std::string& path) {
    if (!json.is_array() || json.empty()) {
      faults_.add(FaultKind::kSchema, path, show(json), "a list of at least one hold-out");
      return;
    }
    std::set<std::string> names;
    for (std::size_t i = 0; i < json.size(); ++i) {
      ObjectReader reader(json[i], element_path(path, i), {"name", "targets", "curves"}, faults_);
      HoldOut hold_out{reader.required_name("name"), {}, {}};
      if (!hold_out.name.empty() && !names.insert(hold_out.name).second)
        faults_.add(FaultKind::kMeaning, reader.path("name"), show(hold_out.name), "a name that no other hold-out has");
      if (const Json* targets = reader.find("targets"))
        hold_out.targets = read_targets(*targets, reader.path("targets"));
      if (const Json* curves = reader.find("curves")) hold_out.curves = read_names(*curves, reader.path("curves"));
      if (reader.is_object() && reader.find("targets") == nullptr && reader.find("curves") == nullptr)
        faults_.add(FaultKind::kMeaning, reader.path(), "neither targets nor curves",
                    "targets, curves, or both: the cells of these curves at these targets");
      calibration_.held_out.push_back(std::move(hold_out));
    }
  }

  std::vector<std::uint32_t> read_targets(const Json& json, const std::string& path) {
    std::vector<std::uint32_t> targets;
    if (!json.is_array() || json.empty()) {
      faults_.add(FaultKind::kSchema, path, show(json), "a list of at least one number of targets");
      return targets;
    }
    const std::vector<std::string> swept = swept_targets();
    const ParamRef param = find_param("targets");
    for (std::size_t i = 0; i < json.size(); ++i) {
      const std::string at = element_path(path, i);
      const auto value = read_value(*param.row, json[i], param.get(PointSpec{}), at, faults_);
      if (!value) continue;
      if (!scenario_.leniency.excuses(at) && !in_list(value_text(*value), swept))
        faults_.add(FaultKind::kMeaning, at, show(json[i]), "targets that the sweep visits: " + one_of(swept));
      targets.push_back(static_cast<std::uint32_t>(std::get<std::int64_t>(*value)));
    }
    return targets;
  }

  std::vector<std::string> read_names(const Json& json, const std::string& path) {
    std::vector<std::string> names;
    if (!json.is_array() || json.empty()) {
      faults_.add(FaultKind::kSchema, path, show(json), "a list of at least one curve");
      return names;
    }
    std::vector<std::string> known;
    for (const CurveSpec& spec : scenario_.curves) known.push_back(spec.curve.name);
    for (std::size_t i = 0; i < json.size(); ++i) {
      const std::string at = element_path(path, i);
      if (!json[i].is_string()) {
        faults_.add(FaultKind::kSchema, at, show(json[i]), "the name of a curve");
        continue;
      }
      const auto name = json[i].get<std::string>();
      if (!in_list(name, known))
        faults_.add(FaultKind::kMeaning, at, show(json[i]), one_of(known), nearest_name(name, known));
      names.push_back(name);
    }
    return names;
  }

  [[nodiscard]] std::vector<std::string> swept_targets() const {
    std::vector<std::string> texts;
    for (const AxisSpec& axis : scenario_.sweep)
      if (path_of(axis.param) == "targets")
        for (const Json& value : axis.values) texts.push_back(axis_text(axis, value));
    return texts;
  }

  const Scenario& scenario_;
  FaultList& faults_;
  Calibration calibration_;
};

}  // namespace

Calibration read_calibration(const Json& json, const std::string& path, const Scenario& scenario, FaultList& faults) {
  return CalibrationReader(scenario, faults).read(json, path);
}

}  // namespace vqlab
