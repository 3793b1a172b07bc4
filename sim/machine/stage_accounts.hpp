// When each request passed from one stage to the next, and what all of them together have spent in each.
//
// Guest and host tell of a request through its record. What they tell is kept twice: request by request, which is added
// up when the request is over, and as sums over all passings, which give the number of requests in each stage at any
// time. Little's law says that the two agree.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/base/ensure.hpp"
#include "models/base/fetch_ahead.hpp"
#include "models/base/units.hpp"
#include "sim/metrics/stage.hpp"

namespace vqlab::sim {

// Of the last request with a tag; written by StageAccounts.
struct alignas(64) StageRecord {
  static constexpr std::uint32_t kOver = kStages;

  // Both in ns. What is written together lies together: with many requests the records have left the caches.
  struct Mark {
    std::uint64_t begun = 0;    // when the stage has; of the one after the last, when that ended
    std::uint64_t service = 0;  // what it takes
  };
  std::array<Mark, kStages + 1> marks{};
  std::int32_t ended = kStages;  // stages that are over; less kTold if somebody records when they are

  // What is told is below 0 and so, at the first look, in no stage and before each: it takes the long way.
  static constexpr std::int32_t kTold = 32;
  // Stages that are over.
  [[nodiscard]] std::uint32_t stage() const noexcept { return static_cast<std::uint32_t>(ended) % kTold; }
  [[nodiscard]] bool told() const noexcept { return ended < 0; }

  // Precondition: the stage has begun.
  [[nodiscard]] Instant begun(Stage stage) const noexcept {
    return Instant(Duration{static_cast<std::int64_t>(marks[static_cast<std::size_t>(stage)].begun)});
  }

  // What the stage takes for this request on a machine that is otherwise idle. What nobody tells of takes nothing.
  template <Stage kStage>
  void serve(Duration work) noexcept {
    marks[static_cast<std::size_t>(kStage)].service = static_cast<std::uint64_t>(work.count());
  }
  // The same for a part more of it.
  template <Stage kStage>
  void serve_more(Duration work) noexcept {
    marks[static_cast<std::size_t>(kStage)].service += static_cast<std::uint64_t>(work.count());
  }
};

// Sums in ns.
struct StageSums {
  std::array<std::uint64_t, kStages> latency{};  // of requests that are over
  std::array<std::uint64_t, kStages> service{};  // of the same requests
  std::array<std::uint64_t, kStages> area{};     // integral of the number of requests in the stage
};

// Hears when requests pass from stage to stage, if somebody records it.
class StageListener {
 public:
  virtual ~StageListener() = default;
  // The request of this tag has passed the stage at `when`, perhaps in what is future still. Stages pass in their
  // order; behind kWakeUp it is over, and its record is complete.
  virtual void passed(std::uint64_t tag, Stage stage, Instant when) = 0;
  // It was merged into the request of the other tag, and has been where that one was: it is in kWakeUp.
  virtual void followed(std::uint64_t tag, std::uint64_t other) = 0;
  // It is back in kRingFull.
  virtual void refused(std::uint64_t tag) = 0;
};

class StageAccounts {
 public:
  explicit StageAccounts(std::uint32_t tags) : records_(tags) {}

  // From now on `listener`, which must outlive the accounts, hears of each request. Precondition: none has begun.
  void tell(StageListener& listener) noexcept;

  // Stays where it is.
  [[nodiscard]] StageRecord& record(std::uint64_t tag) noexcept { return records_[tag]; }

  // Whatever has this tag passes on soon: a hint.
  void fetch_ahead(std::uint64_t tag) const noexcept {
    if (tag < records_.size()) vqlab::fetch_ahead(&records_[tag]);
  }

  // The request's first stage begins. Precondition: the record's request before is over.
  void begin(StageRecord& record, Instant now) noexcept {
    record.marks[0].begun = ns(now);
    record.ended &= -StageRecord::kTold;
    passings_[0] += ns(now);
  }

