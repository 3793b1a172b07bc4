// The study of a verb that compares: each point has enough seeds for an interval.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analysis/scenario/fault.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

// Whether the override, "path=value", is of this path.
[[nodiscard]] bool overrides_path(const std::string& override, const std::string& path);

// Reads the study with these overrides and `seeds`. If neither names seeds, further ones follow the study's own until
// there are `at_least`. What is wrong, and a single seed, goes to `faults`; nothing comes back if
// there is no study to go on with. With `idle`, overrides that this study does not read go there, and are none.
// `policies`: see StudyOptions.
[[nodiscard]] std::optional<Study> load_replicated(const std::string& file, const std::vector<std::string>& overrides,
                                                   const std::vector<std::string>& seeds, std::size_t at_least,
                                                   std::vector<Fault>& faults, std::vector<Fault>* idle = nullptr,
                                                   const std::vector<std::string>& policies = {});

}  // namespace vqlab
