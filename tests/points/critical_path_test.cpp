// What a run's length was spent on.
#include <gtest/gtest.h>
#include <numeric>
#include <vector>

#include "analysis/scenario/section.hpp"
#include "sim/engine/causal_order.hpp"
#include "sim/engine/process.hpp"
#include "sim/engine/sync.hpp"
#include "sim/experiment/explain_point.hpp"
#include "tests/support/in_child.hpp"

namespace vqlab::sim {
namespace {

struct Link {
  std::int64_t begin;
  std::int64_t end;
  ResourceId resource;
  friend bool operator==(const Link&, const Link&) = default;
};

std::vector<Link> path_of(const CausalOrder& order) {
  std::vector<Link> links;
  order.walk_back([&](Instant begin, Instant end, ResourceId resource) {
    links.push_back({begin.time_since_epoch().count(), end.time_since_epoch().count(), resource});
  });
  return links;
}

Process works(Calendar& calendar, Duration time, ResourceId resource, Event& done) {
  co_await calendar.sleep(time, resource);
  done.signal();
}

Process waits_for_both(Calendar& calendar, Event& first, Event& second) {
  co_await first.wait();
  co_await second.wait();
  co_await calendar.sleep(5ns, ResourceId::kVcpus);
}

TEST(CausalOrder, ThePathLeadsThroughTheLastThatWasWaitedFor) {
  for (const bool first_is_longer : {true, false}) {
    CausalOrder order;
    Calendar calendar(&order);
    Event first(calendar);
    Event second(calendar);
    ProcessGroup group(calendar);
    group.start(works(calendar, first_is_longer ? 70ns : 30ns, ResourceId::kMainLoop, first));
    group.start(works(calendar, first_is_longer ? 30ns : 70ns, ResourceId::kWorkers, second));
    group.start(waits_for_both(calendar, first, second));
    calendar.run_until(Instant{} + 1us);
    const ResourceId longer = first_is_longer ? ResourceId::kMainLoop : ResourceId::kWorkers;
    EXPECT_EQ(path_of(order), (std::vector<Link>{{70, 75, ResourceId::kVcpus}, {0, 70, longer}}));
  }
}

Process interrupts(Calendar& calendar, Step& step) {
  co_await calendar.sleep(40ns, ResourceId::kMainLoop);
  calendar.set_aside(step);
  co_await calendar.sleep(10ns, ResourceId::kMainLoop);
  calendar.schedule(step, 60ns);
}

struct Works {
  Calendar& calendar;
  Step& step;
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> process) {
    step.process = process;
    step.resource = ResourceId::kVcpus;
    calendar.schedule(step, 100ns);
  }
  void await_resume() const noexcept {}
};

Process works_in(Calendar& calendar, Step& step) { co_await Works{calendar, step}; }

// What is interrupted would have ended without the interrupt, whose own causes therefore are not its.
TEST(CausalOrder, WorkThatIsInterruptedStaysOnThePath) {
  CausalOrder order;
  Calendar calendar(&order);
  Step step;
  ProcessGroup group(calendar);
  group.start(works_in(calendar, step));
  group.start(interrupts(calendar, step));
  calendar.run_until(Instant{} + 1us);
  EXPECT_EQ(
      path_of(order),
      (std::vector<Link>{{50, 110, ResourceId::kVcpus}, {40, 50, ResourceId::kVcpus}, {0, 40, ResourceId::kVcpus}}));
}

Process counts(Calendar& calendar, int steps) {
  for (int i = 0; i < steps; ++i) co_await calendar.sleep(10ns, ResourceId::kWorkers);
}

TEST(CausalOrder, WhatIsForgottenEndsThePath) {
  CausalOrder order(8);
  Calendar calendar(&order);
  ProcessGroup group(calendar);
  group.start(counts(calendar, 100));
  calendar.run_until(Instant{} + 10us);
  const std::vector<Link> path = path_of(order);
  ASSERT_EQ(path.size(), 8u);
  EXPECT_EQ(path.front(), (Link{990, 1000, ResourceId::kWorkers}));
  EXPECT_EQ(path.back(), (Link{920, 930, ResourceId::kWorkers}));
}

// Shares of the path, by resource, and what must be as without the trace.
struct Explained {
  std::array<double, kResourceIds> shares{};
  std::uint64_t ios = 0;
  double iops = 0;
};

Explained explained(const Testbed& testbed) {
  return test::in_child([&] {
    const PointResult result = explain_point(testbed, Precision{.half_width_percent = 5}, 1);
    Explained explained{.ios = result.completed_ios, .iops = result.quantities[1].value};
    for (std::size_t i = 0; i < kResourceIds; ++i) explained.shares[i] = result.path[i].value;
    return explained;
  });
}

double share(const Explained& explained, ResourceId resource) {
  return explained.shares[static_cast<std::size_t>(resource)];
}

TEST(CriticalPath, IsAllOfTheRun) {
  Testbed testbed;
  testbed.targets = 4;
  const Explained traced = explained(testbed);
  EXPECT_NEAR(std::accumulate(traced.shares.begin(), traced.shares.end(), 0.0), 1.0, 1e-9);
  const Explained plain = test::in_child([&] {
    const PointResult result = run_point(testbed, Precision{.half_width_percent = 5}, 1);
    return Explained{.ios = result.completed_ios, .iops = result.quantities[1].value};
  });
  EXPECT_EQ(traced.ios, plain.ios);
  EXPECT_EQ(traced.iops, plain.iops);
}

// Each is made so dear, or so short, that little else matters.
TEST(CriticalPath, LeadsThroughWhatIsShort) {
  Testbed testbed;
  testbed.targets = 8;
  Testbed worker = testbed;
  worker.host.worker_threads_max = 1;
  worker.host_costs.worker_ns.mean_ns = 200'000;
  EXPECT_GT(share(explained(worker), ResourceId::kWorkers), 0.95);
  Testbed bus = testbed;
  bus.targets = 2;
  bus.hardware.memory_gb_per_s = 0.1;
  EXPECT_GT(share(explained(bus), ResourceId::kMemoryBus), 0.9);
  Testbed lock = testbed;
  lock.controller.num_queues = 1;
  lock.guest_costs.add_ns.mean_ns = 100'000;
  EXPECT_GT(share(explained(lock), ResourceId::kQueueLock), 0.9);
  Testbed guest = testbed;
  guest.guest.vcpus = 1;
  guest.guest_costs.submit_ns.mean_ns = 200'000;
  EXPECT_GT(share(explained(guest), ResourceId::kVcpus), 0.9);
  Testbed loop = testbed;
  loop.host_costs.pop_ns.mean_ns = 100'000;
  EXPECT_GT(share(explained(loop), ResourceId::kMainLoop), 0.95);
}

// A thread that polls while a drive works waits for the drive.
TEST(CriticalPath, LeadsThroughAPollToWhatEndsIt) {
  PointSpec spec;
  spec.testbed.job.iodepth = 1;
  spec.testbed.host.server = "iothreads";
  spec.testbed.host.aio = "native";
  spec.testbed.host.backend = "flash";
  find_param("iothreads.poll-max-ns").set(spec, std::int64_t{1'000'000'000});
  find_param("flash.read_ns").set(spec, Cost{400'000, Shape::kConstant});
  const Explained polling = explained(spec.testbed);
  EXPECT_GT(share(polling, ResourceId::kDeviceDies), 0.75);
  EXPECT_LT(share(polling, ResourceId::kMainLoop), 0.1);
}

}  // namespace
}  // namespace vqlab::sim
