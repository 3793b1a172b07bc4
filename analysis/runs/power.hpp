// What a paired test would have found: the power of Student's t.
#pragma once

#include <cstddef>
#include <vector>

namespace vqlab {

// The level at which Holm's procedure tests one of a family, given the p-values of the others: calling it significant
// takes a p up to `significant` / (tests - others that are significant whatever this one is). A NaN is no test.
// Precondition: p[test] is none.
[[nodiscard]] double holm_level(const std::vector<double>& p, std::size_t test, double significant);

// Probability that a two-sided paired t test at this level calls a difference significant that is `standard_errors`
// true standard errors of the mean from 0. Precondition: freedom > 0; 0 < level < 1.
[[nodiscard]] double t_test_power(double standard_errors, std::size_t freedom, double level);

// The smallest difference, in true standard errors of the mean, that is found with this probability, above the level.
[[nodiscard]] double detectable_standard_errors(std::size_t freedom, double level, double power);

// Pairs with which a difference of `deviations` standard deviations of a pair's difference is found with this
// probability: at least 2; 0 if `most` are not enough.
[[nodiscard]] std::size_t pairs_needed(double deviations, double level, double power, std::size_t most);

}  // namespace vqlab
