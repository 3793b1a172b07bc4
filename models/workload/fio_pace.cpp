#include "models/workload/fio_pace.hpp"

#include <algorithm>
#include <string>

namespace vqlab {
namespace {

constexpr double kUnitNs = 1 << 20;

double ns_per_byte(const FioJob& job) {
  return job.replays() || job.rate_iops > 0 || job.rate_bytes() == 0 ? 0 : 1e9 / static_cast<double>(job.rate_bytes());
}

double gap_ns(const FioJob& job) {
  if (job.replays()) return 0;  // its trace has times of its own
  return job.rate_iops > 0 ? 1e9 / job.rate_iops : ns_per_byte(job) * job.mean_request_bytes();
}

// Half the time from one request to the next: a whole one of a second would be beyond what a sampler holds.
Cost half_gap(const FioJob& job) {
  return {ns_per_byte(job) > 0 ? kUnitNs / 2 : 0.5 * gap_ns(job),
          job.rate_process == "poisson" ? Shape::kExponential : Shape::kConstant};
}

}  // namespace

FioPace::FioPace(const FioJob& job, std::uint64_t seed, std::uint32_t job_index, Begin begin)
    : thinks_(job.thinktime_us > 0),
      limited_(!job.replays() && (job.rate_iops > 0 || job.rate_bytes() > 0)),
      paced_(thinks_ || limited_ || (job.replays() && job.replay_no_stall == 0)),
      think_time_(std::int64_t{1000} * job.thinktime_us),
      burst_(job.thinktime_blocks),
      burst_left_(burst_),
      counts_completions_(thinks_ && job.thinktime_blocks_type == "complete"),
      spin_(std::int64_t{1000} * job.thinktime_spin_us),
      burst_time_(thinks_ ? job.iotime() : Duration{0}),
      half_gap_(half_gap(job)),
      units_per_byte_(ns_per_byte(job) / kUnitNs),
      random_(seed, "fio/" + std::to_string(job_index) + "/rate") {
  if (begin == Begin::kAtOnce) {
    if (burst_time_ > Duration{0}) burst_ends_ = next_ + burst_time_;
    return;
  }
  const double longest_ns = std::max(static_cast<double>(think_time_.count()), gap_ns(job));
  next_ = Instant{Duration{static_cast<std::int64_t>(longest_ns * (random_.next32() * 0x1p-32))}};
  if (burst_time_ > Duration{0}) burst_ends_ = next_ + burst_time_;
}

void FioPace::issued(std::uint32_t bytes) noexcept {
  if (thinks_ && !counts_completions_ && burst_time_ == Duration{0}) --burst_left_;
  if (!limited_) return;
  // From the time that the request had, not from when it was issued: what is late is caught up with.
  const Duration gap = 2 * half_gap_.sample(random_);
  if (units_per_byte_ == 0)
    next_ += gap;
  else
    next_ += Duration{static_cast<std::int64_t>(static_cast<double>(gap.count()) * (units_per_byte_ * bytes))};
}

FioPace::Stall FioPace::stall(Instant now) noexcept {
  const Duration wait = std::max(next_ - now, Duration{0});
  if (burst_left_ > 0 && now < burst_ends_) return {Duration{0}, wait};
  burst_left_ = burst_;
  const Duration stall = std::max(think_time_, wait);
  if (burst_time_ > Duration{0}) burst_ends_ = now + stall + burst_time_;
  const Duration spins = std::min(spin_, stall);  // a think time that is halved may be shorter than its spin
  return {spins, stall - spins};
}

}  // namespace vqlab
