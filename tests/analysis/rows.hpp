// Finished points to write, read and compare in tests.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "analysis/runs/point_row.hpp"

namespace vqlab::test {

// A point of `curve` at `targets` whose bandwidth is known.
inline PointRow point_row(std::uint32_t point, std::string curve, std::string targets, double mib_per_s) {
  PointRow row;
  row.point = point;
  row.curve = std::move(curve);
  row.axes = {{"targets", std::move(targets)}, {"vcpus", "4"}};
  row.seed = 1;
  row.result.precise = true;
  row.result.simulated_s = 0.125;
  row.result.completed_ios = 1000;
  row.result.end_reason = "precise";
  row.result.quantities = {{"bandwidth_mib_per_s", mib_per_s, 0.5}};
  return row;
}

}  // namespace vqlab::test
