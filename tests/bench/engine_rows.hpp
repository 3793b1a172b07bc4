// Events and I/Os of the engine, and the instructions of an I/O.
#pragma once

#include "tests/bench/turns.hpp"

namespace vqlab::bench {

[[nodiscard]] RowGroup engine_rows();
[[nodiscard]] RowGroup instruction_rows();

}  // namespace vqlab::bench
