#include "sim/experiment/sampler.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "models/base/contract.hpp"
#include "models/base/ensure.hpp"
#include "models/testbed/block_rules.hpp"
#include "sim/metrics/fairness.hpp"
#include "sim/metrics/settling.hpp"

namespace vqlab::sim {
namespace {

constexpr std::size_t kCountersOfDisk = 3;    // of one kind: I/Os, bytes, latency
constexpr std::size_t kFewestForHalves = 20;  // batches; the interval of fewer than 10 is hardly known

std::vector<std::array<double, kIoKinds>> mean_bytes_by_kind(const std::vector<RunningJob>& jobs) {
  std::vector<std::array<double, kIoKinds>> all;
  for (const RunningJob& one : jobs) {
    auto& of_job = all.emplace_back();
    for (const IoKind kind : {IoKind::kRead, IoKind::kWrite, IoKind::kTrim})
      of_job[index_of(kind)] = one.job.mean_bytes_of(kind);
  }
  return all;
}

// That some job does: the disks' counters of the others would stay at 0.
std::vector<IoKind> kinds_of(const std::vector<RunningJob>& jobs) {
  std::vector<IoKind> kinds;
  for (std::size_t i = 0; i < kIoKinds; ++i) {
    const auto kind = static_cast<IoKind>(i);
    if (std::ranges::any_of(jobs, [kind](const RunningJob& one) { return one.job.does(kind); })) kinds.push_back(kind);
  }
  return kinds;
}

std::vector<bool> have_known_mean_sizes(const std::vector<RunningJob>& jobs) {
  std::vector<bool> known;
  for (const RunningJob& one : jobs) known.push_back(one.job.has_known_mean_size());
  return known;
}

bool have_one_mean_size(const std::vector<RunningJob>& jobs) {
  std::set<double> sizes;
  for (const RunningJob& one : jobs)
    for (const IoKind kind : {IoKind::kRead, IoKind::kWrite, IoKind::kTrim})
      if (one.job.does(kind)) sizes.insert(one.job.mean_bytes_of(kind));
  return sizes.size() == 1 &&
         std::ranges::all_of(jobs, [](const RunningJob& one) { return one.job.has_known_mean_size(); });
}

double number(Duration time) { return static_cast<double>(time.count()); }
double number(std::uint64_t count) { return static_cast<double>(count); }
double number(double value) { return value; }

}  // namespace

Sampler::Sampler(World& world, bool tables)
    : world_(world),
      paced_processes_(world.guest().paced().processes),
      mean_bytes_(mean_bytes_by_kind(world.guest().jobs())),
      known_mean_size_(have_known_mean_sizes(world.guest().jobs())),
      one_size_(have_one_mean_size(world.guest().jobs())),
      kinds_(kinds_of(world.guest().jobs())),
      merges_(can_merge(world.testbed())) {
  if (tables) tables_.emplace(world);
  last_ = totals();
}

template <class Values>
Sampler::Range Sampler::append(std::vector<double>& totals, const Values& values) {
  const Range range{totals.size(), totals.size() + values.size()};
  for (const auto& value : values) totals.push_back(number(value));
  return range;
}

void Sampler::append_merged(std::vector<double>& totals) {
  std::vector<std::uint64_t> of_jobs;
  std::vector<std::uint64_t> of_disks;
  for (const JobCounters& job : world_.guest().reaped())
    for (const KindCounters& kind : job) of_jobs.push_back(kind.merged);
  for (const LogicalUnit& lun : world_.guest().disks())
    for (const IoKind kind : kinds_) of_disks.push_back(lun.reaped[index_of(kind)].merged);
  job_merged_ = append(totals, of_jobs);
  disk_merged_ = append(totals, of_disks);
}

std::vector<double> Sampler::totals() {
  std::vector<double> totals;
  totals.reserve(last_.size());  // at the first call nothing is known
  totals.resize(kFirstVcpu);
  for (std::size_t i = 0; i < kCounts; ++i) totals[i] = static_cast<double>(world_.counters().totals[i]);
  totals[kLockWait] = number(world_.guest().lock_wait());
  totals[kHeldBackByRings] = number(world_.stages().held_back(world_.now()));
  if (paced_processes_ > 0) totals[kHeldBackByPace] = number(world_.guest().paced().held_back);
  totals[kHostBusy] = number(world_.cpus().busy_time());
  totals[kBusBytes] = world_.memory_bus().bytes_moved();
  const StageSums stages = world_.stages().sums(world_.now());
  for (std::size_t i = 0; i < kStages; ++i) {
    totals[kStageLatency + i] = number(stages.latency[i]);
    totals[kStageQueueing + i] = number(stages.latency[i]) - number(stages.service[i]);
    totals[kStageService + i] = number(stages.service[i]);
    totals[kStageArea + i] = number(stages.area[i]);
  }
  std::vector<Duration> vcpus;
  for (std::uint32_t vcpu = 0; vcpu < world_.testbed().guest.vcpus; ++vcpu)
    vcpus.push_back(world_.guest().busy_time(VcpuId(vcpu)));
  vcpus_ = append(totals, vcpus);
  serving_threads_ = append(totals, world_.server().busy_times());
  std::vector<Duration> in_use;
  std::vector<Duration> locked;
  for (const Aio* const aio : world_.server().aios()) {
    const PoolTimes times = aio->pool_times();
    totals[kWorkersAwake] += number(times.awake);
    in_use.push_back(times.in_use);
    locked.push_back(times.locked);
  }
  pools_in_use_ = append(totals, in_use);
  pools_locked_ = append(totals, locked);
  std::vector<double> units;  // the mean of a kind
  for (const DeviceUnits& unit : world_.storage().units(world_.now())) units.push_back(number(unit.busy) / unit.units);
  device_units_ = append(totals, units);
  target_bytes_ = append(totals, world_.guest().target_bytes());
  std::vector<std::uint64_t> ios;
  std::vector<double> chance;
  for (std::size_t job = 0; job < mean_bytes_.size(); ++job)
    for (std::size_t kind = 0; kind < kIoKinds; ++kind) {
      const KindCounters& of_kind = world_.guest().reaped()[job][kind];
      const double expected =
          known_mean_size_[job] ? number(of_kind.ios) * mean_bytes_[job][kind] : number(of_kind.bytes);
      ios.push_back(of_kind.ios);
      chance.push_back(number(of_kind.bytes) - expected);
      totals[kExpectedBytes] += expected;
      totals[kChanceOfSizes] += chance.back();
    }
  job_ios_ = append(totals, ios);
  job_chance_ = append(totals, chance);
  if (std::ranges::find(known_mean_size_, false) != known_mean_size_.end()) {
    std::vector<std::uint64_t> bytes;
    for (const JobCounters& job : world_.guest().reaped())
      for (const KindCounters& kind : job) bytes.push_back(kind.bytes);
    job_bytes_ = append(totals, bytes);
  }
  if (merges_) append_merged(totals);
  first_of_disks_ = totals.size();
  for (const LogicalUnit& lun : world_.guest().disks())
    for (const IoKind kind : kinds_) {
      const DiskCounters& of_kind = lun.reaped[index_of(kind)];
      totals.insert(totals.end(), {number(of_kind.ios), number(of_kind.bytes), number(of_kind.latency)});
    }
  const Guest::LocksHeld locks = world_.guest().locks_held();
  host_locks_ = append(totals, locks.hosts);
  lun_locks_ = append(totals, locks.luns);
  target_locks_ = append(totals, locks.targets);
  queue_locks_ = append(totals, locks.queues);
  first_of_depths_ = totals.size();
  for (const IssueCounters& job : world_.guest().issues())
    for (const auto& groups : job.depths) (void)append(totals, groups);
  first_of_tables_ = totals.size();
  if (tables_) tables_->append(totals);
  return totals;
}

void Sampler::check_server(const std::vector<double>& now) const {
  const auto refuse = [this](const char* what) { contract_broken("server " + world_.testbed().host.server, what); };
  if (now.size() != last_.size()) refuse("busy_times() has another number of threads than before");
  for (std::size_t i = serving_threads_.first; i < serving_threads_.end; ++i)
    if (now[i] < last_[i]) refuse("busy_times() fell; time that a thread has worked never does");
  if (now[kWorkersAwake] < last_[kWorkersAwake]) refuse("pool_times().awake fell; it never does");
}

Batch Sampler::take(Duration length) {
  // It looks at every request. What goes wrong stays wrong: a look at the first batches, and then at ever fewer, finds
  // it.
  if (std::has_single_bit(++taken_)) world_.stages().check(world_.now());
  std::vector<double> now = totals();
  check_server(now);
  Batch batch;
  batch.length = length;
  batch.latency = std::exchange(world_.counters().latency, Histogram{});
  for (JobCounters& job : world_.guest().reaped())
    for (KindCounters& kind : job) batch.parts.push_back(std::exchange(kind.latency, Histogram{}));
  for (IssueCounters& job : world_.guest().issues())
    for (IssueCounters::OfKind& kind : job.kinds)
      for (Histogram* const latency : {&kind.slat, &kind.clat})
        batch.parts.push_back(std::exchange(*latency, Histogram{}));
  // What was known before becomes what is new.
  for (std::size_t i = 0; i < now.size(); ++i) last_[i] = now[i] - last_[i];
  batch.counters = std::exchange(last_, std::move(now));
  return batch;
}

std::vector<Quantity> Sampler::quantities(const BatchSeries& series) const {
  const Estimates estimates(series, leading());
  const Testbed& testbed = world_.testbed();
  std::vector<Quantity> quantities;
  const auto put = [&](Measure measure, Estimate estimate) {
    quantities.push_back({std::string(name_of(measure)), estimate.value, estimate.half_width});
  };
  const auto per_io = [&](std::size_t counter) { return estimates.ratio(counter, kIos); };
  const auto counter = [](Count count) { return static_cast<std::size_t>(count); };
  // Of several that do the same, which are `units` each.
  const auto busiest = [&](Range range, std::uint32_t units = 1) {
    return estimates.rate(estimates.highest_rate(range.first, range.end)) * (1e-9 / std::max(1u, units));
  };

  const auto put_headline = [&](Measure measure) { put(measure, headline(estimates, measure)); };
  put_headline(Measure::kBandwidth);
  put_headline(Measure::kIops);
  put_headline(Measure::kLatencyMean);
  put(Measure::kLatencyP50, estimates.latency_quantile_ns(0.5) * 1e-3);
  put(Measure::kLatencyP95, estimates.latency_quantile_ns(0.95) * 1e-3);
  put_headline(Measure::kLatencyP99);
  put(Measure::kLatencyP999, estimates.latency_quantile_ns(0.999) * 1e-3);
  put_headline(Measure::kKicks);
  put_headline(Measure::kInterrupts);
  put(Measure::kDeliveries, per_io(counter(Count::kDeliveries)));
  put(Measure::kExits, per_io(counter(Count::kExits)));
  put(Measure::kLockWait, per_io(kLockWait) * 1e-3);
  put(Measure::kQueueSwitches, per_io(counter(Count::kQueueSwitches)));
  put(Measure::kRequeues, per_io(counter(Count::kRequeues)));
  put(Measure::kReorders, {static_cast<double>(world_.counters().total(Count::kReorders)), kNoValue});
  put(Measure::kServerUtilization, busiest(serving_threads_));
  std::uint32_t workers = 0;
  std::uint32_t workers_of_pool = 0;
  for (const Aio* const aio : world_.server().aios()) {
    workers += aio->threads_max();
    workers_of_pool = aio->threads_max();
  }
  put(Measure::kWorkersBusy, estimates.rate(kWorkersAwake) * 1e-9);
  put(Measure::kWorkersUtilization, estimates.rate(kWorkersAwake) * (1e-9 / std::max(1u, workers)));
  put(Measure::kBusUtilization, estimates.rate(kBusBytes) * (1e-9 / testbed.hardware.memory_gb_per_s));
  put(Measure::kHostCpusBusy, estimates.rate(kHostBusy) * 1e-9);
  put(Measure::kHostCpusUtilization, estimates.rate(kHostBusy) * (1e-9 / testbed.hardware.physical_cpus));
  put(Measure::kCpuTime, per_io(kHostBusy) * 1e-3);
  std::vector<double> target_bytes;
  for (std::size_t i = target_bytes_.first; i < target_bytes_.end; ++i) target_bytes.push_back(estimates.total(i));
  // Not linear in the batches where all targets are equal, which it is mostly near: replications say how sure it is.
  put(Measure::kFairness, {jain_index(target_bytes), kNoValue});
  // The busiest one of a kind.
  put(Measure::kHostLockUtilization, busiest(host_locks_));
  put(Measure::kLunLockUtilization, locks_shared() ? busiest(lun_locks_) : Estimate{0, 0});
  put(Measure::kTargetLockUtilization, busiest(target_locks_));
  put(Measure::kQueueLockUtilization, busiest(queue_locks_));
  put(Measure::kCommandSlotsUtilization, estimates.rate(kHeldBackByRings) * 1e-9);
  put(Measure::kWorkerPoolUtilization, busiest(pools_in_use_, workers_of_pool));
  put(Measure::kPoolLockUtilization, busiest(pools_locked_));
  for (const auto& [measure, resource] : {std::pair{Measure::kDeviceCommandsUtilization, ResourceId::kDeviceCommands},
                                          {Measure::kDeviceDiesUtilization, ResourceId::kDeviceDies},
                                          {Measure::kDeviceLinksUtilization, ResourceId::kDeviceLinks}}) {
    std::optional<Estimate> most;
    std::size_t unit_counter = device_units_.first;
    for (const DeviceUnits& unit : world_.storage().units(world_.now())) {
      if (unit.resource == resource)
        if (const Estimate busy = estimates.rate(unit_counter) * 1e-9; !most || busy.value > most->value) most = busy;
      ++unit_counter;
    }
    put(measure, most.value_or(Estimate{0, 0}));
  }
  put(Measure::kPaceUtilization, estimates.rate(kHeldBackByPace) * (1e-9 / std::max(1u, paced_processes_)));
  for (std::size_t i = vcpus_.first; i < vcpus_.end; ++i) {
    const Estimate busy = estimates.rate(i) * 1e-9;
    quantities.push_back({vcpu_utilization_name(i - vcpus_.first), busy.value, busy.half_width});
  }
  return quantities;
}

Estimate Sampler::headline(const Estimates& estimates, Measure measure) const {
  const auto per_io = [&](Count count) { return estimates.ratio(static_cast<std::size_t>(count), kIos); };
  switch (measure) {
    case Measure::kBandwidth:
      if (!one_size_) return estimates.rate(kExpectedBytes, kChanceOfSizes) * (1 / kBytesPerMib);
      return estimates.rate(kIos, kChanceOfSizes) *
             (world_.guest().jobs().front().job.mean_request_bytes() / kBytesPerMib);
    case Measure::kIops: return estimates.rate(kIos);
    case Measure::kLatencyMean: return estimates.mean_latency_ns() * 1e-3;
    case Measure::kLatencyP99: return estimates.latency_quantile_ns(0.99) * 1e-3;
    case Measure::kKicks: return per_io(Count::kKicks);
    case Measure::kInterrupts: return per_io(Count::kInterrupts);
    default: break;
  }
  ensure(false, "a headline");
  return {};
}

std::vector<std::string> Sampler::not_settled(const BatchSeries& series) const {
  const Estimates whole(series, leading());
  std::vector<std::string> names;
  if (whole.batches() < kFewestForHalves) return names;
  const auto [first, second] = whole.halves();
  for (const Measure measure : kHeadlines)
    if (!halves_agree(headline(whole, measure), headline(first, measure), headline(second, measure)))
      names.emplace_back(name_of(measure));
  return names;
}

std::vector<StageTimes> Sampler::stages(const BatchSeries& series) const {
  const Estimates estimates(series, leading());
  std::vector<StageTimes> stages;
  for (std::size_t i = 0; i < kStages; ++i)
    stages.push_back({.stage = std::string(kStageNames[i]),
                      .latency_us = estimates.ratio(kStageLatency + i, kRequests) * 1e-3,
                      .queueing_us = estimates.ratio(kStageQueueing + i, kRequests) * 1e-3,
                      .service_us = estimates.ratio(kStageService + i, kRequests) * 1e-3,
                      .requests = estimates.rate(kStageArea + i) * 1e-9});
  return stages;
}

std::vector<JobTimes> Sampler::jobs(const BatchSeries& series) const {
  std::vector<JobTimes> all;
  for (std::size_t number = 0; number < mean_bytes_.size(); ++number)
    for (JobTimes& times : job(number, series)) all.push_back(std::move(times));
  return all;
}

std::vector<JobTimes> Sampler::job(std::size_t job, const BatchSeries& series) const {
  const Estimates estimates(series, leading());
  std::vector<JobTimes> all;
  const RunningJob& running = world_.guest().jobs()[job];
  for (std::size_t kind = 0; kind < kIoKinds; ++kind) {
    const auto io_kind = static_cast<IoKind>(kind);
    if (!running.job.does(io_kind)) continue;
    const std::size_t part = job * kIoKinds + kind;
    const auto quantile_us = [&](double q) { return estimates.latency_quantile_ns(q, part) * 1e-3; };
    const Estimate iops = estimates.rate(job_ios_.first + part);
    all.push_back({.job = running.name,
                   .kind = io_kind,
                   .iops = iops,
                   .bandwidth_mib_per_s = known_mean_size_[job]
                                              ? estimates.rate(job_ios_.first + part, job_chance_.first + part) *
                                                    (mean_bytes_[job][kind] / kBytesPerMib)
                                              : estimates.rate(job_bytes_.first + part) * (1 / kBytesPerMib),
                   .latency_mean_us = estimates.mean_latency_ns(part) * 1e-3,
                   .latency_p50_us = quantile_us(0.5),
                   .latency_p95_us = quantile_us(0.95),
                   .latency_p99_us = quantile_us(0.99),
                   .latency_p99_9_us = quantile_us(0.999),
                   .merged_per_s = merges_ ? estimates.rate(job_merged_.first + part)
                                           : Estimate{0, series.is_stretch() ? kNoValue : 0}});
  }
  return all;
}

void Sampler::tell(const BatchSeries& series, PartTables& tables) const {
  if (tables_) tables_->tell(Estimates(series, leading()), first_of_tables_, tables);
}

Duration Sampler::warm_up(const BatchSeries& series) const {
  return series.batch_length() * static_cast<std::int64_t>(Estimates(series, leading()).warm_up().batches);
}

std::vector<DiskTimes> Sampler::disks(const BatchSeries& series) const {
  const Estimates estimates(series, leading());
  const double measured_s = estimates.measured_s();
  std::vector<DiskTimes> all;
  std::size_t counter = first_of_disks_;
  std::size_t merged = disk_merged_.first;
  const std::uint32_t luns = world_.testbed().luns_per_target;
  for (const LogicalUnit& lun : world_.guest().disks())
    for (const IoKind kind : kinds_) {
      const std::size_t first = std::exchange(counter, counter + kCountersOfDisk);
      const double merged_ios = merges_ ? estimates.total(merged++) : 0;
      const double ios = estimates.total(first);
      if (ios == 0) continue;
      all.push_back({.target = lun.index / luns,
                     .lun = lun.index % luns,
                     .kind = kind,
                     .iops = ios / measured_s,
                     .bandwidth_mib_per_s = estimates.total(first + 1) / (measured_s * kBytesPerMib),
                     .latency_mean_us = estimates.total(first + 2) * 1e-3 / ios,
                     .merged_per_s = merged_ios / measured_s});
    }
  return all;
}

}  // namespace vqlab::sim
