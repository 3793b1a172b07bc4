#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/predict/not_modelled.hpp"
#include "analysis/predict/predict_point.hpp"
#include "analysis/predict/predicted_points.hpp"
#include "analysis/predict/traffic.hpp"
#include "models/bounds/bounding_network.hpp"
#include "models/command/driver_version.hpp"
#include "models/testbed/testbed.hpp"

namespace vqlab {
namespace {

using testing::ElementsAre;

// Constant costs, nobody displaced, no sibling, nothing woken at anybody's cost.
Testbed plain() {
  Testbed testbed;
  testbed.guest.vcpus = 1;
  testbed.job.iodepth = 1;
  testbed.job.bsrange = {4096, 4096};
  testbed.hardware.threads_per_core = 1;
  testbed.host_costs.wake_thread_ns.mean_ns = 0;
  testbed.host_costs.loop_iteration_ns.shape = testbed.host_costs.loop_fd_ns.shape = Shape::kConstant;
  testbed.mechanisms.cstates = false;
  return testbed;
}

TEST(Predict, OneRequestTakesTheSumOfItsSteps) {
  const Testbed testbed = plain();
  const GuestCosts& guest = testbed.guest_costs;
  const HostCosts& host = testbed.host_costs;
  const auto sum = [](std::initializer_list<Cost> costs) {
    double total = 0;
    for (const Cost& cost : costs) total += cost.mean_ns;
    return total;
  };
  const double poll = host.loop_iteration_ns.mean_ns + (1 + 2 + 6) * host.loop_fd_ns.mean_ns;
  const double copy = 4096 / testbed.hardware.copy_gb_per_s;
  const double loop =
      3 * poll + sum({host.loop_wakeup_ns, host.loop_wakeup_ns, host.drain_ns, host.pop_ns, host.pop_page_ns,
                      host.finish_ns, host.complete_ns, host.complete_page_ns, host.inject_ns});
  const double worker = sum({host.worker_wakeup_ns, host.pool_lock_ns, host.worker_ns, host.worker_page_ns}) + copy;
  const double there = sum({guest.submit_ns, guest.submit_page_ns, guest.segment_page_ns, guest.lun_lock_ns,
                            guest.host_lock_ns, guest.add_ns, guest.kick_ns}) +
                       3 * guest.add_segment_ns.mean_ns;
  const double back = sum({guest.halt_latency_ns, guest.halt_cpu_ns, guest.interrupt_ns, guest.interrupt_entry_ns,
                           guest.complete_ns, guest.complete_page_ns, guest.lun_lock_ns, guest.unbusy_ns,
                           guest.unbusy_ns, guest.wake_process_ns, guest.reap_call_ns, guest.reap_event_ns});
  const Prediction found = predict(testbed);
  EXPECT_TRUE(found.settled);
  // The loop's scan of the requests in flight is all that depends on more than the request itself.
  EXPECT_NEAR(found.latency_mean_us * 1e3, there + loop + worker + back, 2 * host.scan_entry_ns.mean_ns);
  EXPECT_NEAR(found.interrupts_per_io, 1, 1e-6);
  EXPECT_NEAR(found.kicks_per_io, 1, 1e-6);
}

TEST(Predict, WithManyRequestsTheLoopNeverRests) {
  Testbed testbed = plain();
  testbed.guest.vcpus = 64;
  testbed.hardware.physical_cpus = 128;
  testbed.controller.virtqueue_size = 32768;
  testbed.targets = 128;
  testbed.job.iodepth = 64;
  testbed.host_costs.cold_request_ns.mean_ns = testbed.host_costs.scan_entry_ns.mean_ns = 0;
  const Prediction found = predict(testbed);
  EXPECT_EQ(found.bottleneck().name, "main loop");
  EXPECT_GT(found.bottleneck().utilization, 0.999);
  const HostCosts& host = testbed.host_costs;
  const double service = host.pop_ns.mean_ns + host.pop_page_ns.mean_ns + host.finish_ns.mean_ns +
                         host.complete_ns.mean_ns + host.complete_page_ns.mean_ns;
  // Injections, and polls that thousands share, are the difference.
  EXPECT_NEAR(found.iops * service * 1e-9, 1, 0.03);
}

TEST(Predict, StaysBelowTheBoundAndSettles) {
  for (const char* policy : {"single_queue", "target_sticky", "round_robin"})
    for (const std::uint32_t vcpus : {1u, 2u, 8u})
      for (const std::uint32_t targets : {1u, 3u, 24u, 200u}) {
        Testbed testbed;
        testbed.guest.vcpus = vcpus;
        testbed.guest.policy = policy;
        testbed.controller.virtqueue_size = 32768;
        testbed.targets = targets;
        testbed.job.numjobs = 2;
        const Prediction found = predict(testbed);
        SCOPED_TRACE(testing::Message() << policy << " " << vcpus << " " << targets);
        EXPECT_TRUE(found.settled);
        EXPECT_GT(found.iops, 0);
        EXPECT_LT(found.iops, found.bound_iops);
        for (const StationLoad& station : found.stations) {
          EXPECT_GE(station.utilization, 0) << station.name;
          EXPECT_LE(station.utilization, 1) << station.name;
        }
      }
}

TEST(Predict, MechanismsThatAreOffCostNothing) {
  Testbed off;
  off.mechanisms.halts = false;
  Testbed free;
  free.guest_costs.halt_latency_ns.mean_ns = free.guest_costs.halt_cpu_ns.mean_ns = 0;
  EXPECT_EQ(predict(off).iops, predict(free).iops);
  EXPECT_GT(predict(off).iops, predict(Testbed{}).iops);
}

TEST(Traffic, IsWhatThePolicySays) {
  Testbed testbed;
  testbed.targets = 4;
  testbed.guest.policy = "single_queue";
  const Traffic one = traffic_of(testbed);
  ASSERT_EQ(one.queues.size(), 1u);
  EXPECT_THAT(one.queues[0].requests_of_vcpu, ElementsAre(4, 4, 4, 4));

  testbed.guest.policy = "target_sticky";
  const Traffic sticky = traffic_of(testbed);
  ASSERT_EQ(sticky.queues.size(), 4u);
  EXPECT_EQ(sticky.queues[2].interrupted, 2u);
  EXPECT_THAT(sticky.queues[2].requests_of_vcpu, ElementsAre(0, 0, 4, 0));

  testbed.guest.policy = "round_robin";
  for (const QueueTraffic& queue : traffic_of(testbed).queues) EXPECT_NEAR(queue.requests, 4, 1);

  // Without hints the last vCPU has all interrupts.
  testbed.guest.affinity_hints = false;
  testbed.guest.policy = "per_vcpu";
  testbed.targets = 8;
  const Traffic pinned = traffic_of(testbed);
  EXPECT_THAT(pinned.processes_of_vcpu, ElementsAre(2, 2, 2, 2));
  for (const QueueTraffic& queue : pinned.queues) EXPECT_EQ(queue.interrupted, 3u);
}

// As "multiqueue", but with a policy built in.
const DriverRegistration built_in{"test_built_in",
                                  {.help = "for this test",
                                   .source = "",
                                   .promise = OrderPromise::kNone,
                                   .buffer_api = std::nullopt,
                                   .policy = "per_vcpu",
                                   .most_queues = 0,
                                   .host_lock = true,
                                   .tags = false,
                                   .managed_interrupts = false,
                                   .batches = false}};
const DriverRegistration locked_tags{"test_locked_tags",
                                     {.help = "for this test",
                                      .source = "",
                                      .promise = OrderPromise::kNone,
                                      .buffer_api = BufferApi::kAddSgs,
                                      .policy = "per_vcpu",
                                      .most_queues = 0,
                                      .host_lock = true,
                                      .tags = true,
                                      .managed_interrupts = false,
                                      .batches = false}};

std::vector<std::vector<double>> requests_of(const Testbed& testbed) {
  std::vector<std::vector<double>> requests;
  for (const QueueTraffic& queue : traffic_of(testbed).queues) requests.push_back(queue.requests_of_vcpu);
  return requests;
}

TEST(Traffic, ThePolicyOfTheDriverIsAskedBeforeTheScenarios) {
  Testbed testbed = plain();
  testbed.guest.vcpus = 4;
  testbed.targets = 2;
  testbed.job.numjobs = 4;
  testbed.controller.num_queues = 4;
  testbed.guest.policy = "target_sticky";
  const auto scenarios = requests_of(testbed);
  testbed.guest.driver = "test_built_in";
  const auto built = requests_of(testbed);
  testbed.guest.driver = Testbed{}.guest.driver;
  testbed.guest.policy = "per_vcpu";
  EXPECT_EQ(built, requests_of(testbed));
  EXPECT_NE(built, scenarios);
}

TEST(NotModelled, TagsAreNotEvenUnderTheHostsLock) {
  Study study;
  Point point;
  point.testbed.guest.driver = "test_built_in";
  study.points = {point};
  EXPECT_TRUE(not_modelled(study, "f").empty());
  point.testbed.guest.driver = "test_locked_tags";
  study.points = {point};
  const std::vector<Fault> faults = not_modelled(study, "f");
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].path, "$.guest.driver");
}

