// The command line.
#pragma once

#include <string>
#include <vector>

namespace vqlab {

// Parses the arguments and does what they say; returns the process's exit code.
[[nodiscard]] int run_command_line(int argc, char** argv);

// The same of a verb and its arguments, for a verb that is made of others.
[[nodiscard]] int run_verb(std::vector<std::string> words);

}  // namespace vqlab
