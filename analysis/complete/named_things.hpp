// The names that an option may take, by what its help says first.
#pragma once

#include <string>

#include "analysis/complete/candidate.hpp"

namespace vqlab {

// What an option takes whose help is this: policies for "Policy to compare with; ...", nothing for a help that names
// none of what has names. `word`: what is written of it so far, of a list the last element, of path=value all of it.
[[nodiscard]] Candidates named_things(const std::string& help, const std::string& word);

}  // namespace vqlab
