// What fio would report of a job.
#include <cmath>
#include <utility>

#include "sim/experiment/sampler.hpp"

namespace vqlab::sim {

FioJobTimes Sampler::fio_job(std::size_t job, const BatchSeries& series) const {
  const Estimates estimates(series, leading());
  const RunningJob& running = world_.guest().jobs()[job];
  FioJobTimes all{.job = running.name, .measured_s = estimates.measured_s(), .samples = estimates.batches()};
  const std::size_t parts = mean_bytes_.size() * kIoKinds;  // those of whole latencies come first
  for (std::size_t kind = 0; kind < kIoKinds; ++kind) {
    const auto io_kind = static_cast<IoKind>(kind);
    if (!running.job.does(io_kind)) continue;
    const std::size_t part = job * kIoKinds + kind;
    const auto ios = [&](const Batch& batch) { return batch.counters[job_ios_.first + part]; };
    const auto bytes = [&](const Batch& batch) {
      if (!known_mean_size_[job]) return batch.counters[job_bytes_.first + part];
      return ios(batch) * mean_bytes_[job][kind] + batch.counters[job_chance_.first + part];
    };
    FioKindTimes times{.kind = io_kind};
    times.lat = estimates.latencies(part);
    times.slat = estimates.latencies(parts + 2 * part);
    times.clat = estimates.latencies(parts + 2 * part + 1);
    times.ios = times.lat.count();
    times.iops = estimates.spread(ios);
    times.bytes_per_s = estimates.spread(bytes);
    times.bytes = static_cast<std::uint64_t>(std::llround(times.bytes_per_s.mean * all.measured_s));
    all.kinds.push_back(std::move(times));
  }
  std::size_t counter = first_of_depths_ + job * kFioDepthKinds * kFioDepthGroups;
  for (auto& groups : all.depths)
    for (std::uint64_t& group : groups) group = static_cast<std::uint64_t>(estimates.total(counter++));
  return all;
}

}  // namespace vqlab::sim
