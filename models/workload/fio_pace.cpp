#include "models/workload/fio_pace.hpp"

#include <algorithm>
#include <string>

namespace vqlab {
namespace {

// Half the time from one request to the next: a whole one of a second would be beyond what a sampler holds.
Cost half_gap(const FioJob& job) {
  return {job.rate_iops == 0 ? 0.0 : 0.5e9 / job.rate_iops,
          job.rate_process == "poisson" ? Shape::kExponential : Shape::kConstant};
}

}  // namespace

FioPace::FioPace(const FioJob& job, std::uint64_t seed, std::uint32_t job_index)
    : thinks_(job.thinktime_us > 0),
      limited_(job.rate_iops > 0),
      paced_(thinks_ || limited_),
      think_time_(std::int64_t{1000} * job.thinktime_us),
      burst_(job.thinktime_blocks),
      burst_left_(burst_),
      half_gap_(half_gap(job)),
      random_(seed, "fio/" + std::to_string(job_index) + "/rate") {
  const double longest_ns = std::max(static_cast<double>(think_time_.count()), 2 * half_gap(job).mean_ns);
  next_ = Instant{Duration{static_cast<std::int64_t>(longest_ns * (random_.next32() * 0x1p-32))}};
}

void FioPace::issued() noexcept {
  if (thinks_) --burst_left_;
  // From the time that the request had, not from when it was issued: what is late is caught up with.
  if (limited_) next_ += 2 * half_gap_.sample(random_);
}

Duration FioPace::stall(Instant now) noexcept {
  const Duration wait = std::max(next_ - now, Duration{0});
  if (burst_left_ > 0) return wait;
  burst_left_ = burst_;
  return std::max(think_time_, wait);
}

}  // namespace vqlab
