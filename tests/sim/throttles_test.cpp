#include "sim/host/throttles.hpp"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/testbed_rig.hpp"

namespace vqlab::test {
namespace {

// So many reads and writes together in a second; a tenth of that at once.
Throttling iops(std::int64_t per_second, const std::string& group = "") {
  Throttling throttling;
  throttling.group = group;
  throttling.limits[static_cast<std::size_t>(Throttled::kIopsTotal)] = {per_second, 0, 1};
  return throttling;
}

Testbed with_disks(const Disks& disks) {
  Testbed testbed;
  testbed.targets = 0;
  for (const DiskGroup& group : disks) testbed.targets += group.targets;
  testbed.disks = disks;
  return testbed;
}

// Requests that a thread gives to the limits at once, which takes no time, and when each goes, in ms.
struct ThrottleRig : MachineRig {
  explicit ThrottleRig(const Testbed& spec)
      : MachineRig(spec), throttles(machine, testbed), requests(200), stages(200) {
    inbox.tell = [this] {
      while (sim::ThrottleTimer* const timer = inbox.due.pop_front()) throttles.run(*timer);
      while (sim::HostRequest* const request = inbox.released.pop_front()) went(*request);
    };
  }
  void went(const sim::HostRequest& request) {
    gone.emplace_back(request.at_device.unit, calendar.now().time_since_epoch().count() / 1000000);
  }
  void submit(std::uint32_t unit, bool write = false, DeviceTask task = DeviceTask::kTransfer) {
    sim::HostRequest& request = requests[next];
    request.stages = &stages[next++];
    machine.stages.begin(*request.stages, calendar.now());
    request.at_device = {.unit = unit, .bytes = 4096, .write = write, .task = task};
    if (!throttles.hold(request, inbox)) went(request);
  }
  using Gone = std::vector<std::pair<std::uint32_t, std::int64_t>>;

  sim::Throttles throttles;
  sim::ThrottleInbox inbox;
  std::vector<sim::HostRequest> requests;
  std::vector<sim::StageRecord> stages;
  std::size_t next = 0;
  Gone gone;
};

TEST(Throttles, RequestsWaitInOrderForTheDisksLimit) {
  ThrottleRig rig(with_disks({{.targets = 1, .throttling = iops(10)}}));
  for (int i = 0; i < 4; ++i) rig.submit(0);
  rig.run_for(1s);
  // One has room, one more goes; then one each 100 ms.
  EXPECT_EQ(rig.gone, (ThrottleRig::Gone{{0, 0}, {0, 0}, {0, 100}, {0, 200}}));
}

TEST(Throttles, DisksOfAGroupTakeTurns) {
  ThrottleRig rig(with_disks({{.targets = 2, .throttling = iops(10, "g")}, {.throttling = iops(10, "g")}}));
  for (int i = 0; i < 4; ++i) rig.submit(0);  // two go
  for (int i = 0; i < 2; ++i) rig.submit(1);
  rig.submit(2);
  rig.run_for(1s);
  // 0 was first and its timer is set; then each disk that waits has its turn.
  EXPECT_EQ(rig.gone, (ThrottleRig::Gone{{0, 0}, {0, 0}, {0, 100}, {1, 200}, {2, 300}, {0, 400}, {1, 500}}));
}

TEST(Throttles, DisksWithoutAGroupHaveTheirLimitsForThemselves) {
  ThrottleRig rig(with_disks({{.targets = 2, .throttling = iops(10)}, {.targets = 1}}));
  for (std::uint32_t unit = 0; unit < 3; ++unit)
    for (int i = 0; i < 3; ++i) rig.submit(unit);
  rig.run_for(1s);
  EXPECT_EQ(rig.gone, (ThrottleRig::Gone{{0, 0}, {0, 0}, {1, 0}, {1, 0}, {2, 0}, {2, 0}, {2, 0}, {0, 100}, {1, 100}}));
}

TEST(Throttles, EachLogicalUnitIsADisk) {
  Testbed testbed = with_disks({{.targets = 1}, {.targets = 1, .throttling = iops(10)}});
  testbed.luns_per_target = 2;
  ThrottleRig rig(testbed);
  for (std::uint32_t unit = 0; unit < 4; ++unit)
    for (int i = 0; i < 3; ++i) rig.submit(unit);
  rig.run_for(1s);
  ThrottleRig::Gone late;
  for (const auto& one : rig.gone)
    if (one.second > 0) late.push_back(one);
  EXPECT_EQ(late, (ThrottleRig::Gone{{2, 100}, {3, 100}}));
}

TEST(Throttles, DirectionsWaitForThemselvesAndShareTheTotal) {
  ThrottleRig rig(with_disks({{.throttling = iops(10)}}));
  for (int i = 0; i < 3; ++i) rig.submit(0, false);
  for (int i = 0; i < 2; ++i) rig.submit(0, true);
  rig.run_for(1s);
  // Both directions wait for the same bucket to be no more than full, and both see that at 100 ms. The second of them
  // then finds it more than full by one more, so that the next write goes at 300 ms.
  EXPECT_EQ(rig.gone, (ThrottleRig::Gone{{0, 0}, {0, 0}, {0, 100}, {0, 100}, {0, 300}}));
}

TEST(Throttles, FlushesAndTrimsPass) {
  ThrottleRig rig(with_disks({{.throttling = iops(10)}}));
  for (int i = 0; i < 3; ++i) rig.submit(0, true);
  rig.submit(0, true, DeviceTask::kFlush);
  rig.submit(0, true, DeviceTask::kTrim);
  rig.run_for(1s);
  EXPECT_EQ(rig.gone, (ThrottleRig::Gone{{0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 100}}));
}

TEST(Throttles, AMachineWithoutLimitsHasNone) {
  MachineRig rig(with_disks({{.targets = 2}}));
  EXPECT_EQ(sim::make_throttles(rig.machine, rig.testbed), nullptr);
}

// One disk of two with a limit, behind each server that goes through QEMU's block layer.
TEST(Throttles, ALimitedDiskHasItsRateAndItsNeighbourDoesNotCare) {
  for (const char* server : {"main_loop", "iothreads"}) {
    Testbed testbed = with_disks({{.targets = 1, .throttling = iops(2000)}, {.targets = 1}});
    testbed.host.server = server;
    testbed.job.iodepth = 8;
    Testbed free = testbed;
    free.disks.clear();
    const auto ios = [](const Testbed& spec) {
      TestbedRig rig(spec);
      rig.run_for(500ms);
      rig.machine.stages.check(rig.calendar.now());
      std::vector<std::uint64_t> all;
      for (const sim::LogicalUnit& disk : rig.guest.disks()) all.push_back(disk.reaped[0].ios);
      return all;
    };
    const auto limited = ios(testbed);
    // 200 and one at once, and 2000 in a second; each process has 8 in flight, of which some are on their way.
    const std::uint32_t processes = testbed.job.numjobs;
    EXPECT_LE(limited[0], 201u + 1000) << server;
    EXPECT_GE(limited[0] + std::uint64_t{8} * processes, 201u + 1000) << server;
    EXPECT_GT(limited[1], ios(free)[1]) << server;  // it has the host almost for itself
  }
}

}  // namespace
}  // namespace vqlab::test
