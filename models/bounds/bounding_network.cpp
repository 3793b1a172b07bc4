#include "models/bounds/bounding_network.hpp"

#include <Eigen/Core>
#include <algorithm>

#include "models/analytic/bounds.hpp"
#include "models/bounds/mean_steps.hpp"
#include "models/testbed/host_kind.hpp"
#include "models/testbed/in_effect.hpp"

namespace vqlab {

analytic::ClosedNetwork bounding_network(const Testbed& testbed) {
  using analytic::StationKind;
  const MeanSteps steps(in_effect(testbed));
  const double copy = steps.copied_bytes / steps.copy_rate;
  const double guest = steps.entry + steps.complete + steps.reap_event + steps.submit + steps.add;
  analytic::ClosedNetwork network;
  std::vector<double> demands;
  const auto add = [&](const char* name, double demand, std::uint32_t servers) {
    network.stations.push_back({name, StationKind::kQueueing, servers});
    demands.push_back(demand);
  };
  // What other hosts do for each request is not known here; the guest does the same with any.
  const bool known_host =
      in_mean_steps<HostServerKind>(testbed.host.server) && in_mean_steps<AioKind>(testbed.host.aio);
  // A worker that is awake takes the next request without being woken.
  if (known_host) add("main loop", steps.pop - steps.wake_thread + steps.finish(0) + steps.bottom_half, 1);
  add("vCPUs", guest, testbed.guest.vcpus);
  if (testbed.controller.devices * testbed.controller.queues(testbed.guest.vcpus) == 1)
    add("queue lock", steps.entry + steps.add, 1);
  if (known_host) add("workers", steps.worker.mean + copy, testbed.host.worker_threads_max);
  add("memory bus", steps.copied_bytes / steps.bus_rate, 1);
  network.demands = Eigen::Map<const Eigen::VectorXd>(demands.data(), static_cast<Eigen::Index>(demands.size()));
  network.population = {static_cast<std::uint32_t>(testbed.requests_in_flight())};
  network.think_time = Eigen::VectorXd::Zero(1);
  if (!known_host) return network;
  // Between pop and finish lies a poll, beside which the worker works, and between finish and bottom half another.
  const double beside_worker = std::max(0.0, steps.iteration.mean - steps.worker.mean - copy);
  network.think_time = Eigen::VectorXd::Constant(1, steps.iteration.mean + beside_worker);
  return network;
}

double bound_on_iops(const Testbed& testbed) {
  return analytic::asymptotic_bounds(bounding_network(testbed)).throughput_upper[0] * 1e9;
}

}  // namespace vqlab
