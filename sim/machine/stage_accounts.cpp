#include "sim/machine/stage_accounts.hpp"

namespace vqlab::sim {

void StageAccounts::reopen(std::uint64_t tag, Stage stage) noexcept {
  Request& request = requests_[tag];
  for (std::size_t i = index(stage) + 1; i < kStages; ++i) request.service[i] = 0;
  for (; request.ended > index(stage); --request.ended) {
    --passings_[request.ended].count;
    passings_[request.ended].sum -= request.passed[request.ended];
  }
}

Duration StageAccounts::over(std::uint64_t tag, Instant now) noexcept {
  end(tag, Stage::kWakeUp, now);
  const Request& request = requests_[tag];
  for (std::size_t i = 0; i <= kStages; ++i) passed_[i] += request.passed[i];
  for (std::size_t i = 0; i < kStages; ++i) service_[i] += request.service[i];
  return Duration{static_cast<std::int64_t>(request.passed[kStages] - request.passed[0])};
}

StageSums StageAccounts::sums(Instant now) const noexcept {
  StageSums sums{.service = service_};
  for (std::size_t i = 0; i < kStages; ++i) {
    sums.latency[i] = passed_[i + 1] - passed_[i];
    const std::uint64_t inside = passings_[i].count - passings_[i + 1].count;
    sums.area[i] = passings_[i + 1].sum - passings_[i].sum + inside * ns(now);
  }
  return sums;
}

void StageAccounts::check(Instant now) const {
  StageSums sums = this->sums(now);
  for (const Request& request : requests_) {
    if (request.ended == kOver) continue;
    for (std::uint32_t i = 0; i < request.ended; ++i) sums.latency[i] += request.passed[i + 1] - request.passed[i];
    sums.latency[request.ended] += ns(now) - request.passed[request.ended];
  }
  ensure(sums.latency == sums.area, "Little's law holds in each stage");
}

}  // namespace vqlab::sim
