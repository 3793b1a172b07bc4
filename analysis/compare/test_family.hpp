// The tests of a comparison that are corrected together.
#pragma once

#include <cstddef>
#include <vector>

#include "analysis/compare/comparison.hpp"

namespace vqlab {

struct TestFamily {
  std::vector<double> p;             // NaN: no test, or one that is here already
  std::vector<std::size_t> same_as;  // position of the test that this one is; its own if it is the first of its kind
};

// Tests with the same difference, interval and p, to the last bit, are one test: of points that differ in nothing that
// makes a difference there, or of policies that decide alike. They err together, and count once.
[[nodiscard]] TestFamily family_of(const std::vector<const ComparisonCell*>& cells);

// Holm's adjusted p-values.
[[nodiscard]] std::vector<double> adjusted(const TestFamily& family);

}  // namespace vqlab
