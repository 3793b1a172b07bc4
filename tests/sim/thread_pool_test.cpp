#include "sim/host/thread_pool.hpp"

#include <gtest/gtest.h>
#include <vector>

#include "tests/support/testbed_rig.hpp"

namespace vqlab::test {
namespace {

// A worker sleeps 4 us until its first instruction, holds the mutex for 100 ns and works for 2 us.
Testbed pool_testbed(std::uint32_t threads, const char* backend = "null") {
  Testbed testbed;
  testbed.host.worker_threads_max = threads;
  testbed.host.backend = backend;
  testbed.hardware.threads_per_core = 1;
  testbed.hardware.memory_gb_per_s = 4.0;
  testbed.hardware.copy_gb_per_s = 2.0;
  HostCosts& costs = testbed.host_costs;
  costs.worker_wakeup_ns = {4000, Shape::kConstant};
  costs.pool_lock_ns = {100, Shape::kConstant};
  costs.worker_ns = {2000, Shape::kConstant};
  costs.worker_page_ns = {0, Shape::kConstant};
  costs.cstate_ns = {0, Shape::kConstant};
  return testbed;
}

struct PoolRig : MachineRig, sim::AioListener {
  explicit PoolRig(const Testbed& spec)
      : MachineRig(spec),
        AioListener(spec),
        storage(spec, 1),
        pool({machine, testbed, 1, storage}, *this),
        requests(8),
        stages(8) {}

  bool take_back(sim::HostRequest&) override {
    served.push_back(calendar.now().time_since_epoch());
    return wakes;
  }
  void submit(std::size_t i, std::uint64_t bytes = 0) {
    requests[i].data_bytes = bytes;
    requests[i].stages = &stages[i];
    requests[i].served = false;
    pool.submit(requests[i]);
  }

  sim::Storage storage;
  sim::ThreadPool pool;
  std::vector<sim::HostRequest> requests;
  std::vector<sim::StageRecord> stages;
  std::vector<Duration> served;
  bool wakes = false;  // whether the thread that hears of it slept
};

TEST(ThreadPool, OneThreadServesOneAfterTheOther) {
  PoolRig rig(pool_testbed(1));
  for (std::size_t i = 0; i < 3; ++i) rig.submit(i);
  rig.run_for(1ms);
  // 4 us of waking, then 2.1 us each, and 0.1 us to tell of it.
  EXPECT_EQ(rig.served, (std::vector<Duration>{6100ns, 8300ns, 10500ns}));
}

TEST(ThreadPool, ThreadsServeSideBySideBehindOneMutex) {
  PoolRig rig(pool_testbed(64));
  for (std::size_t i = 0; i < 3; ++i) rig.submit(i);
  rig.run_for(1ms);
  // All wake at 4 us; the mutex lets one through every 100 ns.
  EXPECT_EQ(rig.served, (std::vector<Duration>{6100ns, 6200ns, 6300ns}));
}

TEST(ThreadPool, TheMutexIsTakenAgainToTellOfARequest) {
  Testbed testbed = pool_testbed(1);
  testbed.host_costs.pool_lock_ns = {500, Shape::kConstant};
  PoolRig rig(testbed);
  for (std::size_t i = 0; i < 2; ++i) rig.submit(i);
  rig.run_for(1ms);
  // Taken at 4.5 us and served at 6.5; the thread holds the mutex until 7 us to tell, and takes the second at 7.5.
  EXPECT_EQ(rig.served, (std::vector<Duration>{6500ns, 9500ns}));
  EXPECT_EQ(rig.pool.pool_times().locked, 4 * 500ns);
}

TEST(ThreadPool, AWorkerThatWakesTheLoopPaysForIt) {
  Testbed testbed = pool_testbed(1);
  testbed.host_costs.wake_thread_ns = {700, Shape::kConstant};
  PoolRig rig(testbed);
  rig.wakes = true;
  for (std::size_t i = 0; i < 2; ++i) rig.submit(i);
  rig.run_for(1ms);
  EXPECT_EQ(rig.served, (std::vector<Duration>{6100ns, 6100ns + 700ns + 2100ns}));
}

TEST(ThreadPool, TheLimitHolds) {
  PoolRig rig(pool_testbed(2));
  for (std::size_t i = 0; i < 5; ++i) rig.submit(i);
  rig.run_for(1ms);
  ASSERT_EQ(rig.served.size(), 5u);
  // Two at a time: the third waits for the first, the fourth for the second, the fifth for the third.
  EXPECT_EQ(rig.served, (std::vector<Duration>{6100ns, 6200ns, 8300ns, 8500ns, 10500ns}));
}

TEST(ThreadPool, ASleeperIsWokenBeforeAThreadIsMade) {
  PoolRig rig(pool_testbed(64));
  rig.submit(0);
  EXPECT_FALSE(rig.pool.sleepers() > 0);
  rig.run_for(10us);
  EXPECT_TRUE(rig.pool.sleepers() > 0);
  rig.submit(1);
  EXPECT_FALSE(rig.pool.sleepers() > 0);  // the one sleeper is taken
  rig.submit(2);                          // a second thread
  rig.run_for(20us);
  rig.submit(3);
  EXPECT_TRUE(rig.pool.sleepers() > 0);
  rig.submit(4);
  EXPECT_FALSE(rig.pool.sleepers() > 0);
}

TEST(ThreadPool, AwakeTimeIsCounted) {
  PoolRig rig(pool_testbed(64));
  rig.submit(0);
  rig.submit(1);
  rig.run_for(1ms);
  // From waking to sleep: 6.1 and 6.2 us.
  EXPECT_EQ(rig.pool.pool_times().awake, 12300ns);
}

TEST(ThreadPool, TheCopyTakesTheBus) {
  PoolRig rig(pool_testbed(64, "page_cache"));
  rig.submit(0, 65536);
  rig.run_for(1ms);
  // 65536 bytes at 2 bytes a ns for one core.
  EXPECT_EQ(rig.served, (std::vector<Duration>{6100ns + 32768ns}));
  EXPECT_EQ(rig.bus.bytes_moved(), 65536u);
}

TEST(ThreadPool, CopiesShareTheBus) {
  PoolRig rig(pool_testbed(64, "page_cache"));
  for (std::size_t i = 0; i < 4; ++i) rig.submit(i, 65536);
  rig.run_for(1ms);
  ASSERT_EQ(rig.served.size(), 4u);
  // 4 * 65536 bytes at 4 bytes a ns for all together take 65.5 us; the first begins at 6.1 us, and until the others
  // follow within 0.3 us the bus is not full: at most 0.3 us later.
  EXPECT_GE(rig.served.back(), 6100ns + 65536ns);
  EXPECT_LE(rig.served.back(), 6400ns + 65536ns);
}

}  // namespace
}  // namespace vqlab::test
