#include "models/bounds/bounding_network.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "models/analytic/bounds.hpp"
#include "models/backend/backend.hpp"
#include "models/bounds/mean_steps.hpp"
#include "models/bounds/shared_cores.hpp"
#include "models/testbed/block_rules.hpp"
#include "models/testbed/controllers.hpp"
#include "models/testbed/guest_driver.hpp"
#include "models/testbed/host_kind.hpp"
#include "models/testbed/in_effect.hpp"
#include "models/testbed/topology.hpp"

namespace vqlab {
namespace {

// Its picks take no lock and no line, and no vCPU is sure to have a queue of its own.
constexpr const char* kFreestPolicy = "clairvoyant";

// Mean over the workload's sizes and directions.
DeviceLimit device_limit(const Testbed& testbed, const BackendEntry& backend, const DeviceSheet& sheet) {
  const double reads = testbed.job.read_percent() / 100.0;
  const std::vector<WeightedSize> sizes = weighted_sizes(testbed.job);
  double weights = 0;
  for (const WeightedSize& size : sizes) weights += size.weight;
  // Sizes of reads stand for those of writes where they are the same.
  const bool alike = std::all_of(sizes.begin(), sizes.end(),
                                 [&sizes](const WeightedSize& size) { return size.kind == sizes.front().kind; });
  DeviceLimit mean;
  for (const WeightedSize& size : sizes) {
    if (size.kind == IoKind::kTrim) return {};
    for (const bool write : {false, true}) {
      if (!alike && write != (size.kind == IoKind::kWrite)) continue;
      const double weight = (alike ? (write ? 1 - reads : reads) : 1) * size.weight / weights;
      const DeviceLimit one = backend.limit({testbed.parts, sheet}, size.bytes, write);
      mean.between.resize(one.between.size());
      for (std::size_t i = 0; i < one.between.size(); ++i) mean.between[i] += weight * one.between[i];
      mean.latency += weight * one.latency;
    }
  }
  return mean;
}

bool in_page_cache(const Testbed& testbed) {
  return std::any_of(testbed.disks.begin(), testbed.disks.end(),
                     [](const DiskGroup& disks) { return disks.in_page_cache(); });
}

// Of all devices together, as fast as the fastest of them is by itself.
DeviceLimit devices_limit(const Testbed& testbed) {
  const BackendEntry& backend = *Registry<BackendEntry>::instance().find(testbed.host.backend);
  if (backend.limit == nullptr || in_page_cache(testbed)) return {};
  if (!backend.by_sheet || testbed.disks.empty()) return device_limit(testbed, backend, testbed.host.device.sheet());
  std::optional<double> latency;
  double rate = 0;
  const auto add = [&](const DeviceChoice& device, std::uint32_t devices) {
    const DeviceLimit one = device_limit(testbed, backend, device.sheet());
    const double between = one.between.empty() ? 0 : *std::max_element(one.between.begin(), one.between.end());
    rate += devices / between;  // infinite if nothing limits it
    latency = latency ? std::min(*latency, one.latency) : one.latency;
  };
  std::uint32_t targets = 0;
  for (const DiskGroup& group : testbed.disks) {
    if (!group.device) continue;
    add(*group.device, group.shared ? 1 : group.targets);
    targets += group.targets;
  }
  if (targets < testbed.targets) add(testbed.host.device, 1);
  return {.between = {1 / rate}, .latency = latency.value_or(0)};
}

// Time of a process from one request to the next that its job asks for at least, in ns.
double pace_of(const FioJob& job) {
  const double rate = job.rate_iops > 0      ? 1e9 / job.rate_iops
                      : job.rate_bytes() > 0 ? 1e9 * job.mean_request_bytes() / static_cast<double>(job.rate_bytes())
                                             : 0;
  if (job.iotime() > Duration{0}) return rate;  // as many as that time has room for
  // Of a burst that is counted by what is back, so many more are on their way when it ends.
  const std::uint32_t further = job.thinktime_blocks_type == "complete" ? job.depth() - 1 : 0;
  return std::max(rate, 1e3 * job.thinktime_us / (job.thinktime_blocks + further));
}

// What the testbed's server tells; none if it tells nothing.
std::optional<ServingLimit> serving_limit(const Testbed& testbed) {
  const HostServerKind* const server = Registry<HostServerKind>::instance().find(testbed.host.server);
  if (server == nullptr || server->limit == nullptr) return std::nullopt;
  return server->limit(testbed);
}

// Of one testbed. Times are in ns, means, on CPUs that have their cores for themselves.
class Bounding {
 public:
  Bounding(const Testbed& testbed, const std::optional<ServingLimit>& serving)
      : testbed_(testbed), effective_(in_effect(testbed)), steps_(effective_) {
    const double guest = steps_.entry + steps_.complete + reap() + steps_.submit + steps_.add;
    add(guest, testbed.guest.vcpus);
    threads_.push_back({.work = guest, .count = testbed.guest.vcpus});
    if (testbed.controller.devices * queues_in_use(testbed) == 1) at_least(steps_.entry + steps_.add);
    at_least(steps_.host_lock_held / testbed.controller.devices);
    at_least(steps_.copied_bytes / steps_.bus_rate);
    at_least(pace_of(testbed.job) / testbed.processes());
    at_least(on_its_vcpu() / testbed.processes());

    const DeviceLimit device = devices_limit(testbed);
    // The units of a device work for a request at the same time: in its way through them only the slowest kind counts.
    const double between = device.between.empty() ? 0 : *std::max_element(device.between.begin(), device.between.end());
    // A buffer may answer before the work is done: the device is busy then for longer than the request is there.
    const double in_way = std::min(between, device.latency);
    if (in_way > 0) add(in_way, 1);
    at_least(between);
    elsewhere_ = device.latency - in_way;
    if (serving) add_host(*serving, device.latency);
  }

