#include "models/workload/fio_job.hpp"

#include "models/base/ensure.hpp"
#include "models/base/size_text.hpp"
#include "models/workload/fio_times.hpp"

namespace vqlab {

SizeMix FioJob::sizes(IoKind kind) const {
  ensure(kind != IoKind::kFlush, "a flush has no size");
  if (const auto split = bssplit.empty() ? std::nullopt : parse_bssplit(bssplit)) return (*split)[index_of(kind)];
  if (const auto one = bs.empty() ? std::nullopt : parse_bs(bs)) return (*one)[index_of(kind)];
  return {{bsrange, 100}};
}

bool FioJob::does(IoKind kind) const {
  if (const IoTrace* const replayed = trace()) return replayed->kinds[index_of(kind)].ios > 0;
  return kind == IoKind::kFlush ? writes_per_flush() > 0 : percent_of(kind) > 0;
}

double FioJob::mean_bytes_of(IoKind kind) const {
  const IoTrace* const replayed = trace();
  if (replayed == nullptr) return mean_bytes(sizes(kind));
  const IoTrace::OfKind& of_kind = replayed->kinds[index_of(kind)];
  return of_kind.ios == 0 ? 0 : static_cast<double>(of_kind.bytes) / static_cast<double>(of_kind.ios);
}

bool FioJob::has_known_mean_size() const {
  constexpr double kFewestIosOfPass = 10'000;
  return !replays() && (least_io_bytes() == most_io_bytes() ||
                        static_cast<double>(size_bytes) >= kFewestIosOfPass * mean_request_bytes());
}

double FioJob::mean_request_bytes() const {
  if (const IoTrace* const replayed = trace()) {
    IoTrace::OfKind all;
    for (const IoKind kind : {IoKind::kRead, IoKind::kWrite, IoKind::kTrim}) {
      all.ios += replayed->kinds[index_of(kind)].ios;
      all.bytes += replayed->kinds[index_of(kind)].bytes;
    }
    return all.ios == 0 ? 0 : static_cast<double>(all.bytes) / static_cast<double>(all.ios);
  }
  double mean = 0;
  for (const IoKind kind : {IoKind::kRead, IoKind::kWrite, IoKind::kTrim}) {
    const double bytes = mean_bytes(sizes(kind));
    if (percent_of(kind) == 100) return bytes;
    mean += bytes * percent_of(kind) / 100;
  }
  return mean;
}

std::uint64_t FioJob::most_io_bytes() const {
  const IoTrace* const replayed = trace();
  if (replayed != nullptr) return std::max(most_data_bytes(), replayed->kinds[index_of(IoKind::kTrim)].most_bytes);
  return std::max(most_data_bytes(), trims() ? most_bytes(sizes(IoKind::kTrim)) : 0);
}

std::uint64_t FioJob::most_data_bytes() const {
  std::uint64_t most = 0;
  if (const IoTrace* const replayed = trace())
    return std::max({std::uint64_t{kLeastIoBytes}, replayed->kinds[index_of(IoKind::kRead)].most_bytes,
                     replayed->kinds[index_of(IoKind::kWrite)].most_bytes});
  for (const IoKind kind : {IoKind::kRead, IoKind::kWrite})
    if (does(kind)) most = std::max(most, most_bytes(sizes(kind)));
  return most;
}

std::uint64_t FioJob::least_io_bytes() const {
  std::uint64_t least = kMostIoBytes;
  if (const IoTrace* const replayed = trace()) {
    for (const IoTrace::OfKind& of_kind : replayed->kinds)
      if (of_kind.bytes > 0) least = std::min(least, of_kind.least_bytes);
    return least;
  }
  for (const IoKind kind : {IoKind::kRead, IoKind::kWrite, IoKind::kTrim})
    if (does(kind)) least = std::min(least, least_bytes(sizes(kind)));
  return least;
}

std::uint32_t FioJob::writes_per_flush() const {
  if (does(IoKind::kWrite) && writes_synchronously()) return 1;
  if (!does(IoKind::kWrite) || fsync == 0 || fdatasync == 0)
    return does(IoKind::kWrite) ? std::max(fsync, fdatasync) : 0;
  return std::min(fsync, fdatasync);
}

std::uint64_t FioJob::rate_bytes() const { return rate.empty() ? 0 : parse_size(rate).value_or(0); }

Duration FioJob::start_delay() const { return parse_time(startdelay).value_or(Duration{0}); }

Duration FioJob::iotime() const { return parse_time(thinktime_iotime).value_or(Duration{0}); }

Duration FioJob::ramp() const { return parse_time(ramp_time).value_or(Duration{0}); }

std::optional<Duration> FioJob::time_limit() const {
  const auto limit = parse_time(runtime);
  return limit == Duration{0} ? std::nullopt : limit;
}

Duration FioJob::replay_length() const {
  const IoTrace* const replayed = trace();
  if (replayed == nullptr || replay_no_stall != 0) return Duration{0};
  return Duration{static_cast<std::int64_t>(static_cast<double>(replayed->entries.back().at.count()) *
                                            (100.0 / replay_time_scale))};
}

std::uint32_t FioJob::weight() const {
  double weight = 1024;
  for (std::int32_t step = 0; step < nice; ++step) weight /= 1.25;
  for (std::int32_t step = 0; step > nice; --step) weight *= 1.25;
  return static_cast<std::uint32_t>(weight + 0.5);
}

std::uint32_t FioJob::percent_of(IoKind kind) const {
  if (trims()) return kind == IoKind::kTrim ? 100 : 0;
  const std::uint32_t reads = mixes() ? rwmixread : rw == "read" || rw == "randread" ? 100 : 0;
  switch (kind) {
    case IoKind::kRead: return reads;
    case IoKind::kWrite: return 100 - reads;
    default: return 0;
  }
}

std::vector<WeightedSize> weighted_sizes(const FioJob& job) {
  std::vector<IoKind> kinds;
  for (const IoKind kind : {IoKind::kRead, IoKind::kWrite, IoKind::kTrim})
    if (job.does(kind)) kinds.push_back(kind);
  const bool alike = kinds.size() == 2 && job.sizes(kinds[0]) == job.sizes(kinds[1]);
  if (alike) kinds.pop_back();
  std::vector<WeightedSize> all;
  for (const IoKind kind : kinds) {
    const SizeMix mix = job.sizes(kind);
    const double of_kind = kinds.size() == 1 ? 1 : job.percent_of(kind);
    for (const SizeShare& share : mix) {
      const double of_share = mix.size() == 1 ? of_kind : of_kind * share.percent;
      const double weight = mix.size() == 1 && kinds.size() == 1 ? 1 : of_share / static_cast<double>(share.choices());
      for (std::uint64_t choice = 1; choice <= share.choices(); ++choice)
        all.push_back({kind, choice * share.range.min_bytes, weight});
    }
  }
  return all;
}

}  // namespace vqlab
