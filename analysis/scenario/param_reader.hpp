// Reads an object whose keys are paths of parameters.
#pragma once

#include <string>
#include <vector>

#include "analysis/scenario/object_reader.hpp"

namespace vqlab {

// `known` are the keys, among them paths of parameters: faults of keys that may be a part's are none of a schema's.
[[nodiscard]] ObjectReader param_reader(const Json& json, const std::string& path, std::vector<std::string> known,
                                        FaultList& faults);

}  // namespace vqlab
