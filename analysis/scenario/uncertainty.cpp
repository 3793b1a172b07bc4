#include "analysis/scenario/uncertainty.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "analysis/scenario/calibration.hpp"
#include "analysis/scenario/object_reader.hpp"
#include "analysis/scenario/param_reader.hpp"
#include "analysis/scenario/schema_parts.hpp"
#include "analysis/scenario/value.hpp"

namespace vqlab {
namespace {

constexpr const char* kExact = "exact";
constexpr const char* kLogUniform = "log-uniform";
constexpr const char* kUniform = "uniform";

class UncertaintyReader {
 public:
  UncertaintyReader(const PointSpec& machine, FaultList& faults) : machine_(machine), faults_(faults) {}

  std::vector<DeclaredUncertainty> read(const Json& json, const std::string& path) {
    // A parameter that is known but cannot vary is told why, below.
    ObjectReader reader = param_reader(json, path, param_paths(), faults_);
    for (const ParamRef& param : all_params()) {
      const std::string name = path_of(param);
      const Json* const one = reader.find(name);
      if (one == nullptr) continue;
      if (std::find(fittable_params().begin(), fittable_params().end(), name) == fittable_params().end())
        faults_.add(param.section->of_part ? FaultKind::kMeaning : FaultKind::kSchema, reader.path(name),
                    "a parameter that takes " + accepted_values(*param.row),
                    "a cost or a number that a machine may set and whose range lies above 0");
      else
        read_one(*one, reader.path(name), param);
    }
    return std::move(declared_);
  }

 private:
  void read_one(const Json& json, const std::string& path, const ParamRef& param) {
    const std::size_t before = faults_.size();
    if (json.is_string() && json.get<std::string>() == kExact) {
      declared_.push_back({path_of(param), std::nullopt});
    } else if (!json.is_object()) {
      faults_.add(FaultKind::kSchema, path, show(json), "\"exact\", or an object with min and max");
    } else if (const auto range = read_range(json, path, param)) {
      declared_.push_back({path_of(param), range});
    }
    if (param.section->of_part) faults_.beyond_schema(before);
  }

  std::optional<UncertainRange> read_range(const Json& json, const std::string& path, const ParamRef& param) {
    const std::size_t before = faults_.size();
    ObjectReader reader(json, path, {"min", "max", "shape"}, faults_);
    UncertainRange range{{bound(reader, "min", *param.row), bound(reader, "max", *param.row)}, false};
    if (const Json* shape = reader.find("shape")) {
      const std::string name = shape->is_string() ? shape->get<std::string>() : "";
      range.uniform = name == kUniform;
      if (!range.uniform && name != kLogUniform)
        faults_.add(FaultKind::kSchema, reader.path("shape"), show(*shape), one_of({kLogUniform, kUniform}),
                    nearest_name(name, {kLogUniform, kUniform}));
    }
    if (faults_.size() > before) return std::nullopt;
    if (!(range.bounds.min < range.bounds.max)) {
      faults_.add(FaultKind::kMeaning, reader.path("min"),
                  bound_text(range.bounds.min) + " beside a max of " + bound_text(range.bounds.max),
                  "a min below max, or \"exact\" in place of the range");
      return std::nullopt;
    }
    if (const double value = number_of(param, machine_); value < range.bounds.min || value > range.bounds.max) {
      faults_.add(FaultKind::kMeaning, path, show(json) + " without the machine's value, " + bound_text(value),
                  "a range that holds it");
      return std::nullopt;
    }
    return range;
  }

  double bound(ObjectReader& reader, const std::string& key, const Param& row) {
    const std::string accepted = "a number from " + bound_text(row.bounds.min) + " to " + bound_text(row.bounds.max) +
                                 (row.unit.empty() ? "" : " " + row.unit);
    const Json* const json = reader.require(key, accepted);
    if (json == nullptr) return 0;
    const double value = json->is_number() ? json->get<double>() : NAN;
    if (value >= row.bounds.min && value <= row.bounds.max) return value;
    faults_.add(value > 0 ? FaultKind::kMeaning : FaultKind::kSchema, reader.path(key), show(*json), accepted);
    return 0;
  }

  const PointSpec& machine_;
  FaultList& faults_;
  std::vector<DeclaredUncertainty> declared_;
};

Json range_schema() {
  Json properties;
  properties["min"] = positive_number();
  properties["max"] = positive_number();
  properties["shape"] = one_of_names({kLogUniform, kUniform});
  properties["shape"]["default"] = kLogUniform;
  Json object = closed_object(std::move(properties));
  object["required"] = Json::array({"min", "max"});
  return object;
}

}  // namespace

std::vector<DeclaredUncertainty> read_uncertainty(const Json& json, const std::string& path, const PointSpec& machine,
                                                  FaultList& faults) {
  return UncertaintyReader(machine, faults).read(json, path);
}

Json uncertainty_schema() {
  std::vector<std::string> own;
  for (const std::string& path : fittable_params())
    if (!find_param(path).section->of_part) own.push_back(path);
  Json json = described("object",
                        "How well values are known, by parameter path: a range in place of the plausible one, or "
                        "\"exact\".");
  json["propertyNames"]["anyOf"] = Json::array({one_of_names(own), text(part_path_pattern().c_str())});
  json["additionalProperties"]["anyOf"] = Json::array({Json{{"const", kExact}}, range_schema()});
  return json;
}

}  // namespace vqlab
