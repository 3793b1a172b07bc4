// The simulator against exact analysis: testbeds that are closed queueing networks of product form.
//
// Why they are: each station is one of those of Baskett, Chandy, Muntz and Palacios (JACM 1975):
// - vCPU: its service, submit_ns, is exponential and the same for all requests. A process that runs submits all that it
//   may before another one runs, which is not first come first served, but no order that does not look at service times
//   changes anything (Kelly, Reversibility and Stochastic Networks, section 3.1). What a request's completion does on
//   the vCPU takes no time, and waits for no other step than those that the process would wait for as well.
// - main loop: complete_ns is exponential, all else takes nothing. Only one step may: what has come for another one
//   waits until the step's phase is over, which is not the waiting of a queue. Nor may there be a pool beside it, since
//   a request that has been kicked then waits for the main loop before it reaches a worker who is free.
// - pool: one queue, first come first served, worker_ns exponential; with a worker for each request a delay.
// - bus: all copies share it, whatever their sizes; each has at most copy_gb_per_s, so that it is one server for each
//   time that this goes into memory_gb_per_s. Workers wait for their copies, so there must be one for each request.
// - think time: a delay, whatever its distribution.
#include <gtest/gtest.h>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "models/analytic/bounds.hpp"
#include "models/analytic/exact_mva.hpp"
#include "tests/support/simulated_network.hpp"

