#include "models/testbed/block_rules.hpp"

#include <algorithm>
#include <limits>

#include "models/base/units.hpp"
#include "models/command/command_buffers.hpp"
#include "models/testbed/controllers.hpp"
#include "models/testbed/guest_driver.hpp"
#include "models/testbed/running_jobs.hpp"

namespace vqlab {
namespace {

// Linux 3.7: BLK_MAX_REQUEST_COUNT; sorted by address since then.
constexpr PlugRules kPlugOf2012{
    .least_ios = 1, .most_requests = 16, .flush_bytes = 0, .newest_alone = false, .sorts = true};
// Linux 6.1: since 5.16 it holds 32, and looks at the newest alone; io_submit and io_uring plug more than two I/Os.
constexpr PlugRules kPlugOfBlkMq{
    .least_ios = 3, .most_requests = 32, .flush_bytes = 128 * 1024, .newest_alone = true, .sorts = false};

// Two I/Os of it have room in one request.
bool has_neighbours(const Testbed& testbed, const FioJob& job) {
  return !job.trims() && 2 * job.least_io_bytes() <= testbed.most_request_bytes();
}

bool neighbours_share_a_plug(const Testbed& testbed) {
  return of_some_job(testbed, [&testbed](const FioJob& job) {
    return has_neighbours(testbed, job) && job.depth() > 1 &&
           (plugs_batches(testbed, job) || job.most_data_bytes() > testbed.most_request_bytes());
  });
}

bool neighbours_wait(const Testbed& testbed) {
  return of_some_controller(testbed, commands_can_wait) && of_some_job(testbed, [&testbed](const FioJob& job) {
           return !job.random_offsets() && has_neighbours(testbed, job);
         });
}

}  // namespace

RequestLimits request_limits(const Testbed& testbed) {
  std::uint32_t shortest = testbed.controller.virtqueue_size;
  if (!testbed.controllers.empty()) {
    shortest = std::numeric_limits<std::uint32_t>::max();
    for (const PlacedController& one : placed_controllers(testbed))
      shortest = std::min(shortest, one.values.virtqueue_size);
  }
  const std::uint32_t room = std::max(shortest, kHeaderSegments + 1) - kHeaderSegments;
  return {testbed.most_request_bytes(), std::min(testbed.controller.seg_max, room)};
}

PlugRules plug_rules(const Testbed& testbed) { return driver_version(testbed).tags ? kPlugOfBlkMq : kPlugOf2012; }

std::string scheduler_of(const Testbed& testbed) {
  if (testbed.guest.scheduler != "auto") return testbed.guest.scheduler;
  return driver_version(testbed).tags && queues_in_use(testbed) == 1 ? "mq-deadline" : "none";
}

ElevatorRules elevator_rules(const Testbed& testbed) {
  return testbed.guest.nomerges > 0 ? ElevatorRules{} : elevator_rules(scheduler_of(testbed));
}

bool plugs_batches(const Testbed& testbed, const FioJob& job) {
  return job.iodepth_batch > 1 && job.iodepth_batch >= plug_rules(testbed).least_ios;
}

bool neighbours_meet(const Testbed& testbed) { return neighbours_share_a_plug(testbed) || neighbours_wait(testbed); }

bool has_elevator(const Testbed& testbed) {
  return of_some_controller(testbed, [](const Testbed& one) { return elevator_rules(one).merges; });
}

bool can_merge(const Testbed& testbed) {
  const bool in_plugs = testbed.guest.nomerges < 2 && neighbours_share_a_plug(testbed);
  return in_plugs || (has_elevator(testbed) && neighbours_meet(testbed));
}

double most_merged_ios(const Testbed& testbed) {
  if (!can_merge(testbed)) return 1;
  std::uint64_t least = testbed.most_request_bytes();
  for (const RunningJob& one : running_jobs(testbed))
    if (!one.job.random_offsets()) least = std::min(least, one.job.least_io_bytes());
  return std::min(static_cast<double>(testbed.most_request_bytes()) / static_cast<double>(least),
                  testbed.requests_in_flight());
}

std::uint32_t most_merged_pages(const Testbed& testbed) {
  const std::uint32_t alone = testbed.most_request_pages();
  return can_merge(testbed) ? std::max(alone, request_limits(testbed).segments) : alone;
}

}  // namespace vqlab
