// Whole points: what the program takes from its start to its last file. Forks, tables, sampling and the journal are in
// it, which the rows of the engine leave out.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/turns.hpp"

namespace vqlab::bench {

// VQLAB_BIN, or the program beside the benchmarks.
[[nodiscard]] std::string this_program();

// One group for each scenario that is run. A turn calls `program` once, and throws std::runtime_error where it does not
// end well; a row that the program does not tell is left out.
[[nodiscard]] std::vector<RowGroup> program_rows(const std::string& program);

}  // namespace vqlab::bench