TEST(NotModelled, NamesEachParameterAndValueOnce) {
  Study study;
  Point point;
  study.points = {point, point};
  EXPECT_TRUE(not_modelled(study, "f").empty());
  point.testbed.hotplug.vcpus = 1;
  Point other = point;
  other.testbed.job.thinktime_us = 5;
  other.testbed.targets = 33;  // 132 requests for a ring of 128
  other.testbed.controller.can_queue = 131;
  point.testbed.controller.can_queue = 4;  // all that are
  study.points = {point, other};
  const std::vector<Fault> faults = not_modelled(study, "f");
  ASSERT_EQ(faults.size(), 4u);
  EXPECT_EQ(faults[0].path, "$.hotplug.vcpus");
  EXPECT_EQ(faults[1].path, "$.job.thinktime");
  EXPECT_EQ(faults[2].path, "$.controller.can_queue");
  EXPECT_EQ(faults[3].path, "$.controller.virtqueue_size");
}

TEST(PredictionTable, SaysWhichPointsItsErrorsAreOver) {
  std::vector<PredictedPoint> points(3);
  points[0].bandwidth_mib_per_s = 110;
  points[0].simulated = 100;
  points[1].bandwidth_mib_per_s = 60;
  points[1].simulated = 80;
  points[1].counted = false;
  points[2].bandwidth_mib_per_s = 7;  // never simulated
  EXPECT_EQ(prediction_summary(points),
            "MAPE 17.5 % over 2 points, largest error 25.0 % (all)\n"
            "MAPE 10.0 % over 1 points, largest error 10.0 % (those that the study's reference counts)\n");
  points[1].counted = true;
  EXPECT_EQ(prediction_summary(points), "MAPE 17.5 % over 2 points, largest error 25.0 % (all)\n");
  EXPECT_EQ(prediction_summary({points[2]}), "MAPE unknown over 0 points (all)\n");
}

}  // namespace
}  // namespace vqlab
