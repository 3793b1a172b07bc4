// A simulation that is held against what queueing theory says it cannot exceed.
#pragma once

#include <stdexcept>

#include "sim/experiment/run_point.hpp"

namespace vqlab {

// The whole interval of a result lies beyond its bound: the simulation is wrong, or the bound is.
class BeyondBound : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Adds bandwidth_bound_mib_per_s after the IOPS: the asymptotic bound of bounding_network(), which holds for any order
// and distribution of service. None where two jobs mix requests of different demands. Throws BeyondBound if the IOPS,
// less their half-width, exceed it; IOPS without an interval are not judged, and
// arrivals that are drawn (rate_process poisson) may be more than their mean. Precondition: the result is one of this
// testbed.
void hold_against_bound(const Testbed& testbed, PointResult& result);

// run_point, held against its bound. Throws BeyondBound; else as run_point.
[[nodiscard]] PointResult bounded_point(const Testbed& testbed, const Precision& precision, std::uint64_t seed);

}  // namespace vqlab
