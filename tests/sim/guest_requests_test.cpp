// What the guest puts into its rings, seen by a device that answers at once.
#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <vector>

#include "models/scsi/virtio_scsi.hpp"
#include "models/virtqueue/split_device.hpp"
#include "tests/support/testbed_rig.hpp"

namespace vqlab::test {
namespace {

using sim::Count;

struct Seen {
  sim::LineIndex line;
  std::vector<Segment> readable;
  std::vector<Segment> writable;
  std::vector<std::uint8_t> header;  // its bytes as they are in guest memory
  std::uint64_t tag;
  bool indirect;  // the descriptor in the ring refers to a table
};

class AnsweringHost final : public sim::DoorbellListener {
 public:
  explicit AnsweringHost(MachineRig& rig) : rig_(rig) {
    for (const sim::RingPlace& place : rig.machine.rings)
      devices_.emplace_back(rig.memory, place.area,
                            DeviceOptions{.size = place.size,
                                          .indirect_desc = place.indirect_desc,
                                          .event_idx = place.event_idx,
                                          .data = {0, rig.machine.data_bytes}});
    rig.machine.host = this;
  }

  bool kicked(sim::LineIndex line) override {
    SplitDevice& device = devices_[line];
    while (device.pop(chain_)) {
      device.arm_notifications();
      const auto readable = chain_.readable();
      const auto writable = chain_.writable();
      Seen& request = seen.emplace_back();
      request.line = line;
      request.readable.assign(readable.begin(), readable.end());
      request.writable.assign(writable.begin(), writable.end());
      const auto* const bytes = rig_.memory.at(readable[0].addr, readable[0].len);
      for (std::uint32_t i = 0; i < readable[0].len; ++i)
        request.header.push_back(std::to_integer<std::uint8_t>(bytes[i]));
      for (std::size_t i = 0; i < 8; ++i) request.tag |= std::uint64_t{request.header.at(8 + i)} << (8 * i);
      std::uint16_t flags = 0;
      const std::uint64_t descriptor = rig_.machine.rings[line].area.desc + 16u * chain_.head();
      EXPECT_TRUE(rig_.memory.load(descriptor + 12, flags));
      request.indirect = (flags & kDescIndirect) != 0;
      rig_.log.taken(request.tag);
      device.push(chain_.head(), static_cast<std::uint32_t>(chain_.writable_bytes()));
      if (device.should_interrupt()) rig_.machine.guest->interrupted(line);
    }
    EXPECT_FALSE(device.broken());
    return false;
  }

  std::vector<Seen> seen;

