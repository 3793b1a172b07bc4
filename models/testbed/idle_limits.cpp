#include "models/testbed/idle_limits.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "models/testbed/running_jobs.hpp"

namespace vqlab {
namespace {

struct Limited {
  Throttled what;
  const char* member;
  bool reads;
  bool writes;
  const char* unless;
};
constexpr std::array<Limited, kThrottles> kLimited{{
    {Throttled::kIopsTotal, "iops_total", true, true, "some job reads from its targets or writes to them"},
    {Throttled::kIopsRead, "iops_read", true, false, "some job reads from its targets"},
    {Throttled::kIopsWrite, "iops_write", false, true, "some job writes to its targets"},
    {Throttled::kBpsTotal, "bps_total", true, true, "some job reads from its targets or writes to them"},
    {Throttled::kBpsRead, "bps_read", true, false, "some job reads from its targets"},
    {Throttled::kBpsWrite, "bps_write", false, true, "some job writes to its targets"},
}};

bool has_target_in(const RunningJob& one, std::uint32_t first, std::uint32_t end) {
  return std::any_of(one.targets.begin(), one.targets.end(),
                     [&](const IndexRange& range) { return range.first < end && first < range.end; });
}

}  // namespace

std::vector<IdleMember> idle_limits(const Testbed& testbed) {
  std::vector<IdleMember> idle;
  const auto throttles = [](const DiskGroup& group) { return group.throttling.has_value(); };
  if (std::none_of(testbed.disks.begin(), testbed.disks.end(), throttles)) return idle;
  const std::vector<RunningJob> jobs = running_jobs(testbed);
  // Of the disks of the group, or of all that share its limits.
  const auto is_done = [&](const DiskGroup& limited, IoKind kind) {
    std::uint32_t first = 0;
    for (const DiskGroup& group : testbed.disks) {
      const std::uint32_t end = first + group.targets;
      const bool same = &group == &limited || (group.throttling && !limited.throttling->group.empty() &&
                                               group.throttling->group == limited.throttling->group);
      if (same && std::any_of(jobs.begin(), jobs.end(), [&](const RunningJob& one) {
            return one.job.does(kind) && has_target_in(one, first, end);
          }))
        return true;
      first = end;
    }
    return false;
  };
  for (std::size_t i = 0; i < testbed.disks.size(); ++i) {
    const DiskGroup& group = testbed.disks[i];
    if (!group.throttling) continue;
    for (const Limited& one : kLimited) {
      if (group.throttling->of(one.what).per_second == 0) continue;
      if ((one.reads && is_done(group, IoKind::kRead)) || (one.writes && is_done(group, IoKind::kWrite))) continue;
      std::string path = "[";
      path.append(std::to_string(i)).append("].throttling.").append(one.member);
      idle.push_back({std::move(path), one.unless});
    }
  }
  return idle;
}

}  // namespace vqlab
