// What fio would measure of a job beyond whole latencies: when its calls that submit return, and how many I/Os they,
// and those that reap, are for. Kept where it is asked for.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <map>
#include <vector>

#include "models/base/ensure.hpp"
#include "models/base/io_kind.hpp"
#include "models/base/units.hpp"
#include "sim/metrics/fio_times.hpp"

namespace vqlab::sim {

struct Command;

// Of all processes of a job: depths since the beginning, latencies since somebody last took them.
struct IssueCounters {
  struct OfKind {
    Histogram slat;
    Histogram clat;
  };
  std::array<OfKind, kIoKinds> kinds;
  FioDepths depths{};
};

// Of one process.
class IssueTimes {
 public:
  // `waits_in_calls`: the call that submits returns with the I/O, so that there is nothing to tell apart.
  IssueTimes(IssueCounters& counters, bool waits_in_calls) : counters_(counters), waits_in_calls_(waits_in_calls) {}

  // An I/O was handed to the call that submits; `in_flight` with it.
  void submitted(const Command& io, IoKind kind, std::uint32_t in_flight) {
    if (kind != IoKind::kFlush) count(FioDepth::kLevel, std::min(kFioDepthGroups, width_of(in_flight)) - 1);
    submitting_.push_back(&io);
  }
  // The call has returned.
  void issued(Instant now) {
    if (submitting_.empty()) return;
    count(FioDepth::kSubmit, group_of(submitting_.size()));
    for (const Command* const io : submitting_) issued_[io] = now;
    submitting_.clear();
  }
  void reaped(std::uint32_t ios) { count(FioDepth::kComplete, group_of(ios)); }
  // The process has it back. Precondition: the call that submitted it has returned, unless it is a flush.
  void taken_back(const Command& io, IoKind kind, Duration latency, Instant now) {
    IssueCounters::OfKind& of_kind = counters_.kinds[index_of(kind)];
    if (waits_in_calls_ || kind == IoKind::kFlush) return of_kind.clat.add(latency);
    const auto issued = issued_.find(&io);
    ensure(issued != issued_.end(), "an I/O that is reaped was issued");
    const Duration clat = now - issued->second;
    ensure(clat >= Duration{0} && clat <= latency, "a call returns after its I/O began and before it is reaped");
    of_kind.clat.add(clat);
    of_kind.slat.add(latency - clat);
  }

 private:
  void count(FioDepth what, std::size_t group) { ++counters_.depths[static_cast<std::size_t>(what)][group]; }
  // 0, 1-4, 5-8, 9-16, 17-32, 33-64, more.
  [[nodiscard]] static std::size_t group_of(std::size_t ios) {
    if (ios == 0) return 0;
    return std::min(kFioDepthGroups, std::max<std::size_t>(2, width_of(ios - 1))) - 1;
  }
  [[nodiscard]] static std::size_t width_of(std::size_t number) {
    return static_cast<std::size_t>(std::bit_width(number));
  }

  IssueCounters& counters_;
  bool waits_in_calls_;
  std::vector<const Command*> submitting_;
  std::map<const Command*, Instant> issued_;  // looked up, never walked
};

}  // namespace vqlab::sim
