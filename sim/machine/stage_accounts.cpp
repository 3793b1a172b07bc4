#include "sim/machine/stage_accounts.hpp"

#include <algorithm>

namespace vqlab::sim {

void StageAccounts::end_all(StageRecord& record, Stage stage, Instant now) noexcept {
  if (record.ended == index(Stage::kRingFull)) leave_ring_full(now);
  while (record.ended <= index(stage)) {
    const std::uint32_t next = ++record.ended;
    record.marks[next].begun = ns(now);
    passings_[next] += ns(now);
  }
}

void StageAccounts::follow(StageRecord& record, const StageRecord& other) noexcept {
  for (std::uint32_t stage = record.ended; stage < index(Stage::kWakeUp); ++stage) {
    const std::uint64_t begun = record.marks[stage].begun;
    const std::uint64_t over = std::max(begun, other.marks[stage + 1].begun);
    if (stage != index(Stage::kSubmit))
      record.marks[stage].service = std::min(other.marks[stage].service, over - begun);
    record.marks[stage + 1].begun = over;
    passings_[stage + 1] += over;
  }
  record.ended = index(Stage::kWakeUp);
}

void StageAccounts::reopen_ring_full(StageRecord& record, Instant now) noexcept {
  if (record.ended <= index(Stage::kRingFull)) return;
  for (; record.ended > index(Stage::kRingFull); --record.ended)
    passings_[record.ended] -= record.marks[record.ended].begun;
  enter_ring_full(now);
}

StageSums StageAccounts::sums(Instant now) const noexcept {
  std::array<std::uint64_t, kStages> inside{};
  for (const StageRecord& record : records_)
    if (record.ended != StageRecord::kOver) ++inside[record.ended];
  StageSums sums;
  for (std::size_t i = 0; i < kStages; ++i) {
    sums.latency[i] = over_[i + 1].begun - over_[i].begun;
    sums.service[i] = over_[i].service;
    sums.area[i] = passings_[i + 1] - passings_[i] + inside[i] * ns(now);
  }
  return sums;
}

void StageAccounts::check(Instant now) const {
  StageSums sums = this->sums(now);
  for (const StageRecord& record : records_) {
    if (record.ended == StageRecord::kOver) continue;
    for (std::uint32_t i = 0; i < record.ended; ++i)
      sums.latency[i] += record.marks[i + 1].begun - record.marks[i].begun;
    sums.latency[record.ended] += ns(now) - record.marks[record.ended].begun;
  }
  ensure(sums.latency == sums.area, "Little's law holds in each stage");
}

}  // namespace vqlab::sim
