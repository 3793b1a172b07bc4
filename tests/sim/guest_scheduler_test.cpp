// How vCPUs are shared among processes: time slices, weights, preemption, placement of who wakes, load balancing.
#include <deque>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "sim/guest/run_queue.hpp"
#include "tests/support/testbed_rig.hpp"

namespace vqlab::test {
namespace {

using sim::Count;
using sim::RunQueue;
using sim::UserProcess;
using sim::Vcpu;

struct Nobody final : UserProcess {
  Vcpu* completed(sim::Command&, Vcpu&) override { return nullptr; }
  [[nodiscard]] bool next_wakes(const sim::Command&) const noexcept override { return false; }
  Vcpu& place(Vcpu& waker) override { return waker; }
  void wake() override {}
  void go_on() override {}
  void moved(Vcpu&) override {}
  void push(Vcpu&) override {}
};

constexpr Instant at(Duration time) { return Instant{time}; }

// One vCPU: a latency of 6 ms, slices of at least 0.75, wake-ups that preempt by 1, ticks of 1.
struct RunQueueTest : testing::Test {
  static SchedulerRules rules() {
    Testbed testbed;
    testbed.guest.vcpus = 1;
    return SchedulerRules(testbed);
  }
  // Runs the current one until it must let another one run, which is picked.
  Instant run_slice(Instant now) {
    while (!queue.preempts(now)) now += 10us;
    queue.put_back(now);
    queue.pick(now);
    return now;
  }
  RunQueue queue{rules()};
  Nobody a, b, c;
};

TEST_F(RunQueueTest, WhoIsAloneKeepsTheCpu) {
  EXPECT_TRUE(queue.wake(a, at(0ms)));
  EXPECT_EQ(queue.current(), &a);
  EXPECT_FALSE(queue.preempts(at(1s)));
  queue.stop(at(1s));
  EXPECT_EQ(queue.pick(at(1s)), nullptr);
  EXPECT_EQ(queue.weight(), 0u);
}

TEST_F(RunQueueTest, TwoShareTheLatency) {
  (void)queue.wake(a, at(0ms));
  (void)queue.wake(b, at(0ms));
  EXPECT_FALSE(queue.preempts(at(2990us)));
  // Each has half of 6 ms. The tick at 3 ms finds that no more than that is over; the next one does.
  Instant now = run_slice(at(2990us));
  EXPECT_EQ(now, at(4ms));
  EXPECT_EQ(queue.current(), &b);
  now = run_slice(now);
  EXPECT_EQ(now, at(8ms));
  EXPECT_EQ(queue.current(), &a);
}

TEST_F(RunQueueTest, SlicesOfManyAreNotShorterThanTheGranularity) {
  std::vector<Nobody> many(15);
  (void)queue.wake(a, at(0ms));
  for (Nobody& one : many) (void)queue.wake(one, at(0ms));
  EXPECT_EQ(queue.runnable(), 16u);
  EXPECT_FALSE(queue.preempts(at(700us)));
  EXPECT_EQ(run_slice(at(700us)), at(1ms));  // 0.75 ms, at the next tick
}

TEST_F(RunQueueTest, TimeGoesByWeight) {
  b.weight = 3 * UserProcess::kNormalWeight;
  (void)queue.wake(a, at(0ms));
  (void)queue.wake(b, at(0ms));
  Duration ran_by_b{0};
  Instant now = at(0ms);
  while (now < at(2s)) {
    const bool is_b = queue.current() == &b;
    const Instant end = run_slice(now);
    if (is_b) ran_by_b += end - now;
    now = end;
  }
  EXPECT_NEAR(seconds(ran_by_b) / seconds(now.time_since_epoch()), 0.75, 0.01);
}

TEST_F(RunQueueTest, WhoHasSleptPreemptsWhoHasRunMore) {
  (void)queue.wake(a, at(0ms));
  (void)queue.wake(b, at(900us));  // behind by less than the granularity of wake-ups
  EXPECT_FALSE(queue.preempts(at(900us)));
  (void)queue.wake(c, at(950us));
  EXPECT_FALSE(queue.preempts(at(950us)));
  queue.stop(at(950us));
  EXPECT_EQ(queue.pick(at(950us)), &b);  // first of equals
  (void)queue.wake(a, at(10ms));         // b is 9 ms ahead of it
  EXPECT_TRUE(queue.preempts(at(10ms)));
  queue.put_back(at(10ms));
  EXPECT_EQ(queue.pick(at(10ms)), &c);  // who has never run
}

TEST_F(RunQueueTest, ALongSleepIsOwedHalfALatency) {
  (void)queue.wake(a, at(0ms));
  (void)queue.preempts(at(1s));
  (void)queue.wake(b, at(1s));
  EXPECT_EQ(b.vruntime, (1s - 3ms) / 1ns);
  EXPECT_TRUE(queue.preempts(at(1s)));
}

TEST_F(RunQueueTest, WithoutSlicesWhoHasWaitedLongestIsNext) {
  Testbed testbed;
  testbed.guest.sched_latency_ns = 0;
  RunQueue plain{SchedulerRules(testbed)};
  (void)plain.wake(a, at(0ms));
  (void)plain.wake(c, at(1ms));
  (void)plain.wake(b, at(2ms));
  EXPECT_FALSE(plain.preempts(at(10s)));
  plain.stop(at(10s));
  EXPECT_EQ(plain.pick(at(10s)), &c);
}

TEST_F(RunQueueTest, OnlyWhoWaitsAndIsColdIsTaken) {
  (void)queue.wake(a, at(0ms));
  queue.stop(at(1ms));  // a has just run
  (void)queue.wake(b, at(1ms));
  (void)queue.wake(a, at(1ms));
  EXPECT_EQ(queue.take(at(1ms) - 500us, 0), nullptr);
  EXPECT_EQ(queue.take(at(1ms), 0), &a);
  EXPECT_EQ(queue.take(at(2ms), 0), nullptr);  // b runs
  EXPECT_EQ(queue.weight(), UserProcess::kNormalWeight);
}

Testbed sharing(std::uint32_t vcpus, std::uint32_t targets, std::uint32_t iodepth) {
  Testbed testbed = short_testbed();
  testbed.targets = targets;
  testbed.guest.vcpus = vcpus;
  testbed.host.backend = "null";
  testbed.job.bsrange = {4096, 4096};
  testbed.job.iodepth = iodepth;
  testbed.job.loops = 1'000'000;
  testbed.controller.cmd_per_lun = 1024;
  testbed.controller.virtqueue_size = 1024;
  return testbed;
}

// Jain's index of what each target gets in `time`, after a third as long.
double jain(const Testbed& testbed, Duration time) {
  TestbedRig rig(testbed);
  rig.run_for(time / 3);
  const std::vector<std::uint64_t> before = rig.guest.target_bytes();
  rig.run_for(time);
  const std::vector<std::uint64_t> after = rig.guest.target_bytes();
  double sum = 0;
  double squares = 0;
  for (std::size_t target = 0; target < before.size(); ++target) {
    const auto share = static_cast<double>(after[target] - before[target]);
    sum += share;
    squares += share * share;
  }
  return sum * sum / (squares * testbed.targets);
}

TEST(SharedVcpu, EqualJobsGetEqualShares) {
  for (const std::uint32_t jobs : {1u, 2u, 4u, 8u, 16u})
    for (const std::uint32_t depth : {1u, 4u, 16u, 64u, 256u}) {
      Testbed testbed = sharing(1, jobs, depth);
      testbed.hardware.clock_ghz = 10;  // a job reaps as many as it has in flight: many of these in a short run
      // Each of 16 jobs has a slice in 16 ms.
      const Duration time = depth < 16 ? 100ms : 24ms * jobs;
      EXPECT_GT(jain(testbed, time), 0.99) << jobs << " jobs, depth " << depth;
    }
}

TEST(SharedVcpu, WithoutSlicesOneHasEverything) {
  Testbed testbed = sharing(1, 4, 64);
  testbed.mechanisms.time_slices = false;
  EXPECT_LT(jain(testbed, 50ms), 0.3);
}

TEST(SharedVcpu, ANicerJobGetsLess) {
  Testbed testbed = sharing(1, 2, 64);
  testbed.other_job_targets = 1;
  testbed.other_job = testbed.job;
  testbed.other_job.nice = 5;
  TestbedRig rig(testbed);
  rig.run_for(400ms);
  const std::vector<std::uint64_t> bytes = rig.guest.target_bytes();
  // 1.25 to the fifth; slices are longer by up to a tick.
  EXPECT_NEAR(static_cast<double>(bytes[0]) / static_cast<double>(bytes[1]), 3.05, 0.4);
}

// vCPUs without work of their own but for what the test gives them.
struct PlacementTest : testing::Test, sim::InterruptHandlers {
  sim::Task<> handle_interrupt(Vcpu&, sim::LineIndex) override { co_return; }
  CompletionLocks completion_locks(const sim::Command&) const override { return {nullptr, nullptr}; }
  Duration draw_completion(Vcpu&, const sim::Command&) override { return {}; }
  Completion complete(Vcpu&, sim::Command&) override { return {}; }
  sim::Task<> hand_over(Vcpu&, const sim::Command&) override { co_return; }

