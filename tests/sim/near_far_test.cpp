// Physical CPUs that are near or far: who runs where, what siblings do to each other, what distance costs.
#include <array>
#include <cmath>
#include <deque>
#include <gtest/gtest.h>

#include "models/testbed/topology.hpp"
#include "tests/support/host_rig.hpp"

namespace vqlab::sim {
namespace {

PhysicalCpuOptions near_far_options(const CpuPlaces& places, std::uint32_t cpus, double sibling_speed) {
  return {.count = cpus,
          .sibling_speed = sibling_speed,
          .share = FairShare(4e6, 0.5e6, 0.5e6, cpus),
          .tick = 1ms,
          .places = places};
}

// Two sockets of two dies with two cores: CPUs 0 and 1, 2 and 3 of the first one, siblings 8 to 11.
struct NearFarCpus {
  explicit NearFarCpus(double sibling_speed = 0.5)
      : cpus(calendar, near_far_options(CpuPlaces(2, 2, 2, 2), 16, sibling_speed), 1) {}
  HostThread& wake(std::uint32_t pinned = HostThread::kNoCpu) {
    HostThread& thread = threads.emplace_back();
    thread.pinned = pinned;
    (void)cpus.wake(thread);
    return thread;
  }
  // What 1 us of the thread's work takes now.
  Duration microsecond(HostThread& thread) { return cpus.slowdown(thread).of(1us); }

  Calendar calendar;
  PhysicalCpus cpus;
  std::deque<HostThread> threads;
};

TEST(NearFar, NewThreadsTakeCoresOfTheirOwnWhileThereAreSome) {
  NearFarCpus c;
  for (std::uint32_t core = 0; core < 8; ++core) EXPECT_EQ(c.wake().cpu, core);
  EXPECT_EQ(c.wake().cpu, 8u) << "all cores have one thread";
}

TEST(NearFar, WhoFindsItsCpuBusyStaysNear) {
  NearFarCpus c;
  HostThread& moves = c.wake();
  ASSERT_EQ(moves.cpu, 0u);
  const std::array near{1u, 8u, 9u, 2u, 3u};  // a core of the die, what is left of it, and then the next die
  for (const std::uint32_t next : near) {
    c.cpus.sleep(moves);
    (void)c.wake(moves.cpu);  // somebody else takes its CPU
    (void)c.cpus.wake(moves);
    EXPECT_EQ(moves.cpu, next);
  }
}

TEST(NearFar, SiblingsSlowEachOtherDownAndNobodyElse) {
  NearFarCpus c;
  HostThread& one = c.wake(0);
  HostThread& elsewhere = c.wake(1);
  EXPECT_EQ(c.microsecond(one), 1us);
  HostThread& sibling = c.wake(8);
  EXPECT_EQ(c.microsecond(one), 2us);
  EXPECT_EQ(c.microsecond(sibling), 2us);
  EXPECT_EQ(c.microsecond(elsewhere), 1us);
  c.cpus.sleep(sibling);
  EXPECT_EQ(c.microsecond(one), 1us);
  (void)c.cpus.wake(sibling);
  c.cpus.sleep(one);
  EXPECT_EQ(c.microsecond(sibling), 1us);
}

TEST(NearFar, WhoWaitsForACpuSharesNoCore) {
  NearFarCpus c;
  HostThread& one = c.wake(0);
  HostThread& waits = c.wake(0);
  HostThread& sibling = c.wake(8);
  c.cpus.sleep(sibling);
  EXPECT_EQ(c.microsecond(one), 1us);
  (void)c.cpus.wake(sibling);
  c.cpus.sleep(one);
  ASSERT_TRUE(waits.placed);
  EXPECT_EQ(c.microsecond(waits), 2us) << "it has the CPU now, beside the sibling";
}

// Two threads on one core, each of which rests and works in turn, for exponential times of this mean. Where both work,
// each does so at half speed. A burst of work is one step or many.
struct RestingSiblings {
  static constexpr double kMean = 100'000;

  explicit RestingSiblings(std::uint32_t steps_of_burst)
      : steps(steps_of_burst), cpus(calendar, near_far_options(CpuPlaces(1, 1, 1, 2), 2, 0.5), 1) {
    for (std::uint32_t cpu = 0; cpu < 2; ++cpu) {
      threads[cpu].pinned = cpu;
      threads[cpu].time = &times[cpu];
      processes.start(run(cpu));
    }
  }
  Process run(std::uint32_t cpu) {
    RandomStream random(1, "resting/" + std::to_string(cpu));
    const CostSampler time({kMean, Shape::kExponential});
    while (true) {
      co_await calendar.sleep(time.sample(random));
      (void)cpus.wake(threads[cpu]);
      const Duration step = time.sample(random) / steps;
      for (std::uint32_t i = 0; i < steps; ++i)
        co_await times[cpu].work(calendar, cpus.slowdown(threads[cpu]).of(step), ResourceId::kNone);
      cpus.sleep(threads[cpu]);
      ++bursts;
    }
  }
  // Bursts of both in a mean time.
  double rate() {
    constexpr double kTimes = 100'000;
    calendar.run_until(Instant{Duration{static_cast<std::int64_t>(kTimes * kMean)}});
    return static_cast<double>(bursts) / kTimes;
  }

