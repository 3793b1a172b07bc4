// The schema of what a verb answers with --json.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "analysis/scenario/document.hpp"

namespace vqlab {

// Of the verb that `words` call, such as {"ring", "replay"}: what all answers have, and what the verb's own folder says
// of its part, in answer_schema.json. Throws Refused if there is no such verb, or it has no --json, or a file is
// missing.
[[nodiscard]] Json answer_schema(const CLI::App& program, const std::vector<std::string>& words);

}  // namespace vqlab
