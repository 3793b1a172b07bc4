#include "analysis/runs/bounded_point.hpp"

#include <gtest/gtest.h>

#include "analysis/scenario/section.hpp"
#include "models/bounds/bounding_network.hpp"
#include "sim/metrics/columns.hpp"
#include "tests/support/in_child.hpp"
#include "tests/support/run_in_child.hpp"

namespace vqlab {
namespace {

PointResult result_of(double iops, double ci95) {
  PointResult result;
  result.completed_ios = 1'000'000;
  result.quantities = {{"bandwidth_mib_per_s", 1, 0.1}, {"iops", iops, ci95}, {"latency_mean_us", 1, 0.1}};
  return result;
}

TEST(BoundedPoint, FailsWhereTheWholeIntervalLiesBeyond) {
  const Testbed testbed;
  const double bound = bound_on_iops(testbed);
  PointResult straddles = result_of(1.01 * bound, 0.02 * bound);
  EXPECT_NO_THROW(hold_against_bound(testbed, straddles));
  PointResult beyond = result_of(1.05 * bound, 0.02 * bound);
  EXPECT_THROW(hold_against_bound(testbed, beyond), BeyondBound);
  // All that was in flight at the beginning, and nothing else.
  PointResult drained = result_of(1.05 * bound, 0);
  drained.completed_ios = static_cast<std::uint64_t>(20 * testbed.requests_in_flight());
  EXPECT_NO_THROW(hold_against_bound(testbed, drained));
}

// A think time of 1 ms after each request lets a process do 1,000 in a second. Of 32 that are in flight when the first
// is back all belong to the burst, and how many a time has room for is not known.
TEST(BoundedPoint, LeavesRoomForTheBurstsBetweenThinkTimes) {
  Testbed testbed;
  testbed.job.iodepth = 32;
  const double without = bound_on_iops(testbed);
  testbed.job.thinktime_us = 1000;
  EXPECT_DOUBLE_EQ(bound_on_iops(testbed), 1000.0 * testbed.processes());
  testbed.job.thinktime_blocks_type = "complete";
  EXPECT_DOUBLE_EQ(bound_on_iops(testbed), std::min(without, 32'000.0 * testbed.processes()));
  testbed.job.thinktime_iotime = "9ms";
  EXPECT_DOUBLE_EQ(bound_on_iops(testbed), without);
}

// 40,000 arrivals scatter by 0.5 %, whatever a few batches of a short run say.
TEST(BoundedPoint, ForgivesWhatDrawnArrivalsExplain) {
  Testbed testbed;
  testbed.job.rate_iops = 10;
  PointResult lucky = result_of(1.02 * bound_on_iops(testbed), 0);
  lucky.completed_ios = 40'000;
  EXPECT_THROW(hold_against_bound(testbed, lucky), BeyondBound);
  testbed.job.rate_process = "poisson";
  EXPECT_NO_THROW(hold_against_bound(testbed, lucky));
  lucky = result_of(1.03 * bound_on_iops(testbed), 0);
  lucky.completed_ios = 40'000;
  EXPECT_THROW(hold_against_bound(testbed, lucky), BeyondBound);
}

TEST(BoundedPoint, JudgesNothingWithoutAnInterval) {
  const Testbed testbed;
  const double bound = bound_on_iops(testbed);
  PointResult unsure = result_of(1.03 * bound, kNoValue);
  EXPECT_NO_THROW(hold_against_bound(testbed, unsure));
  EXPECT_EQ(unsure.quantities.size(), 4u);  // the bound stands beside it all the same
}

TEST(BoundedPoint, TellsTheBoundBesideTheResult) {
  const Testbed testbed;
  PointResult result = result_of(1, 0.1);
  hold_against_bound(testbed, result);
  ASSERT_EQ(result.quantities.size(), 4u);
  EXPECT_EQ(result.quantities[2].name, "bandwidth_bound_mib_per_s");
  EXPECT_DOUBLE_EQ(result.quantities[2].value,
                   bound_on_iops(testbed) * testbed.job.mean_request_bytes() / kBytesPerMib);
}

TEST(BoundedPoint, ClaimsMaySpeakOfWhateverIsMeasuredAndOfNothingElse) {
  PointResult result = test::run_in_child(Testbed{}, {.half_width_percent = 5, .max_simulated_s = 0.05}).result;
  hold_against_bound(Testbed{}, result);
  std::vector<std::string> measured;
  for (const Quantity& quantity : result.quantities) {
    EXPECT_TRUE(is_quantity_name(quantity.name)) << quantity.name;
    if (quantity.name.rfind("vcpu", 0) != 0) measured.push_back(quantity.name);
  }
  EXPECT_EQ(measured, quantity_names());
  EXPECT_FALSE(is_quantity_name("vcpu_utilization"));
}

// What the bound says is the first to saturate is made so dear that nothing else matters: the run comes close.
TEST(BoundedPoint, IsReachedWhereOneThingIsDear) {
  Testbed bus;
  bus.targets = 2;  // few copies at once, so that no thread waits for a CPU
  bus.hardware.memory_gb_per_s = 0.1;
  Testbed worker;
  worker.targets = 4;
  worker.host.worker_threads_max = 1;
  worker.host_costs.worker_ns.mean_ns = 100'000;
  const auto drive = [](const char* dear, ParamValue value, const char* rw) {
    PointSpec spec;
    spec.testbed.targets = 4;
    spec.testbed.job.iodepth = 32;
    spec.testbed.job.rw = rw;
    spec.testbed.job.bsrange = {kPageBytes, kPageBytes};
    spec.testbed.controller.virtqueue_size = 1024;  // a full ring keeps the whole device back
    spec.testbed.host.server = "iothreads";
    spec.testbed.host.aio = "native";
    spec.testbed.host.backend = "flash";
    find_param(dear).set(spec, value);
    return spec.testbed;
  };
  const Testbed commands = drive("flash.command_ns", Cost{50'000}, "randread");
  const Testbed dies = drive("flash.program_ns", Cost{5e6, Shape::kConstant}, "randwrite");
  const Testbed links = drive("flash.channel_gb_per_s", 0.001, "randread");
  Testbed pool = drive("flash.read_ns", Cost{500'000, Shape::kConstant}, "randread");
  pool.host.aio = "threads";
  pool.host.worker_threads_max = 2;
  Testbed thread = drive("native.submit_ns", Cost{100'000}, "randread");
  Testbed vhost = drive("vhost_scsi.submit_ns", Cost{100'000}, "randread");
  vhost.host.server = "vhost_scsi";
  Testbed paced;
  paced.job.rate_iops = 500;
  Testbed host_lock = drive("guest_costs.host_lock_ns", Cost{50'000}, "randread");
  host_lock.guest.vcpus = 1;  // no line moves, and nobody spins
  for (const Testbed& testbed : {bus, worker, commands, dies, links, pool, thread, vhost, paced, host_lock}) {
    const double share = test::in_child([&] {
      PointResult result = run_point(testbed, Precision{.half_width_percent = 3}, 1);
      return result.quantities[1].value / bound_on_iops(testbed);
    });
    EXPECT_GT(share, 0.9);
    EXPECT_LT(share, 1.0 + 0.03);
  }
}

}  // namespace
}  // namespace vqlab
