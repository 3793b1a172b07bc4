// Rows that are measured together, in turns.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/support/bench_rows.hpp"

namespace vqlab::bench {

struct RowGroup {
  std::string name;
  std::string title;  // what stands above them
  int turns = kTurns;
  std::function<std::vector<Measured>()> turn;  // the same rows in each
};

}  // namespace vqlab::bench