namespace vqlab::test {
namespace {

using analytic::ClosedNetwork;
using analytic::Station;
using analytic::StationKind;

Cost exponential(double mean_us) { return {mean_us * 1e3, Shape::kExponential}; }

// `demands`: stations x classes.
ClosedNetwork network_of(std::vector<Station> stations, std::vector<std::vector<double>> demands,
                         std::vector<std::uint32_t> population, std::vector<double> think_time) {
  ClosedNetwork network;
  network.demands.resize(static_cast<Eigen::Index>(stations.size()), static_cast<Eigen::Index>(population.size()));
  network.think_time.resize(network.demands.cols());
  for (Eigen::Index c = 0; c < network.demands.cols(); ++c) {
    for (Eigen::Index i = 0; i < network.demands.rows(); ++i)
      network.demands(i, c) = demands[static_cast<std::size_t>(i)][static_cast<std::size_t>(c)];
    network.think_time[c] = think_time[static_cast<std::size_t>(c)];
  }
  network.stations = std::move(stations);
  network.population = std::move(population);
  return network;
}

Station vcpu() { return {"vcpu", StationKind::kQueueing, 1}; }
Station main_loop() { return {"main loop", StationKind::kQueueing, 1}; }
Station a_worker_each() { return {"pool", StationKind::kDelay, 1}; }
Station workers(std::uint32_t count) { return {"pool", StationKind::kQueueing, count}; }
Station bus(std::uint32_t copies) { return {"bus", StationKind::kQueueing, copies}; }

// One vCPU, one process of this depth, and a pool.
SimulatedNetwork vcpu_and_pool(const char* name, std::uint32_t depth, double submit_us, std::uint32_t threads,
                               double worker_us) {
  Testbed testbed = ideal_testbed();
  testbed.job.iodepth = depth;
  testbed.guest_costs.submit_ns = exponential(submit_us);
  testbed.host_costs.worker_ns = exponential(worker_us);
  testbed.host.worker_threads_max = threads;
  return {name,
          testbed,
          network_of({vcpu(), workers(threads)}, {{submit_us}, {worker_us}}, {depth}, {0}),
          {Place::kVcpu, Place::kPool},
          {0}};
}

SimulatedNetwork many_processes_on_a_vcpu() {
  SimulatedNetwork many = vcpu_and_pool("many_processes_on_a_vcpu", 1, 6, 3, 20);
  many.testbed.job.numjobs = 12;
  many.network.population = {12};
  many.latency = true;
  return many;
}

// The machine repairman's problem; think time is constant, and uniformly late.
SimulatedNetwork thinking_before_a_pool() {
  Testbed testbed = ideal_testbed();
  testbed.job.numjobs = 20;
  testbed.job.thinktime_us = 100;
  testbed.guest_costs.timer_late_ns = {50e3, Shape::kUniform};
  testbed.host.worker_threads_max = 2;
  testbed.host_costs.worker_ns = exponential(18);
  return {"thinking_before_a_pool", testbed, network_of({workers(2)}, {{18}}, {20}, {150}), {Place::kPool}, {0}, true};
}

SimulatedNetwork main_loop_and_vcpu() {
  Testbed testbed = ideal_testbed();
  testbed.job.numjobs = 3;
  testbed.job.iodepth = 3;
  testbed.guest_costs.submit_ns = exponential(7);
  testbed.host_costs.complete_ns = exponential(8);
  return {"main_loop_and_vcpu",
          testbed,
          network_of({vcpu(), main_loop()}, {{7}, {8}}, {9}, {0}),
          {Place::kVcpu, Place::kMainLoop},
          {0}};
}

SimulatedNetwork thinking_before_the_main_loop() {
  Testbed testbed = ideal_testbed();
  testbed.job.numjobs = 10;
  testbed.job.thinktime_us = 60;
  testbed.host_costs.complete_ns = exponential(6);
  return {"thinking_before_the_main_loop",
          testbed,
          network_of({main_loop()}, {{6}}, {10}, {60}),
          {Place::kMainLoop},
          {0},
          true};
}

// Copies of 4 to 64 KiB, 34 on average: 34 * 1024 B / (2 B/ns) = 17.408 us for one alone.
constexpr double kCopyUs = 34 * 1024 / 2e3;

SimulatedNetwork bus_of(const char* name, std::uint32_t copies, std::uint32_t requests) {
  Testbed testbed = ideal_testbed();
  testbed.job.numjobs = requests;
  testbed.job.bsrange = {4096, 65536};
  testbed.host.backend = "page_cache";
  testbed.hardware.copy_gb_per_s = 2;
  testbed.hardware.memory_gb_per_s = 2.0 * copies;
  testbed.host_costs.worker_ns = {40e3, Shape::kErlang4};
  return {name,
          testbed,
          network_of({a_worker_each(), bus(copies)}, {{40}, {kCopyUs}}, {requests}, {0}),
          {Place::kPool, Place::kBus},
          {0},
          true};
}

SimulatedNetwork vcpu_and_bus() {
  SimulatedNetwork shared = bus_of("vcpu_and_bus", 1, 8);
  shared.testbed.guest_costs.submit_ns = exponential(15);
  shared.network = network_of({vcpu(), a_worker_each(), bus(1)}, {{15}, {40}, {kCopyUs}}, {8}, {0});
  shared.places = {Place::kVcpu, Place::kPool, Place::kBus};
  return shared;
}

// A class for each vCPU; each has a queue of its own, whose interrupts it gets.
SimulatedNetwork vcpus_and_pool(const char* name, std::vector<std::uint32_t> depths, double submit_us,
                                std::uint32_t threads, double worker_us) {
  Testbed testbed = ideal_testbed();
  const auto vcpus = static_cast<std::uint32_t>(depths.size());
  testbed.guest.vcpus = vcpus;
  testbed.guest.pinned_vcpus = vcpus;
  testbed.targets = vcpus;
  testbed.other_job_targets = 1;
  testbed.job.iodepth = depths.front();
  testbed.other_job.iodepth = depths.back();
  testbed.guest_costs.submit_ns = exponential(submit_us);
  testbed.host.worker_threads_max = threads;
  testbed.host_costs.worker_ns = exponential(worker_us);
  SimulatedNetwork simulated{name, testbed, {}, {}, {}};
  std::vector<Station> stations;
  std::vector<std::vector<double>> demands;
  for (std::uint32_t i = 0; i < vcpus; ++i) {
    stations.push_back(vcpu());
    demands.emplace_back(vcpus).at(i) = submit_us;
    simulated.places.push_back(Place::kVcpu);
    simulated.classes.push_back(i);
  }
  stations.push_back(workers(threads));
  demands.emplace_back(vcpus, worker_us);
  simulated.places.push_back(Place::kPool);
  simulated.network =
      network_of(std::move(stations), std::move(demands), std::move(depths), std::vector<double>(vcpus));
  return simulated;
}

// Two classes that think for different times and copy different amounts.
SimulatedNetwork two_jobs_on_the_bus() {
  SimulatedNetwork two = bus_of("two_jobs_on_the_bus", 1, 0);
  Testbed& testbed = two.testbed;
  testbed.targets = 2;
  testbed.other_job_targets = 1;
  testbed.job.numjobs = 5;
  testbed.job.bsrange = {32768, 32768};
  testbed.job.thinktime_us = 150;
  testbed.other_job.numjobs = 4;
  testbed.other_job.thinktime_us = 20;
  two.network = network_of({a_worker_each(), bus(1)}, {{40, 40}, {32768 / 2e3, 4096 / 2e3}}, {5, 4}, {150, 20});
  two.classes = {0, 1};
  return two;
}

SimulatedNetwork two_jobs_before_the_main_loop() {
  SimulatedNetwork two = thinking_before_the_main_loop();
  two.name = "two_jobs_before_the_main_loop";
  Testbed& testbed = two.testbed;
  testbed.targets = 2;
  testbed.other_job_targets = 1;
  testbed.job.numjobs = 6;
  testbed.other_job.numjobs = 5;
  testbed.other_job.thinktime_us = 15;
  two.network = network_of({main_loop()}, {{6, 6}}, {6, 5}, {60, 15});
  two.classes = {0, 1};
  return two;
}

const std::vector<SimulatedNetwork>& networks() {
  static const std::vector<SimulatedNetwork> all{
      vcpu_and_pool("vcpu_and_one_worker", 8, 10, 1, 12),
      vcpu_and_pool("vcpu_and_four_workers", 16, 5, 4, 18),
      vcpu_and_pool("vcpu_and_a_worker_each", 6, 9, 6, 30),
      many_processes_on_a_vcpu(),
      thinking_before_a_pool(),
      main_loop_and_vcpu(),
      thinking_before_the_main_loop(),
      bus_of("bus_of_one_copy", 1, 6),
      bus_of("bus_of_three_copies", 3, 14),
      vcpu_and_bus(),
      vcpus_and_pool("two_unequal_vcpus", {7, 2}, 10, 1, 6),
      vcpus_and_pool("three_vcpus_and_three_workers", {4, 4, 12}, 8, 3, 14),
      two_jobs_on_the_bus(),
      two_jobs_before_the_main_loop(),
  };
  return all;
}

void expect_agrees(const std::string& what, double exact, const Measured& found) {
  EXPECT_NEAR(found.mean, exact, 0.01 * exact) << what;
  EXPECT_NEAR(found.mean, exact, found.half_width) << what;
  // Or the interval would say nothing.
  EXPECT_LT(found.half_width, 0.02 * exact) << what;
}

class ProductFormOf : public testing::TestWithParam<SimulatedNetwork> {};

TEST_P(ProductFormOf, TheSimulatorAgreesWithExactAnalysis) {
  const SimulatedNetwork& simulated = GetParam();
  const ClosedNetwork& network = simulated.network;
  const analytic::Solution exact = analytic::exact_mva(network);
  const MeasuredNetwork found = measure(simulated, 400e3, 1);

  std::cout << "| " << simulated.name;
  for (Eigen::Index c = 0; c < network.classes(); ++c) {
    const Measured& throughput = found.throughput[static_cast<std::size_t>(c)];
    expect_agrees("throughput of class " + std::to_string(c), exact.throughput[c], throughput);
    std::cout << " | " << exact.throughput[c] * 1e6 << " | " << throughput.mean * 1e6 << " | "
              << 100 * (throughput.mean / exact.throughput[c] - 1) << " | "
              << 100 * throughput.half_width / exact.throughput[c];
  }
  std::cout << " |\n";

  for (std::size_t i = 0; i < network.stations.size(); ++i) {
    const auto station = static_cast<Eigen::Index>(i);
    double busy = network.demands.row(station) * exact.throughput;
    if (simulated.places[i] == Place::kPool)
      for (std::size_t other = 0; other < network.stations.size(); ++other)
        if (simulated.places[other] == Place::kBus)
          busy += exact.queue_length.row(static_cast<Eigen::Index>(other)).sum();
    expect_agrees("busy: " + network.stations[i].name, busy, found.busy[i]);
  }
  if (simulated.latency) {
    const double mean = exact.response().dot(exact.throughput) / exact.throughput.sum();
    expect_agrees("latency", mean, found.latency);
  }
}

std::string name_of(const testing::TestParamInfo<SimulatedNetwork>& info) { return info.param.name; }

// The real main loop is no queue, which is why only one of its steps takes time above. Where popping does, requests
// that have been served wait until nothing is left to pop, while their vCPU may have nothing to do: less comes through
// than any network of product form with these demands lets through.
TEST(ProductForm, TheMainLoopsPhasesCostThroughputSlow) {
  SimulatedNetwork popping = main_loop_and_vcpu();
  std::swap(popping.testbed.host_costs.pop_ns, popping.testbed.host_costs.complete_ns);
  const Measured found = measure(popping, 100e3, 1).throughput[0];
  EXPECT_LT(found.mean + found.half_width, analytic::balanced_job_bounds(popping.network).throughput_lower[0]);
  EXPECT_GT(found.mean - found.half_width, analytic::asymptotic_bounds(popping.network).throughput_lower[0]);
}

INSTANTIATE_TEST_SUITE_P(Slow, ProductFormOf, testing::ValuesIn(networks()), name_of);

}  // namespace
}  // namespace vqlab::test
