#include "tests/support/simulated_network.hpp"

#include <cmath>
#include <functional>
#include <numeric>

#include "models/analytic/exact_mva.hpp"
#include "sim/experiment/world.hpp"

namespace vqlab::test {
namespace {

constexpr std::size_t kBatches = 20;
constexpr double kStudent = 3.8834;  // 99.95 % quantile of Student's t with 19 degrees of freedom

Measured measured(const std::vector<double>& batches) {
  const auto count = static_cast<double>(batches.size());
  const double mean = std::accumulate(batches.begin(), batches.end(), 0.0) / count;
  double squares = 0.0;
  for (const double batch : batches) squares += (batch - mean) * (batch - mean);
  return {mean, kStudent * std::sqrt(squares / (count - 1.0) / count)};
}

template <class Struct>
void set_all_costs_to_nothing(Struct& costs) {
  for (const Param& row : params_of(&costs).rows)
    if (row.kind == ParamKind::kCost) row.set(&costs, Cost{});
}

double us(Duration time) { return static_cast<double>(time.count()) * 1e-3; }

// What has been counted so far, in us and requests.
struct Totals {
  std::vector<double> completed;  // by class
  std::vector<double> busy;       // by station
};

Totals totals(const SimulatedNetwork& simulated, const sim::World& world) {
  Totals totals{std::vector<double>(simulated.network.population.size()),
                std::vector<double>(simulated.network.stations.size())};
  const std::vector<std::uint64_t> bytes = world.guest().target_bytes();
  const Testbed& testbed = world.testbed();
  for (std::uint32_t target = 0; target < bytes.size(); ++target) {
    const FioJob& job = target + testbed.other_job_targets < testbed.targets ? testbed.job : testbed.other_job;
    totals.completed[simulated.classes[target]] += static_cast<double>(bytes[target]) / job.mean_request_bytes();
  }
  for (std::size_t i = 0; i < totals.busy.size(); ++i) {
    switch (simulated.places[i]) {
      case Place::kVcpu: totals.busy[i] = us(world.guest().busy_time(VcpuId(static_cast<std::uint32_t>(i)))); break;
      case Place::kMainLoop: totals.busy[i] = us(world.server().busy_times().front()); break;
      case Place::kPool: totals.busy[i] = us(world.server().aios().front()->pool_times().awake); break;
      case Place::kBus:
        totals.busy[i] = world.memory_bus().bytes_moved() / (world.testbed().hardware.copy_gb_per_s * 1e3);
    }
  }
  return totals;
}

}  // namespace

Testbed ideal_testbed() {
  Testbed testbed;
  for (const Param& row : params_of(&testbed.mechanisms).rows) row.set(&testbed.mechanisms, false);
  set_all_costs_to_nothing(testbed.guest_costs);
  set_all_costs_to_nothing(testbed.host_costs);
  testbed.hardware.physical_cpus = 256;
  testbed.guest.vcpus = 1;
  testbed.guest.policy = "per_vcpu";
  testbed.host.backend = "null";
  testbed.job.bsrange = {4096, 4096};
  testbed.job.iodepth = 1;
  testbed.job.size_bytes = std::uint64_t{1} << 39;  // no end
  testbed.other_job = testbed.job;
  return testbed;
}

MeasuredNetwork measure(const SimulatedNetwork& simulated, double requests, std::uint64_t seed) {
  const double batch_us =
      requests / static_cast<double>(kBatches) / analytic::exact_mva(simulated.network).throughput.sum();
  const std::size_t classes = simulated.network.population.size();
  const std::size_t stations = simulated.network.stations.size();
  std::vector<std::vector<double>> throughput(classes);
  std::vector<std::vector<double>> busy(stations);
  std::vector<double> latency;

  sim::World world(simulated.testbed, seed);
  world.simgrid().add_actor("measurement", "host", sim::SimGridWorld::Kind::kActor, [&](sim::CoarseActor& actor) {
    const Duration batch{std::llround(batch_us * 1e3)};
    actor.sleep(batch);
    Totals before = totals(simulated, world);
    for (std::size_t i = 0; i < kBatches; ++i) {
      world.counters().latency = Histogram{};
      actor.sleep(batch);
      Totals now = totals(simulated, world);
      for (std::size_t c = 0; c < classes; ++c)
        throughput[c].push_back((now.completed[c] - before.completed[c]) / us(batch));
      for (std::size_t s = 0; s < stations; ++s) busy[s].push_back((now.busy[s] - before.busy[s]) / us(batch));
      latency.push_back(world.counters().latency.mean_ns() * 1e-3);
      before = std::move(now);
    }
  });
  world.simgrid().run();

  MeasuredNetwork result;
  for (const auto& batches : throughput) result.throughput.push_back(measured(batches));
  for (const auto& batches : busy) result.busy.push_back(measured(batches));
  result.latency = measured(latency);
  return result;
}

}  // namespace vqlab::test
