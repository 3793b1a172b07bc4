// Faults for programs: editors and tests.
#pragma once

#include <vector>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/fault.hpp"

namespace vqlab {

// A list of objects with kind, file, path, found, accepted, and nearest where a name is near.
[[nodiscard]] Json fault_json(const std::vector<Fault>& faults);

}  // namespace vqlab
