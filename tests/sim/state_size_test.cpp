#include "sim/experiment/state_size.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

#include "sim/experiment/world.hpp"

namespace vqlab {
namespace {

std::uint64_t address_space_bytes() {
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

// Slow: the sanitizers' memory is not the program's.
void expect_estimate(const Testbed& testbed) {
  const std::uint64_t before = address_space_bytes();
  const sim::World world(testbed, 1, nullptr);
  const auto taken = static_cast<double>(address_space_bytes() - before);
  const auto estimate = static_cast<double>(state_bytes(testbed));
  EXPECT_GT(taken, 1e8);
  EXPECT_GT(estimate / taken, 0.7) << estimate << " of " << taken;
  EXPECT_LT(estimate / taken, 1.3) << estimate << " of " << taken;
}

TEST(StateSizeSlow, OfManyRequestsIsWhatTheyTake) {
  Testbed testbed;
  testbed.targets = 1024;
  testbed.controller.devices = 4;
  testbed.job.iodepth = 256;
  expect_estimate(testbed);
}

TEST(StateSizeSlow, OfManyLunsIsWhatTheyTake) {
  Testbed testbed;
  testbed.targets = 16384;
  testbed.luns_per_target = 128;
  testbed.controller.devices = 64;
  testbed.job.iodepth = 1;
  expect_estimate(testbed);
}

TEST(StateSizeSlow, OfManyQueuesIsWhatTheyTake) {
  Testbed testbed;
  testbed.controller.devices = 8;
  testbed.controller.num_queues = 1022;
  testbed.controller.virtqueue_size = 1024;
  testbed.guest.policy = "per_vcpu";
  expect_estimate(testbed);
}

TEST(StateSizeSlow, OfManyVcpusIsWhatTheyTake) {
  Testbed testbed;
  testbed.guest.vcpus = 256;
  testbed.guest.policy = "per_vcpu";
  testbed.controller.devices = 64;
  testbed.controller.num_queues = 0;
  expect_estimate(testbed);
}

TEST(StateSize, DoesNotOverflow) {
  Testbed testbed;
  testbed.targets = 16384;
  testbed.controller.devices = 64;
  testbed.job.numjobs = 64;
  testbed.job.iodepth = 256;
  // 268,435,456 requests, each of which needs at least its headers and its indirect table of 512 bytes.
  EXPECT_GT(state_bytes(testbed), 268435456ull * 768);
  // As much as is accepted: 1000 times as many requests, and more than 64 bits of bytes with I/Os that are split.
  testbed.job.numjobs = 4096;
  testbed.job.iodepth = 4096;
  EXPECT_GT(state_bytes(testbed), 268435456ull * 1024 * 768);
  testbed.job.bsrange = {1 << 30, 1 << 30};
  EXPECT_GE(state_bytes(testbed), 1'000'000'000'000'000'000u);
}

}  // namespace
}  // namespace vqlab
