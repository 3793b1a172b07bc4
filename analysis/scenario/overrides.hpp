// "path=value" from the command line, written into the document before it is checked: the same rules hold for both.
#pragma once

#include <string>
#include <vector>

#include "analysis/scenario/document.hpp"

namespace vqlab {

// For each override the JSON paths that it wrote.
struct AppliedOverride {
  std::string text;
  std::vector<std::string> paths;
};

// The value is JSON, or a bare word if it is none. A path names a parameter ("guest.vcpus"), an axis
// ("sweep.targets") or any other member ("seeds"); elements of lists are named by their position or, if they have one,
// by their name ("curves.single_queue.set.guest.vcpus", "seeds.0"). A parameter that curves or sweep set takes the new
// value there: what the command line says holds in every point. A path that leads to no value, or that another
// override has written, and a parameter in which curves differ, are faults.
[[nodiscard]] std::vector<AppliedOverride> apply_overrides(Json& document, const std::vector<std::string>& overrides,
                                                           FaultList& faults);

// Whether one of them chooses the machine, or changes it as a whole.
[[nodiscard]] bool sets_machine(const std::vector<std::string>& overrides);

// Whether the fault is one of an override.
[[nodiscard]] bool of_override(const Fault& fault);

// Faults of `file` at places that an override wrote name the override instead.
void blame_overrides(const std::vector<AppliedOverride>& applied, const std::string& file, std::vector<Fault>& faults);

}  // namespace vqlab
