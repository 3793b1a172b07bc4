// What is known of each number that a machine has: for those who read results and see only values.
#pragma once

#include <nlohmann/json.hpp>

namespace vqlab {

// By the parameter's path, in the order of the reference page: default, unit, help, source and plausible range. Only
// numbers and costs of sections that a machine file may set, or that belong to a part.
[[nodiscard]] nlohmann::ordered_json parameter_facts();

}  // namespace vqlab
