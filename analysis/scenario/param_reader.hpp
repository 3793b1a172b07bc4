// Reads objects whose keys are, or were meant to be, those of parameters.
#pragma once

#include <string>
#include <vector>

#include "analysis/scenario/object_reader.hpp"

namespace vqlab {

// `known` are the keys, among them paths of parameters: faults of keys that may be a part's are none of a schema's.
[[nodiscard]] ObjectReader param_reader(const Json& json, const std::string& path, std::vector<std::string> known,
                                        FaultList& faults);

// Notes the keys that are not among `known` and belong elsewhere: a parameter's of another section, or a word of QEMU
// for something that has another name here. Returns `known` and these.
[[nodiscard]] std::vector<std::string> tell_misplaced(const Json& json, const std::string& path,
                                                      std::vector<std::string> known, FaultList& faults);

// For the key or the path of a parameter that there was once: what became of it. Empty if there was none.
[[nodiscard]] std::string former_param(const std::string& name);

}  // namespace vqlab
