#include "analysis/runs/memory.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <limits>
#include <sys/resource.h>
#include <sys/sysinfo.h>

#include "analysis/app/refused.hpp"
#include "analysis/runs/place.hpp"
#include "analysis/runs/point_row.hpp"
#include "analysis/runs/write_file.hpp"
#include "sim/experiment/state_size.hpp"

namespace vqlab {
namespace {

constexpr double kGb = 1e9;

// Of the control group, version 2, as a container sees its own; "max" is none.
std::uint64_t limit_of_group() {
  const std::string text = text_of("/sys/fs/cgroup/memory.max");
  const std::uint64_t limit = std::strtoull(text.c_str(), nullptr, 10);
  return limit == 0 ? std::numeric_limits<std::uint64_t>::max() : limit;
}

}  // namespace

std::uint64_t usable_memory() {
  std::uint64_t most = limit_of_group();
  struct sysinfo machine = {};
  if (sysinfo(&machine) == 0)
    most = std::min(most, (std::uint64_t{machine.totalram} + machine.totalswap) * machine.mem_unit);
  for (const auto which : {RLIMIT_AS, RLIMIT_DATA}) {
    rlimit limit = {};
    if (getrlimit(which, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
      most = std::min<std::uint64_t>(most, limit.rlim_cur);
  }
  return most;
}

std::string bytes_text(std::uint64_t bytes) { return fmt::format("{:.3g} GB", static_cast<double>(bytes) / kGb); }

std::string state_text(const Testbed& testbed) {
  return fmt::format("about {} for the state of {:.0f} requests in flight, {} LUNs, {} processes and {} request queues",
                     bytes_text(state_bytes(testbed)), testbed.requests_in_flight(),
                     std::uint64_t{testbed.targets} * testbed.luns_per_target, testbed.processes(),
                     testbed.request_queues());
}

std::uint64_t points_that_fit(const PointList& points, std::uint64_t memory) {
  std::uint64_t most = 1;
  std::size_t largest = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i > 0 && points.variant(i) == points.variant(i - 1)) continue;
    const std::uint64_t bytes = state_bytes(points.spec(i).testbed);
    if (bytes > most) {
      most = bytes;
      largest = i;
    }
  }
  if (most > memory) {
    const Point point = points[largest];
    throw Refused(fmt::format("vqlab: point {} ({}) needs {}, and there are {}", point.index,
                              place_name({point.curve, row_of(point, {}).axes}), state_text(point.testbed),
                              bytes_text(memory)));
  }
  return std::max<std::uint64_t>(1, memory / most);
}

}  // namespace vqlab
