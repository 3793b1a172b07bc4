// Whole points: what the program takes from its start to its last file. Forks, tables, sampling and the journal are in
// it, which the rows of the engine leave out.
#pragma once

#include <string>

namespace vqlab::bench {

// Prints the rows of this program: VQLAB_BIN, or the one beside the benchmarks.
void print_program_rows();

// Runs this program and `other` in turns and prints, for each row, the median of the pairs' ratios and the interval in
// which the median lies with 96 % confidence. Returns the exit code.
[[nodiscard]] int compare_programs(const std::string& other);

}  // namespace vqlab::bench