  [[nodiscard]] double iops() const {
    analytic::ClosedNetwork network;
    std::vector<double> demands;
    for (const auto& [demand, servers] : stations_) {
      network.stations.push_back({"", analytic::StationKind::kQueueing, servers});
      demands.push_back(demand);
    }
    network.demands = Eigen::Map<const Eigen::VectorXd>(demands.data(), static_cast<Eigen::Index>(demands.size()));
    network.population = {static_cast<std::uint32_t>(testbed_.requests_in_flight())};
    network.think_time = Eigen::VectorXd::Constant(1, elsewhere_);
    return 1e9 / std::max(least_between_, 1 / analytic::asymptotic_bounds(network).throughput_upper[0]);
  }
  // The same, with the cores that threads share.
  [[nodiscard]] double iops_on_shared_cores() const {
    const Hardware& hardware = effective_.hardware;
    // Threads may all have cores of their own.
    if (effective_.parts.get<Topology>().known()) return iops();
    return std::min(iops(),
                    1e9 * bound_on_shared_cores(threads_, hardware.physical_cpus, hardware.speed_beside_sibling()));
  }

 private:
  // A part of each request's way.
  void add(double demand, std::uint32_t servers) { stations_.emplace_back(demand, servers); }
  // From one request to the next, at what works beside a station for the same request.
  void at_least(double between) { least_between_ = std::max(least_between_, between); }

  [[nodiscard]] double reap() const { return steps_.reap_event + steps_.reap_call / steps_.most_reaped; }

  // What a vCPU does for a request of a process that is on it: the process's own work, and the softirq's where neither
  // is ever elsewhere.
  [[nodiscard]] double on_its_vcpu() const {
    const Testbed testbed = in_effect(testbed_);
    const GuestCosts& costs = testbed.guest_costs;
    const GuestConfig& guest = testbed.guest;
    const bool stays = (guest.vcpus == 1 || (guest.pinned() && guest.topology == "sockets")) &&
                       guest.migration_interval_ns == 0 && testbed.hotplug.vcpus == 0;
    const double own =
        (costs.submit_ns.mean_ns + steps_.pages * costs.submit_page_ns.mean_ns) / testbed.hardware.speed() + reap();
    return own + (stays && (guest.rq_affinity || own_interrupts(testbed)) ? steps_.complete : 0);
  }

  void add_host(const ServingLimit& limit, double device_latency) {
    const AioKind* const aio = Registry<AioKind>::instance().find(testbed_.host.aio);
    if (aio == nullptr) return;
    const HandOver hand_over = limit.hand_over ? *limit.hand_over : aio->hand_over(testbed_);
    // A worker that is awake takes the next request without being woken.
    const double taking = steps_.pop - steps_.wake_thread +
                          (hand_over.request + hand_over.call / limit.batch) / testbed_.hardware.speed();
    const double serving = (limit.takes ? taking : 0) + steps_.finish(0) + steps_.bottom_half;
    add(serving, limit.threads);
    threads_.push_back({.work = serving, .count = limit.threads});
    // At best all requests in flight share an iteration.
    MeanMeter meter;
    const double iteration = steps_.serving.poll(meter, limit.descriptors).mean;
    at_least((serving + limit.iterations * iteration / testbed_.requests_in_flight()) / limit.threads);

    double beside = device_latency;
    if (aio->thread_pool && !limit.hand_over) {
      double worker = steps_.worker.mean + steps_.copied_bytes / steps_.copy_rate;
      if (device_latency > 0) worker += steps_.worker_wakeup.mean;  // it sleeps while the device works
      threads_.push_back({.work = steps_.worker.mean,
                          .copying = steps_.copied_bytes / steps_.copy_rate,
                          .count = testbed_.host.worker_threads_max * limit.threads});
      // It holds its request while the device has it; what is counted with the device is not counted twice.
      add(worker + std::exchange(elsewhere_, 0.0), testbed_.host.worker_threads_max * limit.threads);
      beside += worker;
    }
    // Between two steps for a request there is a poll, the first beside worker and device.
    if (limit.iterations > 1) elsewhere_ += iteration + std::max(0.0, iteration - beside);
  }

  const Testbed& testbed_;
  Testbed effective_;  // by its mechanisms
  MeanSteps steps_;
  std::vector<std::pair<double, std::uint32_t>> stations_;  // demand and servers
  std::vector<ThreadsOfBound> threads_;
  double elsewhere_ = 0;  // of a request's way
  double least_between_ = 0;
};

// Of devices that differ, as if all were as the best of them.
double bound_by(const Testbed& testbed, double (Bounding::*bound)() const) {
  const std::optional<ServingLimit> serving = serving_limit(testbed);
  if (testbed.controllers.empty()) return (Bounding(testbed, serving).*bound)();
  double most = 0;
  for (const PlacedController& one : placed_controllers(testbed)) {
    Testbed alike = with_controller(testbed, one);
    alike.controller.devices = testbed.controller_count();
    most = std::max(most, (Bounding(alike, serving).*bound)());
  }
  return most;
}

}  // namespace

// What is merged passes everything at once.
double bound_on_iops(const Testbed& testbed) {
  return bound_by(with_nearest_lines(testbed), &Bounding::iops) * most_merged_ios(testbed);
}

double bound_of_any_policy(const Testbed& testbed) {
  Testbed freest = with_nearest_lines(testbed);
  freest.guest.policy = kFreestPolicy;
  return bound_by(freest, &Bounding::iops_on_shared_cores) * most_merged_ios(testbed);
}

}  // namespace vqlab
