// When a job may issue its next request: fio's think time and rate limit.
#pragma once

#include <algorithm>
#include <cstdint>

#include "models/base/cost.hpp"
#include "models/base/units.hpp"
#include "models/workload/fio_job.hpp"

namespace vqlab {

// fio (io_u_quiesce) first takes back what a job has in flight, then lets it stall: whoever holds the job back asks
// for the stall only then. Jobs that begin in step stay in step, as no two processes of a real testbed do: in a steady
// state each begins at a random time within its first think time or, if that is longer, its first gap.
class FioPace {
 public:
  enum class Begin : std::uint8_t {
    kWithinGap,
    kAtOnce,  // as fio does
  };
  FioPace(const FioJob& job, std::uint64_t seed, std::uint32_t job_index, Begin begin = Begin::kWithinGap);

  // Whether the job is ever held back. If not, nothing else here need be called.
  [[nodiscard]] bool paced() const noexcept { return paced_; }

  // The job begins now, not at 0. To be called before anything else, if at all.
  void begin(Instant now) noexcept {
    next_ += now - Instant{};
    if (burst_time_ > Duration{0}) burst_ends_ += now - Instant{};
  }

  // Whether the next request may be issued.
  [[nodiscard]] bool may_issue(Instant now) const noexcept {
    return burst_left_ > 0 && now >= next_ && now < burst_ends_;
  }

  // A request of so many bytes is issued.
  void issued(std::uint32_t bytes) noexcept;

  // As many requests have been reaped.
  void completed(std::uint32_t requests) noexcept {
    if (counts_completions_) burst_left_ -= std::min(burst_left_, requests);
  }
  // Of a job that replays a trace: its next request may be issued then.
  void allow_at(Instant next) noexcept { next_ = next; }

  struct Stall {
    Duration spins;   // busy on its vCPU, at first
    Duration sleeps;  // then
  };
  // The job has nothing in flight and stalls for the result, which may be 0: then it may issue.
  [[nodiscard]] Stall stall(Instant now) noexcept;

 private:
  bool thinks_;
  bool limited_;
  bool paced_;
  Duration think_time_;
  std::uint32_t burst_;
  std::uint32_t burst_left_;
  bool counts_completions_;
  Duration spin_;
  Duration burst_time_;                  // 0: a burst has so many requests
  Instant burst_ends_ = Instant::max();  // by time
  CostSampler half_gap_;   // between two requests of a limited job; of one that is limited by bytes, of kUnit
  double units_per_byte_;  // 0: it is not limited by bytes
  RandomStream random_;
  Instant next_;  // of the next request; of a job without a limit the first
};

}  // namespace vqlab
