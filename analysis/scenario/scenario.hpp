// A scenario file as it is read, before it is spread out into points.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analysis/scenario/object_reader.hpp"
#include "analysis/scenario/section.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

// Where a value was written.
struct Origin {
  std::string file;
  std::string path;  // JSON path
};

// The values of a scenario, before curves and sweep.
struct Values {
  PointSpec spec;
  std::map<std::string, Origin> origins;  // by parameter path; one that is not here has its default
  // Parameters whose value was meant to be another one but could not be read: what depends on them is not judged.
  std::set<std::string> unread;
};

// A value that a curve gives to a parameter; checked.
struct Assignment {
  ParamRef param;
  Json value;
  std::string path;  // JSON path
};

struct CurveSpec {
  Curve curve;
  std::vector<Assignment> set;
};

struct AxisSpec {
  ParamRef param;
  std::vector<Json> values;  // checked
  std::string path;          // JSON path
};

struct Scenario {
  std::string name;
  std::string title;
  std::string description;
  std::string machine;
  Values values;                  // defaults, then the machine's values, then the scenario's own
  std::vector<CurveSpec> curves;  // at least one
  std::vector<AxisSpec> sweep;
  std::vector<std::uint64_t> seeds;
  std::optional<Reference> reference;
  std::optional<Calibration> calibration;
  std::vector<Claim> claims;
  std::vector<FreeParameter> free_parameters;
  Json machine_document;  // the machine as it is written; an object
};

struct Machine {
  std::string name;
  Json document = Json::object();  // as it is written
};

// Keys of the scenario's top level.
[[nodiscard]] const std::vector<std::string>& scenario_keys();

// The rules of one document; faults of a machine file carry that file's name.
[[nodiscard]] Scenario read_scenario(const Json& document, const std::filesystem::path& file,
                                     const StudyOptions& options, std::vector<Fault>& faults);

// The members of `json` that parameter tables describe (all, or those that a machine may set), into `values`.
void read_sections(const Json& json, const std::string& path, bool machine_only, const std::string& file,
                   Values& values, FaultList& faults);

// The member at `path` that says which machine: a name, a path, or the machine itself. Its values go to `values`.
[[nodiscard]] Machine read_machine(const Json& json, const std::string& path, const std::filesystem::path& file,
                                   const StudyOptions& options, Values& values, FaultList& faults);

// The member "reference". Positions that the sweep does not visit are left out if `lenient`, else faults.
[[nodiscard]] Reference read_reference(const Json& json, const std::string& path, const Scenario& scenario,
                                       bool lenient, FaultList& faults);

// The member "calibration". Targets that the sweep does not visit are faults unless `lenient`.
[[nodiscard]] Calibration read_calibration(const Json& json, const std::string& path, const Scenario& scenario,
                                           bool lenient, FaultList& faults);

// The members "claims" and "free_parameters". Positions that the sweep does not visit are faults unless `lenient`.
[[nodiscard]] std::vector<Claim> read_claims(const Json& json, const std::string& path, const Scenario& scenario,
                                             bool lenient, FaultList& faults);
[[nodiscard]] std::vector<FreeParameter> read_free_parameters(const Json& json, const std::string& path,
                                                              const Scenario& scenario, const std::string& file,
                                                              FaultList& faults);

// Of an object whose keys are `known`, among them paths of parameters: faults of keys that may be a part's are none of
// a schema's.
[[nodiscard]] ObjectReader param_reader(const Json& json, const std::string& path, std::vector<std::string> known,
                                        FaultList& faults);

// Text of the value that `json` gives to the parameter, as result files spell it.
[[nodiscard]] std::string axis_text(const AxisSpec& axis, const Json& value);

}  // namespace vqlab
