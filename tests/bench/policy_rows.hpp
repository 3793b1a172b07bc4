// What each steering policy's pick takes.
#pragma once

#include "tests/bench/turns.hpp"

namespace vqlab::bench {

[[nodiscard]] RowGroup policy_rows();

}  // namespace vqlab::bench
