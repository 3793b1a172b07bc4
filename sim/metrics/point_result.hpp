// What a point of a study is found to be.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/metrics/quantity.hpp"
#include "sim/metrics/stage.hpp"

namespace vqlab {

struct PointResult {
  std::vector<Quantity> quantities;
  std::vector<StageTimes> stages;  // all, in their order
  // Shares of the critical path, by name of the resource that they are spent on; only of a run that was traced.
  std::vector<Quantity> path;
  bool precise = false;    // the interval asked for was reached
  double simulated_s = 0;  // warm-up included
  std::uint64_t completed_ios = 0;
  std::string end_reason;  // why the run stopped, in words
};

}  // namespace vqlab
