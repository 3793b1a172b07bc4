// aio "io_uring": what a loop submits in one call, and data that is in the page cache.
#include <gtest/gtest.h>

#include "analysis/scenario/section.hpp"
#include "tests/support/expect_all_served.hpp"

namespace vqlab::test {
namespace {

Testbed on_io_uring(const char* backend) {
  Testbed testbed = short_testbed();
  testbed.targets = 1;
  testbed.job.bs = "64k";
  testbed.host.server = "iothreads";
  testbed.host.aio = "io_uring";
  testbed.host.backend = backend;
  return testbed;
}

Duration busy_of_loop(TestbedRig& rig) {
  expect_all_served(rig);
  return rig.host.server().busy_times().front();
}

void set_cost(Testbed& testbed, const char* path, double mean_ns) {
  PointSpec spec{testbed, {}};
  find_param(path).set(spec, Cost{mean_ns, Shape::kConstant});
  testbed = spec.testbed;
}

// 16 requests of 64 KiB: 16 pages each, and 1 MiB over a bus of 5 GB/s for one copy.
TEST(IoUring, WhatIsCachedIsCopiedByTheServingThread) {
  Testbed testbed = on_io_uring("page_cache");
  testbed.hardware.copy_gb_per_s = 5;
  testbed.hardware.memory_gb_per_s = 50;
  set_cost(testbed, "io_uring.cached_page_ns", 0);
  TestbedRig quick(testbed);
  const Duration without = busy_of_loop(quick);
  EXPECT_EQ(quick.bus.bytes_moved(), 1 << 20);
  set_cost(testbed, "io_uring.cached_page_ns", 10'000);
  TestbedRig slow(testbed);
  const Duration pages = busy_of_loop(slow) - without;
  // Sixteen times sixteen looks of 10 us; the rest of the loop's costs are drawn.
  EXPECT_NEAR(static_cast<double>(pages.count()), 2560e3, 300e3);
  TestbedRig device(on_io_uring("null"));
  expect_all_served(device);
  EXPECT_EQ(device.bus.bytes_moved(), 0);
}

// With a call that costs 1 ms a run is as long as it has calls: 16 requests one by one, or as a loop collects them.
TEST(IoUring, ACallSubmitsAllThatTheLoopHasCollected) {
  const auto time = [](std::int64_t batch) {
    Testbed testbed = on_io_uring("null");
    testbed.job.rw = "randread";
    testbed.guest.nomerges = 2;
    testbed.job.iodepth = 16;
    testbed.job.iodepth_batch = 16;
    set_cost(testbed, "io_uring.enter_ns", 1e6);
    PointSpec spec{testbed, {}};
    find_param("iothreads.aio-max-batch").set(spec, batch);
    TestbedRig rig(spec.testbed);
    expect_all_served(rig);
    return rig.calendar.now() - Instant{};
  };
  EXPECT_GT(time(1), 16ms);
  EXPECT_LT(time(16), 6ms);
}

}  // namespace
}  // namespace vqlab::test
