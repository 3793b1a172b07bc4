// The command line.
#pragma once

namespace vqlab {

// Parses the arguments and does what they say; returns the process's exit code.
[[nodiscard]] int run_command_line(int argc, char** argv);

}  // namespace vqlab
