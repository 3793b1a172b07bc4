// One point of a study: builds the world, runs it until the numbers are sure enough, and says what was found.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>

#include "models/testbed/testbed.hpp"
#include "sim/metrics/point_result.hpp"

namespace vqlab {

namespace sim {
class StepOrder;
}

// A policy that promises order has broken it.
class OrderBroken : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// There is nothing that a number could be of.
class NothingMeasured : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// No I/O was simulated from its beginning to its end.
class NothingCameBack : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Precondition: the testbed has passed the scenario's checks; no world was made in this process before.
// Throws OrderBroken, NothingMeasured, NothingCameBack.
[[nodiscard]] PointResult run_point(const Testbed& testbed, const Precision& precision, std::uint64_t seed);

// The same; `order` as in Calendar.
[[nodiscard]] PointResult run_point_in_order(const Testbed& testbed, const Precision& precision, std::uint64_t seed,
                                             sim::StepOrder* order);

// From here on the runs above tell `report` after each batch which share of the run is over, from 0 to 1, as far as can
// be seen then. The share may fall. Empty: they tell nobody, as at first.
void report_share_done(std::function<void(double share)> report);

// run_point, or what stands in for it. Called in a process of its own; throws or aborts where it fails.
using PointRunner = std::function<PointResult(const Testbed&, const Precision&, std::uint64_t seed)>;

}  // namespace vqlab