  std::uint32_t steps;
  std::uint64_t bursts = 0;
  Calendar calendar;
  PhysicalCpus cpus;
  std::array<HostThread, 2> threads{};
  std::array<ThreadTime, 2> times{};
  ProcessGroup processes{calendar};
};

// The exact answer is a chain of 0, 1 or 2 working threads: up at rates 2 and 1, down at 1 and 2 * 0.5. In balance
// their shares are as 1 : 2 : 2, and bursts end at the rate 2/5 * 1 + 2/5 * 1.
TEST(NearFar, ShortStepsShareACoreAsProcessorSharingDoes) { EXPECT_NEAR(RestingSiblings(20).rate(), 0.8, 0.01 * 0.8); }

// Without the rule it would be 1: far outside.
TEST(NearFar, AStepAsLongAsTheBurstIsOffByLittle) { EXPECT_NEAR(RestingSiblings(1).rate(), 0.8, 0.05 * 0.8); }

// The queue's thread runs there, and a vCPU on CPU 0 has written the request. A request of 3 descriptors has 3 lines.
Duration when_interrupted(const char* cpu, const char* server) {
  Testbed testbed = vqlab::test::host_testbed();
  testbed.hardware.physical_cpus = 16;
  testbed.hardware.threads_per_core = 2;
  testbed.host.server = server;
  testbed.host.server_cpus = cpu;
  Topology topology{.sockets = 2, .dies = 2, .cores = 2};
  for (Cost* cost : {&topology.core_line_ns, &topology.die_line_ns, &topology.node_line_ns})
    cost->shape = Shape::kConstant;
  testbed.parts.set(topology);
  vqlab::test::HostRig rig(testbed);
  HostThread vcpu;
  vcpu.cpu = 0;
  rig.machine.hand_overs->add_vcpu(vcpu);
  rig.machine.hand_overs->written(0, VcpuId(0));
  (void)rig.add(0, 0);
  rig.kick(0);
  rig.run_to(1ms);
  EXPECT_EQ(rig.interrupts.size(), 1u);
  return rig.interrupts.empty() ? Duration{0} : rig.interrupts.front().when;
}

TEST(NearFar, EachLineOfARequestPaysForItsWay) {
  const Duration near = when_interrupted("1", "main_loop");
  EXPECT_EQ(when_interrupted("8", "main_loop") - near, -3 * 30ns);
  EXPECT_EQ(when_interrupted("2", "main_loop") - near, 3 * 60ns);
  EXPECT_EQ(when_interrupted("5", "main_loop") - near, 3 * 100ns);
}

TEST(NearFar, SoItIsWithAnEventLoopOfItsOwn) {
  for (const char* server : {"iothreads", "vhost_scsi"}) {
    const Duration near = when_interrupted("1", server);
    EXPECT_GT(when_interrupted("2", server), near) << server;
    EXPECT_GT(when_interrupted("5", server), when_interrupted("2", server)) << server;
    EXPECT_LT(when_interrupted("8", server), near) << server;
  }
}

// Requests of one vCPU on CPU 0 in 20 ms.
std::uint64_t served(const std::string& vcpu_cpus, const std::string& server_cpus) {
  Testbed testbed = vqlab::test::short_testbed();
  testbed.targets = 1;
  testbed.job.loops = 1000;  // more than there is time for
  testbed.job.iodepth = 16;
  testbed.guest.vcpus = 1;
  testbed.hardware.physical_cpus = 16;
  testbed.hardware.threads_per_core = 2;
  testbed.host.server = "iothreads";
  testbed.host.aio = "native";
  testbed.host.backend = "null";
  testbed.host.vcpu_cpus = vcpu_cpus;
  testbed.host.server_cpus = server_cpus;
  // Far enough to be seen in few requests.
  testbed.parts.set(Topology{.sockets = 2, .dies = 2, .cores = 2, .die_line_ns = {1000}, .node_line_ns = {3000}});
  vqlab::test::TestbedRig rig(testbed);
  rig.run_for(20ms);
  return rig.total(Count::kCompleted);
}

TEST(NearFar, FartherIsSlowerAndASiblingIsSlowest) {
  const std::uint64_t near = served("0", "1");
  const std::uint64_t die = served("0", "2");
  const std::uint64_t node = served("0", "5");
  EXPECT_LT(die, near);
  EXPECT_LT(node, die);
  EXPECT_LT(served("0", "8"), near * 9 / 10) << "both work all the time, each at 0.65 of its speed";
  EXPECT_GT(served("0", "8"), near * 6 / 10) << "and what is handed over stays in their core";
}

TEST(NearFar, FloatingThreadsAreAsGoodAsThoseThatArePinnedWell) {
  const auto pinned = static_cast<double>(served("0", "1"));
  ASSERT_GT(pinned, 0);
  EXPECT_NEAR(static_cast<double>(served("", "")), pinned, 0.02 * pinned);
}

}  // namespace
}  // namespace vqlab::sim
