#include "analysis/scenario/checks_of_runs.hpp"

#include <algorithm>
#include <cstdint>

#include "models/backend/backend.hpp"
#include "models/base/units.hpp"
#include "models/testbed/guest_driver.hpp"
#include "models/testbed/running_jobs.hpp"

namespace vqlab {
namespace {

// A trace at its own times: where the ramp is longer, nothing of it is measured.
bool goes_on_after_ramp(const FioJob& job) {
  const bool endless = job.time_based != 0 || !job.replays() || job.replay_no_stall != 0;
  return endless || job.ramp() == Duration{0} || job.replay_length() > job.ramp();
}

// Bytes that each of the job's disks has to have.
std::vector<std::uint64_t> needs_of(const RunningJob& one) {
  const IoTrace* const trace = one.job.trace();
  if (trace == nullptr)
    return std::vector<std::uint64_t>(one.target_count(),
                                      one.job.size_bytes / (one.job.roams() ? one.target_count() : 1));
  std::vector<std::uint64_t> needs(one.target_count(), 0);
  for (const TraceEntry& entry : trace->entries) {
    const auto disk = one.job.replay_redirect >= 0 ? static_cast<std::size_t>(one.job.replay_redirect) : entry.file;
    if (disk < needs.size())
      needs[disk] = std::max(needs[disk], entry.offset_bytes / one.job.replay_scale + entry.length_bytes);
  }
  return needs;
}

// Bytes that each logical unit of a target has on its device; 0: its sheet does not say.
std::vector<std::uint64_t> rooms_by_target(const Testbed& testbed) {
  std::vector<std::uint64_t> rooms(testbed.targets, 0);
  if (testbed.host.backend != "device") return rooms;
  const auto room = [&testbed](const DeviceChoice& device, std::uint64_t targets) {
    const double units = static_cast<double>(targets) * testbed.luns_per_target;
    return static_cast<std::uint64_t>(device.sheet().capacity_gb * 1e9 / units);
  };
  std::uint64_t own = 0;  // targets with a device of their own
  for (const DiskGroup& group : testbed.disks) own += group.device ? group.targets : 0;
  std::size_t target = 0;
  const auto place = [&](std::uint64_t targets, const DeviceChoice& device, std::uint64_t sharing) {
    for (; targets > 0 && target < rooms.size(); --targets) rooms[target++] = room(device, sharing);
  };
  const std::uint64_t on_host = testbed.targets - std::min<std::uint64_t>(own, testbed.targets);
  for (const DiskGroup& group : testbed.disks)
    place(group.targets, group.device ? *group.device : testbed.host.device,
          !group.device  ? on_host
          : group.shared ? group.targets
                         : 1);
  place(rooms.size(), testbed.host.device, on_host);
  return rooms;
}

bool has_room(const PointSpec& spec) {
  const std::vector<std::uint64_t> rooms = rooms_by_target(spec.testbed);
  if (std::all_of(rooms.begin(), rooms.end(), [](std::uint64_t room) { return room == 0; })) return true;
  for (const RunningJob& one : running_jobs(spec.testbed)) {
    const std::vector<std::uint64_t> needs = needs_of(one);
    auto needed = needs.begin();
    for (const IndexRange& range : one.targets)
      for (std::uint32_t target = range.first; target < range.end; ++target, ++needed)
        if (rooms[target] > 0 && *needed > rooms[target]) return false;
  }
  return true;
}

}  // namespace

void add_checks_of_runs(std::vector<CrossCheck>& all) {
  all.push_back(
      {{"job.startdelay", "job.ramp_time", "job.runtime", "job.read_iolog", "jobs", "other_job.startdelay",
        "other_job.ramp_time", "other_job.runtime", "other_job.read_iolog", "precision.max_simulated_s"},
       "times of jobs and of traces that are over before precision.max_simulated_s, one phase after the other",
       [](const PointSpec& spec) {
         const Duration least = least_length(spec.testbed);
         return least == Duration{0} || seconds(least) < spec.precision.max_simulated_s;
       }});
  all.push_back({{"job.ramp_time", "job.read_iolog", "job.replay_time_scale", "jobs", "other_job.ramp_time",
                  "other_job.read_iolog", "other_job.replay_time_scale"},
                 "a ramp_time that is over before the trace is, or nothing is measured",
                 [](const PointSpec& spec) {
                   return !of_some_job(spec.testbed, [](const FioJob& job) { return !goes_on_after_ramp(job); });
                 }});
  all.push_back({{"job.sync", "job.iodepth", "job.ioengine", "guest.driver", "jobs", "other_job.sync",
                  "other_job.iodepth", "other_job.ioengine"},
                 "with sync and a driver on blk-mq one I/O in flight: how the kernel flushes behind several at once is "
                 "not modelled",
                 [](const PointSpec& spec) {
                   return !driver_version(spec.testbed).tags || !of_some_job(spec.testbed, [](const FioJob& job) {
                     return job.writes_synchronously() && job.does(IoKind::kWrite) && job.depth() > 1;
                   });
                 }});
  all.push_back({{"results.time_series_ms", "precision.max_simulated_s"},
                 "a time_series_ms that is at most precision.max_simulated_s",
                 [](const PointSpec& spec) {
                   return static_cast<double>(spec.precision.results.time_series_ms) <=
                          1e3 * spec.precision.max_simulated_s;
                 }});
  all.push_back({{"job.size", "job.read_iolog", "jobs", "other_job.size", "other_job.read_iolog", "targets",
                  "luns_per_target", "host.device", "disks"},
                 "jobs whose size, or trace, has room on their disks: a device's capacity_gb is divided among the "
                 "logical units on it",
                 has_room});
}

}  // namespace vqlab
