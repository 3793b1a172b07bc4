// The words of a shell script, as far as a script that starts a program needs it.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "analysis/scenario/fault.hpp"

namespace vqlab {

struct ShellWord {
  std::string text{};
  int line = 1;                                      // where it begins
  std::vector<std::pair<std::size_t, int>> lines{};  // where in `text` further lines of the script begin
  std::string undecided{};  // a variable in it that depends on how the script runs, and where; empty: none

  [[nodiscard]] int line_at(std::size_t offset) const;
};

// The simple commands of a script, each with its words: assignments in front are words, too. Quotes, escapes, comments,
// continuations, variables and arrays that the script itself sets are resolved; whatever stands in a loop or under a
// condition is read once, and words with a variable that is set there say so. Other variables and `$(...)` stay as they
// are written. Redirections are left out. A quote that does not end is a fault, and so are variables that grow
// beyond any line.
[[nodiscard]] std::vector<std::vector<ShellWord>> shell_commands(const std::string& text, FaultList& faults);

}  // namespace vqlab