  // The stage ends, and with it all before it that had not: whoever takes the request further may be faster than
  // who has brought it there. Nothing if it was over.
  template <Stage kStage>
  void end(StageRecord& record, Instant now) noexcept {
    if (record.ended == index(kStage)) [[likely]]
      pass<kStage>(record, now);
    else if (record.ended < index(kStage))
      end_all(record, kStage, now);
  }
  // The same for this stage and the one after it, which takes no time unless the first one was over.
  template <Stage kStage>
  void end_both(StageRecord& record, Instant now) noexcept {
    constexpr auto kNext = static_cast<Stage>(index(kStage) + 1);
    if (record.ended == index(kStage)) [[likely]] {
      pass<kStage>(record, now);
      pass<kNext>(record, now);
    } else {
      end<kNext>(record, now);
    }
  }
  // As end() if the request is in that stage. If it was taken further before, what was done here was not for it.
  template <Stage kStage>
  void end_if_in(StageRecord& record, Instant now) noexcept {
    if (record.ended == index(kStage))
      pass<kStage>(record, now);
    else if (record.told() && record.stage() == static_cast<std::uint32_t>(kStage))
      end_all(record, kStage, now);
    else
      record.serve<kStage>(Duration{0});
  }

  // The request was merged into another one, and has been where that one was since, which has gone on to kWakeUp.
  void follow(StageRecord& record, const StageRecord& other) noexcept;

  // The request is back in kRingFull, as if it had never left it.
  void reopen_ring_full(StageRecord& record, Instant now) noexcept;

  // Its process has the request back: its last stage ends, and it is over. Returns its latency.
  Duration over(StageRecord& record, Instant now) noexcept {
    end<Stage::kWakeUp>(record, now);
#pragma GCC unroll 32
    for (std::size_t i = 0; i <= kStages; ++i) {
      over_[i].begun += record.marks[i].begun;
      over_[i].service += record.marks[i].service;
    }
    return Duration{static_cast<std::int64_t>(record.marks[kStages].begun - record.marks[0].begun)};
  }

  // Time so far for which some request waited in kRingFull: for room in a ring, or for the number of commands that its
  // LUN, its HBA or its driver takes.
  [[nodiscard]] Duration held_back(Instant now) const noexcept {
    return held_back_ + (holding_back_ > 0 ? now - held_back_since_ : Duration{0});
  }

  // Since the beginning; wrap around at 2^64.
  [[nodiscard]] StageSums sums(Instant now) const noexcept;

  // Little's law in each stage, to the nanosecond: the integral of the number of requests there is what requests have
  // spent there, those included that are on their way. Ensures it.
  void check(Instant now) const;

 private:
  [[nodiscard]] static constexpr std::int32_t index(Stage stage) noexcept { return static_cast<std::int32_t>(stage); }
  [[nodiscard]] static std::uint64_t ns(Instant now) noexcept {
    return static_cast<std::uint64_t>(now.time_since_epoch().count());
  }
  template <Stage kStage>
  void pass(StageRecord& record, Instant now) noexcept {
    constexpr std::int32_t kNext = index(kStage) + 1;
    record.ended = kNext;
    record.marks[kNext].begun = ns(now);
    passings_[kNext] += ns(now);
    if constexpr (kStage == Stage::kSubmit) enter_ring_full(now);
    if constexpr (kStage == Stage::kRingFull) leave_ring_full(now);
  }
  void enter_ring_full(Instant now) noexcept {
    if (holding_back_++ == 0) held_back_since_ = now;
  }
  void leave_ring_full(Instant now) noexcept {
    if (--holding_back_ == 0) held_back_ += now - held_back_since_;
  }
  void end_all(StageRecord& record, Stage stage, Instant now) noexcept;
  void end_told(StageRecord& record, Stage stage, Instant now) noexcept;
  [[nodiscard]] std::uint64_t tag_of(const StageRecord& record) const noexcept {
    return static_cast<std::uint64_t>(&record - records_.data());
  }

  StageListener* listener_ = nullptr;
  std::vector<StageRecord> records_;                   // by tag
  std::array<std::uint64_t, kStages + 1> passings_{};  // sums of the instants at which each stage began
  std::array<StageRecord::Mark, kStages + 1> over_{};  // sums over requests that are over
  std::uint32_t holding_back_ = 0;                     // requests in kRingFull
  Instant held_back_since_{};                          // the first of them came
  Duration held_back_{0};                              // until then
};

}  // namespace vqlab::sim
