// Runs another program and waits for its end.
#pragma once

#include <string>
#include <vector>

namespace vqlab {

struct ProgramEnd {
  std::string not_started;  // why; empty: it ran
  int status = 1;           // its exit code; 1 if a signal has ended it
};

// `words`: the program, by its path or its name in PATH, and its arguments. It has our standard output and error. What
// was printed before is written first.
[[nodiscard]] ProgramEnd run_program(std::vector<std::string> words);

}  // namespace vqlab
