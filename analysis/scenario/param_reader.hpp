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
// for something that has another name here. Returns these.
[[nodiscard]] std::vector<std::string> tell_misplaced(const Json& json, const std::string& path,
                                                      const std::vector<std::string>& known, FaultList& faults);

// What stands for a key that is not known where it stands, in a job or elsewhere: "num_queues in controller", or
// "nothing: " and why. Empty if it is no word of ours, fio's, QEMU's or libvirt's.
[[nodiscard]] std::string place_of_word(const std::string& key, bool of_job);

// For the key or the path of a parameter that there was once: what became of it. Empty if there was none.
[[nodiscard]] std::string former_param(const std::string& name);

}  // namespace vqlab
