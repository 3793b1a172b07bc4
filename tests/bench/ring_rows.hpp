// What the rings' steps take.
#pragma once

#include "tests/bench/turns.hpp"

namespace vqlab::bench {

[[nodiscard]] RowGroup ring_rows();

}  // namespace vqlab::bench
