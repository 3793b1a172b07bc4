#include "analysis/runs/bounded_point.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "models/bounds/bounding_network.hpp"
#include "sim/metrics/columns.hpp"

namespace vqlab {

void hold_against_bound(const Testbed& testbed, PointResult& result) {
  if (testbed.other_job_targets > 0) return;
  const auto iops = std::find_if(result.quantities.begin(), result.quantities.end(),
                                 [](const Quantity& quantity) { return quantity.name == name_of(Measure::kIops); });
  if (iops == result.quantities.end()) return;
  const double bound = bound_on_iops(testbed);
  // A run that reaches its bound ends on either side of it: of two half-widths of 95 % beyond, chance alone makes one
  // in ten thousand. What was in flight when the measurement began may have been worked on before. Not where there is
  // no interval: a few ms of a run prove nothing.
  const double begun_before = testbed.requests_in_flight() * iops->value / static_cast<double>(result.completed_ios);
  const double surely = iops->value - 2 * iops->ci95 - begun_before;
  if (surely > bound)
    throw BeyondBound(fmt::format(
        "{:.0f} requests/s, and beyond all doubt more than {:.0f}, but no run of this testbed can exceed {:.0f}",
        iops->value, surely, bound));
  result.quantities.insert(iops + 1, {std::string(name_of(Measure::kBandwidthBound)),
                                      bound * testbed.job.mean_request_bytes() / kBytesPerMib, kNoValue});
}

PointResult bounded_point(const Testbed& testbed, const Precision& precision, std::uint64_t seed) {
  PointResult result = run_point(testbed, precision, seed);
  hold_against_bound(testbed, result);
  return result;
}

}  // namespace vqlab
