// "path=value" from the command line, written into the document before it is checked: the same rules hold for both.
#pragma once

#include <string>
#include <vector>

#include "analysis/scenario/document.hpp"

namespace vqlab {

// The value is JSON, or a bare word if it is none. A path names a parameter ("guest.vcpus"), an axis
// ("sweep.targets") or any other member ("seeds"). A parameter that curves or sweep set takes the new value there:
// what the command line says holds in every point. Returns, for each override, the JSON paths that it wrote.
struct AppliedOverride {
  std::string text;
  std::vector<std::string> paths;
};
[[nodiscard]] std::vector<AppliedOverride> apply_overrides(Json& document, const std::vector<std::string>& overrides,
                                                           FaultList& faults);

// Faults of `file` at places that an override wrote name the override instead.
void blame_overrides(const std::vector<AppliedOverride>& applied, const std::string& file, std::vector<Fault>& faults);

}  // namespace vqlab
