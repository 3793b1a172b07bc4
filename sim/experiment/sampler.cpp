#include "sim/experiment/sampler.hpp"

#include <array>
#include <string>

#include "sim/metrics/fairness.hpp"

namespace vqlab::sim {
namespace {

double ns(Duration time) { return static_cast<double>(time.count()); }

}  // namespace

Sampler::Sampler(World& world) : world_(world), last_(totals()) {}

std::vector<double> Sampler::totals() const {
  const Testbed& testbed = world_.testbed();
  std::vector<double> totals(kFirstVcpu + testbed.guest.vcpus + testbed.targets);
  for (std::size_t i = 0; i < kCounts; ++i) totals[i] = static_cast<double>(world_.counters().totals[i]);
  totals[kLockWait] = ns(world_.guest().lock_wait());
  totals[kMainLoopBusy] = ns(world_.main_loop().busy_time());
  totals[kWorkersBusy] = ns(world_.main_loop().pool().busy_time());
  totals[kHostBusy] = ns(world_.cpus().busy_time());
  totals[kBusBytes] = static_cast<double>(world_.memory_bus().bytes_begun());
  for (std::uint32_t vcpu = 0; vcpu < testbed.guest.vcpus; ++vcpu)
    totals[kFirstVcpu + vcpu] = ns(world_.guest().busy_time(VcpuId(vcpu)));
  std::size_t next = kFirstVcpu + testbed.guest.vcpus;
  for (const std::uint64_t bytes : world_.guest().target_bytes()) totals[next++] = static_cast<double>(bytes);
  return totals;
}

Batch Sampler::take(Duration length) {
  std::vector<double> now = totals();
  Batch batch;
  batch.length = length;
  batch.counters = now;
  for (std::size_t i = 0; i < now.size(); ++i) batch.counters[i] -= last_[i];
  batch.latency = world_.counters().latency;
  world_.counters().latency = Histogram{};
  last_ = std::move(now);
  return batch;
}

std::vector<Quantity> Sampler::quantities(const BatchSeries& series) const {
  const Estimates estimates(series, kLeading);
  const Testbed& testbed = world_.testbed();
  std::vector<Quantity> quantities;
  const auto put = [&](std::string name, Estimate estimate) {
    quantities.push_back({std::move(name), estimate.value, estimate.half_width});
  };
  const auto per_io = [&](std::size_t counter) { return estimates.ratio(counter, kLeading); };
  const auto counter = [](Count count) { return static_cast<std::size_t>(count); };

  const Estimate iops = estimates.rate(kLeading);
  put("bandwidth_mib_per_s", iops * (testbed.job.mean_request_bytes() / kBytesPerMib));
  put("iops", iops);
  put("latency_mean_us", estimates.mean_latency_ns() * 1e-3);
  for (const auto& [name, q] : {std::pair{"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}, {"p99_9", 0.999}})
    put(std::string("latency_") + name + "_us", estimates.latency_quantile_ns(q) * 1e-3);
  put("kicks_per_io", per_io(counter(Count::kKicks)));
  put("interrupts_per_io", per_io(counter(Count::kInterrupts)));
  put("exits_per_io", per_io(counter(Count::kExits)));
  put("lock_wait_us_per_io", per_io(kLockWait) * 1e-3);
  put("queue_switches_per_io", per_io(counter(Count::kQueueSwitches)));
  put("requeues_per_io", per_io(counter(Count::kRequeues)));
  quantities.push_back({"reorders", static_cast<double>(world_.counters().total(Count::kReorders)), kNoValue});
  put("main_loop_utilization", estimates.rate(kMainLoopBusy) * 1e-9);
  put("workers_busy_mean", estimates.rate(kWorkersBusy) * 1e-9);
  put("bus_utilization", estimates.rate(kBusBytes) * (1e-9 / testbed.hardware.memory_gb_per_s));
  put("host_cpus_busy_mean", estimates.rate(kHostBusy) * 1e-9);
  put("cpu_us_per_io", per_io(kHostBusy) * 1e-3);
  std::vector<double> target_bytes;
  for (std::uint32_t target = 0; target < testbed.targets; ++target)
    target_bytes.push_back(estimates.total(kFirstVcpu + testbed.guest.vcpus + target));
  // Not linear in the batches where all targets are equal, which it is mostly near: replications say how sure it is.
  quantities.push_back({"fairness_jain", jain_index(target_bytes), kNoValue});
  for (std::uint32_t vcpu = 0; vcpu < testbed.guest.vcpus; ++vcpu)
    put("vcpu" + std::to_string(vcpu) + "_utilization", estimates.rate(kFirstVcpu + vcpu) * 1e-9);
  return quantities;
}

}  // namespace vqlab::sim
