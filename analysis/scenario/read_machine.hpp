// The machine of a scenario: named, by path, or inline.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/posterior.hpp"
#include "analysis/scenario/scenario_place.hpp"
#include "analysis/scenario/section_values.hpp"
#include "analysis/scenario/uncertainty.hpp"

namespace vqlab {

struct MachineDocument {
  std::string name;
  Json document = Json::object();  // as it is written
  std::vector<DeclaredUncertainty> uncertainty;
  std::optional<Posterior> posterior;
};

// The member at `path` that says which machine: a name, a path, or the machine itself. Its values go to `values`.
[[nodiscard]] MachineDocument read_machine(const Json& json, const std::string& path, const ScenarioPlace& place,
                                           Values& values, FaultList& faults);

}  // namespace vqlab