  static Testbed four_vcpus() {
    Testbed testbed;
    testbed.guest.vcpus = 4;
    return testbed;
  }
  // So many processes, of which one runs, on this vCPU.
  void load(std::size_t vcpu, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) vcpus[vcpu].start_process(processes.emplace_back());
  }
  [[nodiscard]] std::uint32_t placed(const sim::VcpuSet& set, std::size_t waker, std::size_t previous) {
    return set.place_woken(Nobody(), vcpus[waker], vcpus[previous]).id().value;
  }

  Testbed testbed = four_vcpus();
  MachineRig rig{testbed};
  GuestSteps<CostSampler> steps{testbed};
  std::deque<Vcpu> vcpus;
  std::deque<Nobody> processes;
  std::vector<Vcpu*> all = [this] {
    std::vector<Vcpu*> pointers;
    for (std::uint32_t i = 0; i < 4; ++i)
      pointers.push_back(&vcpus.emplace_back(VcpuId(i), rig.machine, *this, steps, testbed, 1));
    return pointers;
  }();
  sim::VcpuSet sockets{all, false};
  sim::VcpuSet cores{all, true};
};

TEST_F(PlacementTest, SocketsHaveNoIdleSibling) {
  load(0, 1);
  EXPECT_EQ(placed(sockets, 0, 0), 0u);  // it shares its vCPU, though three are idle
  EXPECT_EQ(placed(cores, 0, 0), 1u);
  load(1, 1);
  EXPECT_EQ(placed(cores, 0, 0), 2u);
  load(2, 1);
  load(3, 1);
  EXPECT_EQ(placed(cores, 0, 0), 0u);
}

TEST_F(PlacementTest, AnIdleWakerAttracts) {
  EXPECT_EQ(placed(sockets, 2, 0), 2u);
  load(2, 1);
  EXPECT_EQ(placed(sockets, 2, 0), 0u);  // it would have two there, none here
  load(0, 1);
  EXPECT_EQ(placed(sockets, 2, 0), 0u);
  load(0, 1);
  EXPECT_EQ(placed(sockets, 2, 0), 2u);  // two there, two here: hardly more
}

TEST_F(PlacementTest, WhoseVcpuHasGoneGoesToTheFirst) {
  sockets.set_online(2);
  EXPECT_EQ(placed(sockets, 1, 3), 0u);
}

// Where processes submit: with a queue for each vCPU, its doorbells.
std::vector<double> submissions(const Testbed& testbed, Duration time) {
  TestbedRig rig(testbed);
  rig.run_for(time / 2);
  const std::vector<std::uint64_t> before = rig.wires.kicks;
  rig.run_for(time / 2);
  std::vector<double> shares;
  double all = 0;
  for (std::size_t queue = 0; queue < before.size(); ++queue) {
    shares.push_back(static_cast<double>(rig.wires.kicks[queue] - before[queue]));
    all += shares.back();
  }
  for (double& share : shares) share /= all;
  return shares;
}

// vCPUs 2 and 3 come back after 10 ms; all processes are on the first two then.
Testbed stacked() {
  Testbed testbed = sharing(4, 8, 16);
  testbed.guest.policy = "per_vcpu";
  testbed.controller.event_idx = false;  // each request is a doorbell
  testbed.hotplug = {.vcpus = 2, .offline_s = 0.0001, .online_s = 0.01, .period_s = 0};
  return testbed;
}

TEST(LoadBalancing, IdleVcpusTakeProcesses) {
  Testbed testbed = stacked();
  for (const double share : submissions(testbed, 80ms)) EXPECT_GT(share, 0.1);
  testbed.mechanisms.load_balancing = false;
  const std::vector<double> alone = submissions(testbed, 80ms);
  EXPECT_EQ(alone[2] + alone[3], 0);
}

}  // namespace
}  // namespace vqlab::test
