#include "analysis/scenario/read_reference.hpp"

#include <algorithm>
#include <set>

#include "analysis/scenario/object_reader.hpp"
#include "analysis/scenario/value.hpp"
#include "sim/metrics/columns.hpp"

namespace vqlab {
namespace {

bool among(const std::string& name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> names_of(const std::vector<CurveSpec>& curves) {
  std::vector<std::string> names;
  for (const CurveSpec& spec : curves)
    if (!among(spec.curve.name, names)) names.push_back(spec.curve.name);
  return names;
}

class ReferenceReader {
 public:
  ReferenceReader(const Scenario& scenario, FaultList& faults)
      : scenario_(scenario), faults_(faults), curves_(names_of(scenario.curves)) {}

  Reference read(const Json& json, const std::string& path) {
    ObjectReader reader(json, path, {"metric", "axis", "source", "values", "shown_only", "also_on"}, faults_);
    reference_.metric = reader.required_name("metric");
    if (!reference_.metric.empty() && !is_quantity_name(reference_.metric))
      faults_.add(FaultKind::kMeaning, reader.path("metric"), show(*reader.find("metric")),
                  "a column of points.csv (docs/reference/columns.md)",
                  nearest_name(reference_.metric, quantity_names()));
    reference_.source = reader.required_text("source");
    if (const Json* axes = reader.require("axis", kAcceptedAxis)) read_axes(*axes, reader.path("axis"));
    if (const Json* values = reader.require("values", kAcceptedColumns)) read_columns(*values, reader.path("values"));
    if (const Json* shown = reader.find("shown_only")) read_shown(*shown, reader.path("shown_only"));
    if (const Json* others = reader.find("also_on")) read_also_on(*others, reader.path("also_on"));
    return reference_;
  }

 private:
  static constexpr const char* kAcceptedAxis = "a swept parameter, or a list of two, the outer one first";
  static constexpr const char* kAcceptedColumns = "an object with, for each curve, an object of numbers by position";

  void read_axes(const Json& json, const std::string& path) {
    if (json.is_string()) {
      axis_ = find_axis(json, path);
      if (axis_ != nullptr) reference_.axis = path_of(axis_->param);
    } else if (json.is_array() && json.size() == 2) {
      outer_ = find_axis(json[0], element_path(path, 0));
      axis_ = find_axis(json[1], element_path(path, 1));
      if (axis_ != nullptr) reference_.axis = path_of(axis_->param);
      if (axis_ != nullptr && axis_ == outer_)
        faults_.add(FaultKind::kMeaning, element_path(path, 1), show(json[1]) + " a second time", "another axis");
    } else {
      faults_.add(FaultKind::kSchema, path, show(json), kAcceptedAxis);
    }
    nested_ = json.is_array();
    for (const AxisSpec& axis : scenario_.sweep)
      if (axis_ != nullptr && &axis != axis_ && &axis != outer_ && axis.values.size() > 1)
        faults_.add(FaultKind::kMeaning, axis.path, std::to_string(axis.values.size()) + " values",
                    "one value, because only the reference's own axes may have several");
  }

  // Null, with a fault, if it is none.
  const AxisSpec* find_axis(const Json& json, const std::string& path) {
    std::vector<std::string> swept;
    for (const AxisSpec& axis : scenario_.sweep) {
      swept.push_back(path_of(axis.param));
      if (json == swept.back()) return &axis;
    }
    faults_.add(json.is_string() ? FaultKind::kMeaning : FaultKind::kSchema, path, show(json),
                swept.empty() ? "a swept parameter, but there is no sweep" : one_of(swept),
                json.is_string() ? nearest_name(json.get<std::string>(), swept) : "");
    return nullptr;
  }

  // True if it is one; else a fault.
  bool check_curve(const std::string& name, const std::string& path) {
    if (among(name, curves_)) return true;
    faults_.add(FaultKind::kMeaning, path, "an unknown curve", one_of(curves_), nearest_name(name, curves_));
    return false;
  }

  void read_columns(const Json& json, const std::string& path) {
    if (!json.is_object() || json.empty()) {
      faults_.add(FaultKind::kSchema, path, show(json), kAcceptedColumns);
      return;
    }
    for (const auto& [name, values] : json.items()) {
      const std::string at = member_path(path, name);
      check_curve(name, at);
      if (!nested_) {
        read_column({name, {}}, values, at);
      } else if (!values.is_object()) {
        faults_.add(FaultKind::kSchema, at, show(values), "an object of columns by position on the outer axis");
      } else {
        for (const auto& [position, column] : values.items()) {
          const std::string here = member_path(at, position);
          if (visited(outer_, position, here))
            read_column({name, {}, {{path_of(outer_->param), position}}}, column, here);
        }
      }
    }
  }

  void read_column(ReferenceColumn column, const Json& values, const std::string& path) {
    if (!values.is_object()) {
      // Whether numbers stand here or one level deeper depends on the axes, which no schema knows.
      const bool is_value = nested_ && values.is_number() && values.get<double>() > 0;
      faults_.add(is_value ? FaultKind::kMeaning : FaultKind::kSchema, path, show(values),
                  "an object of numbers by position");
      return;
    }
    for (const auto& [position, value] : values.items()) {
      const std::string here = member_path(path, position);
      if (!value.is_number() || value.get<double>() <= 0)
        faults_.add(value.is_object() && !nested_ ? FaultKind::kMeaning : FaultKind::kSchema, here, show(value),
                    "a number above 0");
      else if (visited(axis_, position, here))
        column.values.push_back({position, value.get<double>()});
    }
    reference_.columns.push_back(std::move(column));
  }

  bool visited(const AxisSpec* axis, const std::string& position, const std::string& path) {
    if (axis == nullptr) return false;
    std::vector<std::string> texts;
    for (const Json& value : axis->values) texts.push_back(axis_text(*axis, value));
    if (among(position, texts)) return true;
    if (!scenario_.leniency.excuses(path))
      faults_.add(FaultKind::kMeaning, path, "a position that the sweep does not visit", one_of(texts),
                  nearest_name(position, texts));
    return false;
  }

  void read_shown(const Json& json, const std::string& path) {
    if (!json.is_array()) {
      faults_.add(FaultKind::kSchema, path, show(json), "a list of objects");
      return;
    }
    if (nested_ && !json.empty()) {
      faults_.add(FaultKind::kMeaning, path, "curves that are only shown",
                  "none: published values over two axes stand beside counted curves alone");
      return;
    }
    std::vector<std::string> published;
    for (const ReferenceColumn& column : reference_.columns) published.push_back(column.curve);
    for (std::size_t i = 0; i < json.size(); ++i) {
      ObjectReader reader(json[i], element_path(path, i), {"curve", "same_as", "why"}, faults_);
      const ShownCurve shown{reader.required_text("curve"), reader.text("same_as"), reader.text("why")};
      if (!shown.curve.empty()) check_curve(shown.curve, reader.path("curve"));
      if (among(shown.curve, published))
        faults_.add(FaultKind::kMeaning, reader.path("curve"), show(shown.curve),
                    "a curve without published values: one that has them is counted");
      if (!shown.same_as.empty() && !among(shown.same_as, published))
        faults_.add(FaultKind::kMeaning, reader.path("same_as"), show(shown.same_as), one_of(published),
                    nearest_name(shown.same_as, published));
      reference_.shown_only.push_back(shown);
    }
  }

  // Whether there are such machines is found where machines are looked for.
  void read_also_on(const Json& json, const std::string& path) {
    if (!json.is_array() || json.empty()) {
      faults_.add(FaultKind::kSchema, path, show(json), "a list of at least one machine");
      return;
    }
    for (std::size_t i = 0; i < json.size(); ++i) {
      const std::string at = element_path(path, i);
      const std::string name = json[i].is_string() ? json[i].get<std::string>() : "";
      if (!is_name(name))
        faults_.add(FaultKind::kSchema, at, show(json[i]), "the name of a machine");
      else if (among(name, reference_.also_on))
        faults_.add(FaultKind::kMeaning, at, show(json[i]) + " a second time", "each machine once");
      else
        reference_.also_on.push_back(name);
    }
  }

  const Scenario& scenario_;
  FaultList& faults_;
  std::vector<std::string> curves_;
  const AxisSpec* axis_ = nullptr;   // of two the inner one
  const AxisSpec* outer_ = nullptr;  // null if there is one alone
  bool nested_ = false;              // values stand below positions of the outer axis
  Reference reference_;
};

}  // namespace

Reference read_reference(const Json& json, const std::string& path, const Scenario& scenario, FaultList& faults) {
  return ReferenceReader(scenario, faults).read(json, path);
}

}  // namespace vqlab
