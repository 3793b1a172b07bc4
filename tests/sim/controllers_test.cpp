#include "models/testbed/controllers.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/support/testbed_rig.hpp"

namespace vqlab::test {
namespace {

NamedSet device(const std::string& name, std::vector<RowValue> values) { return {name, std::move(values)}; }

Testbed with_devices(const NamedSets& devices, std::uint32_t targets = 4) {
  Testbed testbed;
  testbed.targets = targets;
  testbed.controllers = devices;
  return testbed;
}

std::vector<std::uint64_t> ios_of(const Testbed& spec, Duration time = 20ms) {
  TestbedRig rig(spec);
  rig.run_for(time);
  rig.machine.stages.check(rig.calendar.now());
  std::vector<std::uint64_t> all;
  for (const sim::LogicalUnit& disk : rig.guest.disks()) all.push_back(disk.reaped[0].ios);
  return all;
}

TEST(Controllers, EachHasItsTargetsAndQueues) {
  Testbed testbed = with_devices({device("a", {{"targets", "1,3"}, {"num_queues", std::int64_t{3}}}), device("b", {}),
                                  device("c", {{"virtqueue_size", std::int64_t{256}}})},
                                 6);
  testbed.controller.num_queues = 2;
  const auto all = placed_controllers(testbed);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].targets, (std::vector<std::uint32_t>{1, 3}));
  // What a names is not dealt out.
  EXPECT_EQ(all[1].targets, (std::vector<std::uint32_t>{0, 4}));
  EXPECT_EQ(all[2].targets, (std::vector<std::uint32_t>{2, 5}));
  EXPECT_EQ(all[0].queues, 3u);
  EXPECT_EQ(all[1].first_queue, 3u);
  EXPECT_EQ(all[2].first_queue, 5u);
  EXPECT_EQ(all[2].values.virtqueue_size, 256u);
  EXPECT_EQ(all[1].values.virtqueue_size, testbed.controller.virtqueue_size);
  EXPECT_EQ(testbed.request_queues(), 7u);
  EXPECT_EQ(testbed.controller_count(), 3u);
}

TEST(Controllers, WithoutAListTheyAreEqual) {
  Testbed testbed;
  testbed.targets = 5;
  testbed.controller.devices = 2;
  testbed.controller.num_queues = 3;
  const auto all = placed_controllers(testbed);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].targets, (std::vector<std::uint32_t>{0, 2, 4}));
  EXPECT_EQ(all[1].targets, (std::vector<std::uint32_t>{1, 3}));
  EXPECT_EQ(all[1].first_queue, 3u);
  EXPECT_EQ(testbed.request_queues(), 6u);
}

TEST(Controllers, AListOfEqualOnesIsAsTheirNumber) {
  for (const char* server : {"main_loop", "iothreads"}) {
    Testbed number;
    number.targets = 4;
    number.host.server = server;
    number.controller.devices = 2;
    Testbed list = number;
    list.controller.devices = 1;
    list.controllers = {device("a", {}), device("b", {})};
    EXPECT_EQ(ios_of(number), ios_of(list)) << server;
    list.controllers = {device("a", {{"targets", "0,2"}}), device("b", {{"targets", "1,3"}})};
    EXPECT_EQ(ios_of(number), ios_of(list)) << server;
  }
}

TEST(Controllers, EachHasARingOfItsOwnKind) {
  Testbed testbed =
      with_devices({device("split", {{"targets", "0"}, {"num_queues", std::int64_t{2}}, {"indirect_desc", false}}),
                    device("packed", {{"targets", "1-3"},
                                      {"num_queues", std::int64_t{1}},
                                      {"ring", "packed"},
                                      {"virtqueue_size", std::int64_t{100}},
                                      {"event_idx", false}})});
  const TestbedRig rig(testbed);
  ASSERT_EQ(rig.machine.rings.size(), 3u);
  for (const std::uint32_t line : {0u, 1u}) {
    EXPECT_EQ(rig.machine.rings[line].format, RingFormat::kSplit);
    EXPECT_EQ(rig.machine.rings[line].size, testbed.controller.virtqueue_size);
    EXPECT_FALSE(rig.machine.rings[line].indirect_desc);
    EXPECT_TRUE(rig.machine.rings[line].event_idx);
  }
  EXPECT_EQ(rig.machine.rings[2].format, RingFormat::kPacked);
  EXPECT_EQ(rig.machine.rings[2].size, 100u);
  EXPECT_TRUE(rig.machine.rings[2].indirect_desc);
  EXPECT_FALSE(rig.machine.rings[2].event_idx);
  for (const char* driver : {"multiqueue", "blk_mq"}) {
    testbed.guest.driver = driver;
    for (const std::uint64_t ios : ios_of(testbed)) EXPECT_GT(ios, 100u) << driver;
  }
}

TEST(Controllers, TheHostKnowsWhichDiskARequestIsFor) {
  Testbed testbed = with_devices({device("a", {{"targets", "0,3"}, {"num_queues", std::int64_t{3}}}),
                                  device("b", {{"targets", "1-2"}, {"num_queues", std::int64_t{1}}})});
  for (std::uint32_t limited = 0; limited < 4; ++limited) {
    testbed.disks.assign(limited, DiskGroup{});
    testbed.disks.emplace_back().throttling.emplace().limits[0] = {100, 0, 1};
    const auto ios = ios_of(testbed);
    for (std::uint32_t target = 0; target < 4; ++target)
      EXPECT_EQ(ios[target] <= 13, target == limited) << limited << ios[target];  // 11 at once, and two in 20 ms
  }
}

TEST(Controllers, ThoseOfOneNameShareAnIothread) {
  Testbed testbed = with_devices(
      {device("a", {{"iothread", "fast"}}), device("b", {{"iothread", "other"}}), device("c", {{"iothread", "other"}})},
      3);
  testbed.host.server = "iothreads";
  TestbedRig rig(testbed);
  rig.run_for(20ms);
  const auto busy = rig.host.server().busy_times();
  ASSERT_EQ(busy.size(), 2u);
  for (const Duration time : busy) EXPECT_GT(time, 1ms);
  // Who has a thread for itself gets more of it.
  const auto ios = ios_of(testbed);
  EXPECT_GT(ios[0], ios[1]);
  EXPECT_GT(ios[0], ios[2]);
}

TEST(Controllers, WorkersOfVhostAreThoseOfEach) {
  Testbed testbed =
      with_devices({device("a", {{"num_queues", std::int64_t{3}}}), device("b", {{"num_queues", std::int64_t{1}}})});
  testbed.host.server = "vhost_scsi";
  testbed.host.aio = "native";
  testbed.host.backend = "null";
  EXPECT_EQ(TestbedRig(testbed).host.server().busy_times().size(), 2u);
  for (const std::uint64_t ios : ios_of(testbed)) EXPECT_GT(ios, 100u);
}

}  // namespace
}  // namespace vqlab::test
