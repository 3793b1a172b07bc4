// Whether estimates of one quantity are of one steady state: intervals that do not say how much runs differ cannot be
// trusted. What is looked for is a coverage below 92 %, not any difference at all: with many runs, each is significant.
#pragma once

#include <vector>

#include "sim/metrics/interval.hpp"

namespace vqlab {

// Whether runs, independent ones, differ no more than their intervals say. False if the variance between them is more
// than 1.25 times what the intervals stand for, or if more of them miss the mean of all than 8 % would, each at the
// level of 1 %. True for fewer than two with value and interval.
// False if some have a value without interval: which ones do is no chance, and the others miss the truth together.
[[nodiscard]] bool runs_agree(const std::vector<Estimate>& runs);

// Whether the mean of runs agrees with a run that was much longer. False if they differ by more than a quarter of a
// run's half-width, at the level of 2.5 %. True if something is unknown.
[[nodiscard]] bool agrees_with_longer(const std::vector<Estimate>& runs, const Estimate& longer);

// Whether both halves of a run agree. False if they differ by more than a quarter of the half-width of the whole, at
// the level of 0.1 %. True if something is unknown.
[[nodiscard]] bool halves_agree(const Estimate& whole, const Estimate& first, const Estimate& second);

}  // namespace vqlab