 private:
  MachineRig& rig_;
  std::vector<SplitDevice> devices_;
  Chain chain_;
};

struct GuestRig : MachineRig {
  explicit GuestRig(const Testbed& spec)
      : MachineRig(spec), host(*this), guest(machine, testbed, layout, 1, [this] { calendar.interrupt(); }) {
    run_for(1s);
  }
  AnsweringHost host;
  sim::Guest guest;
};

std::uint64_t bytes_of(const std::vector<Segment>& segments, std::size_t first) {
  std::uint64_t bytes = 0;
  for (std::size_t i = first; i < segments.size(); ++i) bytes += segments[i].len;
  return bytes;
}

class EveryApi : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(GuestRequests, EveryApi, testing::Values("add_buf", "piecewise", "add_sgs"),
                         [](const auto& api) { return api.param; });

TEST_P(EveryApi, AReadHasItsDataBehindTheResponse) {
  Testbed testbed = short_testbed();
  testbed.guest.buffer_api = GetParam();
  const GuestRig rig(testbed);
  ASSERT_EQ(rig.host.seen.size(), rig.requests());
  for (const Seen& request : rig.host.seen) {
    ASSERT_EQ(request.readable.size(), 1u);
    EXPECT_EQ(request.readable[0].len, 51u);
    ASSERT_GE(request.writable.size(), 2u);
    EXPECT_EQ(request.writable[0].len, 108u);
    // READ(10): blocks of 512 bytes in bytes 7 and 8 of the CDB, which begins at byte 19.
    EXPECT_EQ(request.header[19], 0x28);
    EXPECT_EQ(bytes_of(request.writable, 1), 512u * (request.header[26] * 256u + request.header[27]));
  }
}

TEST_P(EveryApi, AWriteHasItsDataBehindTheRequest) {
  Testbed testbed = short_testbed();
  testbed.guest.buffer_api = GetParam();
  testbed.job.rw = "write";
  const GuestRig rig(testbed);
  ASSERT_EQ(rig.host.seen.size(), rig.requests());
  for (const Seen& request : rig.host.seen) {
    ASSERT_GE(request.readable.size(), 2u);
    EXPECT_EQ(request.readable[0].len, 51u);
    ASSERT_EQ(request.writable.size(), 1u);
    EXPECT_EQ(request.writable[0].len, 108u);
    EXPECT_EQ(request.header[19], 0x2a);
    EXPECT_EQ(bytes_of(request.readable, 1), 512u * (request.header[26] * 256u + request.header[27]));
  }
}

TEST_P(EveryApi, OnlyThePiecewiseOneSparesSmallRequestsATable) {
  Testbed testbed = short_testbed();
  testbed.guest.buffer_api = GetParam();
  testbed.job.bsrange = {4096, 16384};
  const GuestRig rig(testbed);
  for (const Seen& request : rig.host.seen) {
    // start_buf goes indirect when there are more segments than lists: three lists, two headers and the pages.
    const bool small = request.writable.size() == 2;
    EXPECT_EQ(request.indirect, testbed.guest.buffer_api != "piecewise" || !small);
  }
}

TEST_P(EveryApi, WithoutTheFeatureThereAreNoTables) {
  Testbed testbed = short_testbed();
  testbed.guest.buffer_api = GetParam();
  testbed.controller.indirect_desc = false;
  for (const Seen& request : GuestRig(testbed).host.seen) EXPECT_FALSE(request.indirect);
}

TEST(GuestRequests, DataIsPageByPage) {
  const GuestRig rig(short_testbed());
  std::size_t longest = 0;
  for (const Seen& request : rig.host.seen) {
    longest = std::max(longest, request.writable.size() - 1);
    for (std::size_t i = 1; i < request.writable.size(); ++i) {
      EXPECT_EQ(request.writable[i].addr % kPageBytes, 0u);
      EXPECT_EQ(request.writable[i].len, kPageBytes);
      // No two pages in a row are neighbours in guest memory.
      if (i > 1) {
        EXPECT_NE(request.writable[i].addr, request.writable[i - 1].addr + kPageBytes);
      }
    }
  }
  EXPECT_EQ(longest, 16u);  // 64 KiB
}

TEST(GuestRequests, APartOfAPageIsAShorterSegment) {
  Testbed testbed = short_testbed();
  testbed.job.bsrange = {512, 8192};
  const GuestRig rig(testbed);
  std::set<std::uint32_t> ends;
  for (const Seen& request : rig.host.seen) {
    for (std::size_t i = 1; i + 1 < request.writable.size(); ++i) EXPECT_EQ(request.writable[i].len, kPageBytes);
    ends.insert(request.writable.back().len);
    EXPECT_EQ(bytes_of(request.writable, 1), 512u * (request.header[26] * 256u + request.header[27]));
  }
  EXPECT_EQ(ends.size(), 8u);  // 512, 1024, ... 4096
}

TEST(GuestRequests, CommandsShareNoMemory) {
  Testbed testbed = short_testbed();
  testbed.targets = 3;
  const GuestRig rig(testbed);
  std::map<std::uint64_t, std::uint64_t> owner;  // of each page
  std::map<std::uint64_t, std::uint64_t> headers;
  for (const Seen& request : rig.host.seen) {
    EXPECT_EQ(headers.emplace(request.readable[0].addr, request.tag).first->second, request.tag);
    EXPECT_GE(request.writable[0].addr, request.readable[0].addr + 51);
    for (std::size_t i = 1; i < request.writable.size(); ++i)
      EXPECT_EQ(owner.emplace(request.writable[i].addr, request.tag).first->second, request.tag);
  }
  EXPECT_EQ(headers.size(), 3u * testbed.job.iodepth);
}

TEST(GuestRequests, OffsetsAreBlocksOfTheSequence) {
  Testbed testbed = short_testbed();
  testbed.targets = 1;
  testbed.job.iodepth = 1;  // so that requests arrive in the order of their making
  const GuestRig rig(testbed);
  FioRequestSequence sequence(testbed.job, 1, 0);
  FioRequest expected{};
  for (const Seen& request : rig.host.seen) {
    ASSERT_TRUE(sequence.next(expected));
    // Bytes 2 to 5 of the CDB, big endian.
    std::uint64_t block = 0;
    for (std::size_t i = 21; i < 25; ++i) block = block << 8 | request.header[i];
    EXPECT_EQ(block * 512, expected.offset_bytes);
    EXPECT_EQ(bytes_of(request.writable, 1), expected.length_bytes);
  }
  EXPECT_FALSE(sequence.next(expected));
}

TEST(GuestRequests, TheHeaderAddressesTargetAndUnit) {
  Testbed testbed = short_testbed();
  testbed.targets = 3;
  testbed.luns_per_target = 2;
  testbed.job.numjobs = 2;  // one on each unit
  const GuestRig rig(testbed);
  std::set<std::pair<int, int>> addressed;
  for (const Seen& request : rig.host.seen) {
    EXPECT_EQ(request.header[0], 1);
    EXPECT_EQ(request.header[2], 0x40);
    addressed.emplace(request.header[1], request.header[3]);
  }
  EXPECT_EQ(addressed, (std::set<std::pair<int, int>>{{0, 0}, {0, 1}, {1, 0}, {1, 1}, {2, 0}, {2, 1}}));
}

TEST(GuestRequests, TargetsAreDealtOutToTheDevices) {
  Testbed testbed = short_testbed();
  testbed.targets = 5;
  testbed.controller.devices = 2;
  testbed.controller.num_queues = 2;
  const GuestRig rig(testbed);
  std::map<sim::LineIndex, std::set<int>> targets_of_device;
  for (const Seen& request : rig.host.seen) targets_of_device[request.line / 2].insert(request.header[1]);
  // Targets 0, 2, 4 are 0, 1, 2 of the first device, 1 and 3 are 0 and 1 of the second.
  EXPECT_EQ(targets_of_device[0], (std::set<int>{0, 1, 2}));
  EXPECT_EQ(targets_of_device[1], (std::set<int>{0, 1}));
}

TEST(GuestRequests, MoreTargetsThanADeviceHolds) {
  Testbed testbed = short_testbed();
  testbed.targets = 520;
  testbed.controller.devices = 3;
  testbed.job.iodepth = 1;
  testbed.job.bsrange = {65536, 65536};  // 16 requests a job
  const GuestRig rig(testbed);
  EXPECT_EQ(rig.host.seen.size(), 520u * 16u);
  std::map<std::pair<sim::LineIndex, int>, int> requests;
  for (const Seen& request : rig.host.seen)
    ++requests[{request.line / testbed.controller.queues(testbed.guest.vcpus), request.header[1]}];
  EXPECT_EQ(requests.size(), 520u);
  for (const auto& [target, count] : requests) EXPECT_EQ(count, 16);
}

TEST(GuestRequests, ALargeIoIsSplitWhereTheFirstLimitIs) {
  Testbed testbed = short_testbed();
  testbed.targets = 1;
  testbed.job.bsrange = {256 << 10, 256 << 10};  // four I/Os
  const auto blocks_of = [&testbed] {
    std::vector<std::uint32_t> blocks;
    std::uint32_t next = 0;
    for (const Seen& request : GuestRig(testbed).host.seen) {
      const auto byte = [&request](std::size_t i) { return std::uint32_t{request.header[19 + i]}; };
      EXPECT_EQ(byte(2) << 24 | byte(3) << 16 | byte(4) << 8 | byte(5), next);  // one behind the other
      blocks.push_back(byte(7) << 8 | byte(8));
      EXPECT_EQ(bytes_of(request.writable, 1), 512u * blocks.back());
      next += blocks.back();
    }
    return blocks;
  };
  const auto four_times = [](const std::vector<std::uint32_t>& blocks) {
    std::vector<std::uint32_t> all;
    for (int i = 0; i < 4; ++i) all.insert(all.end(), blocks.begin(), blocks.end());
    return all;
  };
  EXPECT_EQ(blocks_of(), four_times({512}));
  testbed.controller.seg_max = 24;  // of a page each
  EXPECT_EQ(blocks_of(), four_times({192, 192, 128}));
  testbed.guest.max_sectors_kb = 66;  // 16 pages and a half
  EXPECT_EQ(blocks_of(), four_times({128, 128, 128, 128}));
  testbed.controller.max_sectors = 127;  // 15 pages and a bit
  EXPECT_EQ(blocks_of(), four_times({120, 120, 120, 120, 32}));
}

TEST(GuestRequests, SingleQueueUsesTheFirstAlone) {
  Testbed testbed = short_testbed();
  testbed.guest.policy = "single_queue";
  testbed.controller.num_queues = 4;
  for (const Seen& request : GuestRig(testbed).host.seen) EXPECT_EQ(request.line, 0u);
}

TEST(GuestRequests, PerVcpuFollowsTheSubmitter) {
  Testbed testbed = short_testbed();
  testbed.guest.policy = "per_vcpu";
  testbed.targets = 8;
  testbed.guest.pinned_vcpus = 4;  // job i stays on vCPU i % 4
  for (const Seen& request : GuestRig(testbed).host.seen) EXPECT_EQ(request.line, request.header[1] % 4u);
}

TEST(GuestRequests, AProcessThatMigratesTakesItsRequestsAlong) {
  Testbed testbed = short_testbed();
  testbed.guest.policy = "per_vcpu";
  testbed.targets = 1;
  testbed.job.iodepth = 1;  // so that it sleeps for each request
  testbed.guest.migration_interval_ns = 1e5;
  std::set<sim::LineIndex> lines;
  for (const Seen& request : GuestRig(testbed).host.seen) lines.insert(request.line);
  EXPECT_EQ(lines, (std::set<sim::LineIndex>{0, 1, 2, 3}));
}

// Of 4 jobs on each of 4 targets, how many vCPUs the jobs of each target are on.
std::vector<std::size_t> vcpus_of_targets(const char* placement) {
  Testbed testbed = short_testbed();
  testbed.guest.policy = "per_vcpu";
  testbed.targets = 4;
  testbed.job.numjobs = 4;
  testbed.job.iodepth = 1;
  testbed.job.bsrange = {4096, 4096};
  testbed.guest.placement = placement;
  testbed.guest.balance_interval_ns = 0;
  std::map<int, std::set<sim::LineIndex>> lines;
  std::map<sim::LineIndex, std::size_t> requests;
  for (const Seen& request : GuestRig(testbed).host.seen) {
    lines[request.header[1]].insert(request.line);
    ++requests[request.line];
  }
  for (const auto& [line, count] : requests) EXPECT_EQ(count, requests[0]) << line;
  std::vector<std::size_t> counts;
  for (const auto& [target, on] : lines) counts.push_back(on.size());
  return counts;
}

TEST(GuestRequests, ShuffledJobsOfATargetAreAnywhere) {
  EXPECT_EQ(vcpus_of_targets("in_order"), (std::vector<std::size_t>(4, 4)));
  const std::vector<std::size_t> shuffled = vcpus_of_targets("shuffled");
  EXPECT_LT(*std::min_element(shuffled.begin(), shuffled.end()), 4u);
}

}  // namespace
}  // namespace vqlab::test
