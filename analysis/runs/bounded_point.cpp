#include "analysis/runs/bounded_point.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "analysis/scenario/trace_files.hpp"
#include "models/bounds/bounding_network.hpp"
#include "sim/metrics/columns.hpp"

namespace vqlab {
namespace {

constexpr double kStandardDeviations = 5;  // beyond them a run in four million ends by chance

// How far a finite run may be above its mean rate because its arrivals are drawn, whatever its interval says: a run of
// 0.1 s may have a few hundred of them, and they do not get fewer when the testbed is busy.
double chance_of_arrivals(const FioJob& job, double iops, std::uint64_t completed) {
  if ((job.rate_iops == 0 && job.rate_bytes() == 0) || job.rate_process != "poisson") return 0;
  return kStandardDeviations * iops / std::sqrt(static_cast<double>(completed));
}

}  // namespace

void hold_against_bound(const Testbed& testbed, PointResult& result) {
  if (testbed.other_job_targets > 0 || !testbed.jobs.empty() || !testbed.job.has_known_mean_size()) return;
  const auto iops = std::find_if(result.quantities.begin(), result.quantities.end(),
                                 [](const Quantity& quantity) { return quantity.name == name_of(Measure::kIops); });
  if (iops == result.quantities.end()) return;
  const double bound = bound_on_iops(testbed);
  // A run that reaches its bound ends on either side of it: of two half-widths of 95 % beyond, chance alone makes one
  // in ten thousand. What was in flight when the measurement began may have been worked on before. Not where there is
  // no interval: a few ms of a run prove nothing.
  const double begun_before = testbed.requests_in_flight() * iops->value / static_cast<double>(result.completed_ios);
  const double surely =
      iops->value - 2 * iops->ci95 - begun_before - chance_of_arrivals(testbed.job, iops->value, result.completed_ios);
  if (surely > bound)
    throw BeyondBound(fmt::format(
        "{:.0f} requests/s, and beyond all doubt more than {:.0f}, but no run of this testbed can exceed {:.0f}",
        iops->value, surely, bound));
  result.quantities.insert(iops + 1, {std::string(name_of(Measure::kBandwidthBound)),
                                      bound * testbed.job.mean_request_bytes() / kBytesPerMib, kNoValue});
}

PointResult bounded_point(const Testbed& testbed, const Precision& precision, std::uint64_t seed) {
  keep_traces_of(testbed);
  PointResult result = run_point(testbed, precision, seed);
  hold_against_bound(testbed, result);
  return result;
}

}  // namespace vqlab
