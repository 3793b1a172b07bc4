#include "sim/experiment/time_series.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace vqlab::sim {
namespace {

double in_ns(Duration time) { return static_cast<double>(time.count()); }

}  // namespace

void TimeSeries::Bin::merge(const Bin& next) {
  length += next.length;
  vcpus_busy += next.vcpus_busy;
  host_cpus_busy += next.host_cpus_busy;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    parts[i].bytes += next.parts[i].bytes;
    parts[i].in_flight += next.parts[i].in_flight;
    parts[i].latency.merge(next.parts[i].latency);
  }
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    kinds[i].ios += next.kinds[i].ios;
    kinds[i].bytes += next.kinds[i].bytes;
    kinds[i].latency_ns += next.kinds[i].latency_ns;
  }
}

TimeSeries::TimeSeries(World& world, Duration bin) : world_(world), bin_(bin), last_(totals()) {
  const std::size_t jobs = world.guest().jobs().size();
  now_.parts.resize(jobs > 1 ? jobs + 1 : 1);
  now_.kinds.resize(jobs * kIoKinds);
  owed_.resize(1 + jobs * kIoKinds);
}

TimeSeries::Totals TimeSeries::totals() const {
  Totals totals;
  Guest& guest = world_.guest();
  for (const Vcpu& vcpu : guest.vcpus()) totals.vcpus_busy += vcpu.busy_time();
  totals.host_cpus_busy = world_.cpus().busy_time();
  totals.bytes.push_back(0);
  for (const JobCounters& job : guest.reaped()) {
    totals.bytes.push_back(0);
    for (const KindCounters& kind : job) {
      totals.kinds.push_back(kind.bytes);
      totals.bytes.back() += kind.bytes;
    }
    totals.bytes.front() += totals.bytes.back();
  }
  for (const Duration time : guest.under_way()) totals.in_flight_for.push_back(in_ns(time));
  return totals;
}

bool TimeSeries::sleep(CoarseActor& actor, Duration time) {
  for (const Instant end = world_.now() + time; world_.now() < end;) {
    const Instant before = world_.now();
    const bool woken = actor.sleep_unless_woken(std::min(end - before, bin_ - so_far_));
    // SimGrid's clock counts in floating point, and may be a nanosecond late.
    passed(std::min(world_.now() - before, bin_ - so_far_));
    if (woken || world_.ended()) return true;
  }
  return false;
}

void TimeSeries::passed(Duration time) {
  so_far_ += time;
  std::size_t owed = 0;
  const auto take = [&](Histogram& latency) -> Histogram {
    Histogram taken = std::exchange(latency, Histogram{});
    owed_[owed++].merge(taken);
    return taken;
  };
  now_.parts.front().latency.merge(take(world_.counters().latency));
  for (std::size_t job = 0; job < world_.guest().reaped().size(); ++job)
    for (std::size_t kind = 0; kind < kIoKinds; ++kind) {
      const Histogram taken = take(world_.guest().reaped()[job][kind].latency);
      OfKind& of_kind = now_.kinds[job * kIoKinds + kind];
      of_kind.ios += taken.count();
      of_kind.latency_ns += taken.sum_ns();
      if (static_cast<IoKind>(kind) == IoKind::kFlush) continue;
      if (now_.parts.size() > 1) now_.parts[job + 1].latency.merge(taken);
    }
  if (so_far_ == bin_) end_bin();
}

void TimeSeries::give_back() {
  std::size_t owed = 0;
  const auto give = [&](Histogram& latency) { latency = std::exchange(owed_[owed++], Histogram{}); };
  give(world_.counters().latency);
  for (JobCounters& job : world_.guest().reaped())
    for (KindCounters& kind : job) give(kind.latency);
}

// The integral of the number in flight over a bin: what those that came back in it took, and for how long those that
// are on their way have been so at its end, less the same at its beginning.
void TimeSeries::end_bin() {
  Totals now = totals();
  now_.length = std::exchange(so_far_, Duration{0});
  now_.vcpus_busy = in_ns(now.vcpus_busy - last_.vcpus_busy);
  now_.host_cpus_busy = in_ns(now.host_cpus_busy - last_.host_cpus_busy);
  double under_way = 0;
  for (std::size_t job = 0; job < now.in_flight_for.size(); ++job) {
    const double more = now.in_flight_for[job] - last_.in_flight_for[job];
    under_way += more;
    if (now_.parts.size() > 1) now_.parts[job + 1].in_flight = more;
  }
  now_.parts.front().in_flight = under_way;
  for (std::size_t i = 0; i < now_.parts.size(); ++i) {
    now_.parts[i].bytes = now.bytes[i] - last_.bytes[i];
    now_.parts[i].in_flight += static_cast<double>(now_.parts[i].latency.sum_ns());
  }
  for (std::size_t i = 0; i < now_.kinds.size(); ++i) now_.kinds[i].bytes = now.kinds[i] - last_.kinds[i];
  last_ = std::move(now);
  const std::size_t parts = now_.parts.size();
  const std::size_t kinds = now_.kinds.size();
  bins_.push_back(std::exchange(now_, Bin{}));
  now_.parts.resize(parts);
  now_.kinds.resize(kinds);
  if (bins_.size() < kMostBins) return;
  for (std::size_t i = 0; i < kMostBins / 2; ++i) {
    if (i > 0) bins_[i] = std::move(bins_[2 * i]);
    bins_[i].merge(bins_[2 * i + 1]);
  }
  bins_.resize(kMostBins / 2);
  bin_ *= 2;
}

void TimeSeries::tell(std::vector<FioJobTimes>& jobs) const {
  for (std::size_t job = 0; job < jobs.size(); ++job)
    for (FioKindTimes& times : jobs[job].kinds) {
      Duration end{0};
      for (const Bin& bin : bins_) {
        const OfKind& of_kind = bin.kinds[job * kIoKinds + index_of(times.kind)];
        end += bin.length;
        const double mean_ns =
            of_kind.ios == 0 ? 0 : static_cast<double>(of_kind.latency_ns) / static_cast<double>(of_kind.ios);
        times.bins.push_back({in_ns(end) / 1e9, in_ns(bin.length) / 1e9, of_kind.ios, of_kind.bytes, mean_ns});
      }
    }
}

PartRows TimeSeries::rows(Duration warm_up) const {
  constexpr double kP99 = 0.99;
  PartRows rows;
  Duration begin{0};
  const std::vector<RunningJob>& jobs = std::as_const(world_).guest().jobs();
  for (const Bin& bin : bins_) {
    const double length_s = in_ns(bin.length) / 1e9;
    for (std::size_t i = 0; i < bin.parts.size(); ++i) {
      const Part& part = bin.parts[i];
      const bool all = i == 0;
      rows.push_back({{all ? std::string() : jobs[i - 1].name, begin < warm_up ? "true" : "false"},
                      {in_ns(begin) / 1e9, length_s, static_cast<double>(part.bytes) / (length_s * kBytesPerMib),
                       static_cast<double>(part.latency.count()) / length_s, part.latency.mean_ns() * 1e-3,
                       part.latency.quantile_ns(kP99) * 1e-3, part.in_flight / in_ns(bin.length),
                       all ? bin.vcpus_busy / in_ns(bin.length) : kNoValue,
                       all ? bin.host_cpus_busy / in_ns(bin.length) : kNoValue}});
    }
    begin += bin.length;
  }
  return rows;
}

}  // namespace vqlab::sim
