// A recorded run is the same run, and what is recorded adds up to what the run counts itself.
#include "sim/experiment/recorder.hpp"

#include <array>
#include <gtest/gtest.h>

#include "sim/experiment/world.hpp"
#include "tests/support/in_child.hpp"

namespace vqlab::test {
namespace {

using Doing = Recording::Doing;
using sim::Count;

Testbed letter_of_8() {
  Testbed testbed;
  testbed.targets = 8;
  testbed.job.loops = 1'000'000;
  return testbed;
}
Testbed letter_with_iothreads() {
  Testbed testbed = letter_of_8();
  testbed.host.server = "iothreads";
  testbed.controller.ring = "packed";
  return testbed;
}
// More threads than CPUs, in slices, and a queue that switches.
Testbed crowded_host() {
  Testbed testbed = letter_of_8();
  testbed.hardware.physical_cpus = 3;
  testbed.guest.vcpus = 4;
  testbed.guest.policy = "round_robin";
  return testbed;
}

constexpr Duration kRecordedTime = 10ms;

// All that a run counts.
struct Totals {
  std::array<std::uint64_t, sim::kCounts> counts{};
  sim::StageSums stages{};
  std::array<std::int64_t, 64> busy{};
  std::uint64_t steps = 0;
  friend bool operator==(const Totals& a, const Totals& b) {
    return a.counts == b.counts && a.stages.latency == b.stages.latency && a.stages.service == b.stages.service &&
           a.stages.area == b.stages.area && a.busy == b.busy && a.steps == b.steps;
  }
};

Totals totals_of(sim::World& world) {
  Totals totals;
  totals.counts = world.counters().totals;
  totals.stages = world.stages().sums(world.now());
  std::size_t at = 0;
  for (sim::Vcpu& vcpu : world.guest().vcpus()) totals.busy[at++] = vcpu.busy_time().count();
  for (const Duration busy : world.server().busy_times()) totals.busy[at++] = busy.count();
  for (const Duration held : world.guest().locks_held().queues) totals.busy[at++] = held.count();
  totals.busy[at++] = world.cpus().busy_time().count();
  totals.busy[at++] = world.guest().lock_wait().count();
  totals.steps = world.simgrid().calendar().steps_run();
  return totals;
}

void run_world(sim::World& world) {
  world.simgrid().add_actor("run control", "host", sim::SimGridWorld::Kind::kActor,
                            [](sim::CoarseActor& actor) { actor.sleep(kRecordedTime); });
  world.simgrid().run();
}

// Sums over a recording of the whole run, from its beginning.
struct Sums {
  Totals totals{};
  std::array<std::uint64_t, kStages> stages{};
  std::array<std::uint64_t, kStages> services{};
  std::int64_t serving_work = 0;
  std::int64_t cpus_had = 0;
  std::int64_t queues_locked = 0;
  std::uint64_t switches = 0;
  std::uint64_t whole = 0;
  std::uint64_t slices = 0;
};

Sums recorded(const Testbed& testbed) {
  return in_child([&] {
    sim::Recorder recorder(Instant{}, Instant{} + kRecordedTime);
    sim::World world(testbed, 1, nullptr, &recorder);
    recorder.attach(world.machine(), world.guest(), world.testbed().luns_per_target);
    run_world(world);
    Sums sums;
    sums.totals = totals_of(world);
    const Recording recording = recorder.take();
    for (const Recording::Request& request : recording.requests) {
      sums.whole += request.whole ? 1 : 0;
      if (request.reaping == Instant{}) continue;
      for (std::size_t stage = 0; stage < kStages; ++stage) {
        sums.stages[stage] += static_cast<std::uint64_t>((request.marks[stage + 1] - request.marks[stage]).count());
        sums.services[stage] += static_cast<std::uint64_t>(request.service[stage].count());
      }
    }
    for (const Recording::Slice& slice : recording.slices) {
      const bool serves = recording.thread(slice.thread).kind == sim::TraceSink::Kind::kServing;
      if (!serves || slice.doing != Doing::kWork) continue;
      const Work work = slice.work();
      if (work == Work::kWakeUp || work == Work::kCopy) continue;
      if (work == Work::kPoll && testbed.host.server == "iothreads") continue;  // looks are work, polling is not
      sums.serving_work += (slice.end - slice.begin).count();
    }
    for (const Recording::Held& held : recording.cpus_had) sums.cpus_had += (held.end - held.begin).count();
    for (const Recording::Held& held : recording.locks_held)
      if (recording.locks[held.what].starts_with("vq_lock")) sums.queues_locked += (held.end - held.begin).count();
    for (const Recording::Pick& pick : recording.picks) sums.switches += pick.switches ? 1 : 0;
    sums.slices = recording.slices.size();
    return sums;
  });
}

TEST(Recorder, ARecordedRunIsTheSameRun) {
  for (const Testbed& testbed : {letter_of_8(), letter_with_iothreads(), crowded_host()}) {
    const Totals alone = in_child([&] {
      sim::World world(testbed, 1);
      run_world(world);
      return totals_of(world);
    });
    const Sums sums = recorded(testbed);
    EXPECT_GT(sums.slices, 1000u);
    EXPECT_TRUE(alone == sums.totals) << testbed.host.server;
  }
}

// To the nanosecond: of requests that are over, those included whose reaping will be paid for after the end.
TEST(Recorder, StagesOfRequestsAddUpToThoseOfTheRun) {
  for (const Testbed& testbed : {letter_of_8(), letter_with_iothreads(), crowded_host()}) {
    const Sums sums = recorded(testbed);
    EXPECT_GT(sums.whole, 100u);
    EXPECT_EQ(sums.stages, sums.totals.stages.latency);
    EXPECT_EQ(sums.services, sums.totals.stages.service);
  }
}

TEST(Recorder, ThreadsWorkAndLocksAreHeldAsLongAsTheRunSays) {
  const Testbed testbed = letter_of_8();
  const Sums sums = recorded(testbed);
  const std::size_t vcpus = testbed.guest.vcpus;
  EXPECT_EQ(sums.serving_work, sums.totals.busy[vcpus]);
  std::int64_t locked = 0;
  std::size_t at = vcpus + 1;
  for (; at < vcpus + 1 + testbed.controller.queues(testbed.guest.vcpus); ++at) locked += sums.totals.busy[at];
  EXPECT_EQ(sums.queues_locked, locked);
  EXPECT_EQ(sums.cpus_had, sums.totals.busy[at]);
}

TEST(Recorder, EveryQueueSwitchIsRecorded) {
  for (const Testbed& testbed : {letter_of_8(), crowded_host()}) {
    const Sums sums = recorded(testbed);
    EXPECT_EQ(sums.switches, sums.totals.counts[static_cast<std::size_t>(Count::kQueueSwitches)]);
  }
  EXPECT_GT(recorded(crowded_host()).switches, 100u);
}

}  // namespace
}  // namespace vqlab::test
