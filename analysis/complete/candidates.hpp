// Walks through a command line that is half written.
#pragma once

#include <string>
#include <vector>

#include "analysis/complete/candidate.hpp"

namespace CLI {
class App;
}

namespace vqlab {

// For the last of `words`, which follow the program's name; it may be empty. All begin as it does. Verbs, options and
// what options take come from `program`.
[[nodiscard]] Candidates candidates_for(const CLI::App& program, const std::vector<std::string>& words);

}  // namespace vqlab
