#include "sim/machine/stage_accounts.hpp"

#include <algorithm>

namespace vqlab::sim {

void StageAccounts::tell(StageListener& listener) noexcept {
  listener_ = &listener;
  for (StageRecord& record : records_) record.ended = std::int32_t{kStages} - StageRecord::kTold;
}

void StageAccounts::end_all(StageRecord& record, Stage stage, Instant now) noexcept {
  if (record.told()) {
    end_told(record, stage, now);
    return;
  }
  if (record.ended == index(Stage::kRingFull)) leave_ring_full(now);
  while (record.ended <= index(stage)) {
    const auto next = static_cast<std::size_t>(++record.ended);
    record.marks[next].begun = ns(now);
    passings_[next] += ns(now);
  }
}

// As what is not told of, stage by stage.
void StageAccounts::end_told(StageRecord& record, Stage stage, Instant now) noexcept {
  while (static_cast<std::int32_t>(record.stage()) <= index(stage)) {
    const auto ended = static_cast<Stage>(record.stage());
    ++record.ended;
    record.marks[record.stage()].begun = ns(now);
    passings_[record.stage()] += ns(now);
    if (ended == Stage::kSubmit) enter_ring_full(now);
    if (ended == Stage::kRingFull) leave_ring_full(now);
    listener_->passed(tag_of(record), ended, now);
  }
}

void StageAccounts::follow(StageRecord& record, const StageRecord& other) noexcept {
  for (std::uint32_t stage = record.stage(); stage < kStages - 1; ++stage) {
    const std::uint64_t begun = record.marks[stage].begun;
    const std::uint64_t over = std::max(begun, other.marks[stage + 1].begun);
    if (stage != 0) record.marks[stage].service = std::min(other.marks[stage].service, over - begun);
    record.marks[stage + 1].begun = over;
    passings_[stage + 1] += over;
    ++record.ended;
  }
  if (record.told()) listener_->followed(tag_of(record), tag_of(other));
}

void StageAccounts::reopen_ring_full(StageRecord& record, Instant now) noexcept {
  constexpr auto kHere = static_cast<std::uint32_t>(Stage::kRingFull);
  if (record.stage() <= kHere) return;
  for (; record.stage() > kHere; --record.ended) passings_[record.stage()] -= record.marks[record.stage()].begun;
  enter_ring_full(now);
  if (record.told()) listener_->refused(tag_of(record));
}

StageSums StageAccounts::sums(Instant now) const noexcept {
  std::array<std::uint64_t, kStages> inside{};
  for (const StageRecord& record : records_)
    if (record.stage() != StageRecord::kOver) ++inside[record.stage()];
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
    if (record.stage() == StageRecord::kOver) continue;
    for (std::uint32_t i = 0; i < record.stage(); ++i)
      sums.latency[i] += record.marks[i + 1].begun - record.marks[i].begun;
    sums.latency[record.stage()] += ns(now) - record.marks[record.stage()].begun;
  }
  ensure(sums.latency == sums.area, "Little's law holds in each stage");
}

}  // namespace vqlab::sim
