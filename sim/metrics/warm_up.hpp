// Where the steady state begins.
#pragma once

#include <cstddef>
#include <vector>

namespace vqlab {

struct WarmUp {
  std::size_t batches = 0;  // to be left out at the start
  bool over = false;        // false: the run may not have settled yet, and `batches` is half of it
};

// MSER (White, 1997): leaves out the d first values for which the squared standard error of the mean of the rest is
// smallest, d being at most half. Leaving out costs precision, so that a series without a ramp keeps nearly all of
// its values.
[[nodiscard]] WarmUp find_warm_up(const std::vector<double>& values);

}  // namespace vqlab
