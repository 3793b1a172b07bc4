#include <deque>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/engine/timing_wheel.hpp"

namespace vqlab::sim {
namespace {

constexpr Duration kSlot{std::int64_t{1} << TimingWheel::kSlotShift};
constexpr Instant kZero{};

struct Wheel : testing::Test {
  Step& insert(Instant when) {
    Step& step = steps_.emplace_back();
    step.when = when;
    wheel_.insert(step);
    return step;
  }

  // Takes out everything, in order.
  std::vector<Step*> drain(Instant now) {
    std::vector<Step*> order;
    while (!wheel_.empty()) {
      Step* const step = wheel_.earliest(now).step;
      now = step->when;
      wheel_.remove(*step);
      order.push_back(step);
    }
    return order;
  }

  TimingWheel wheel_;
  std::deque<Step> steps_;
};

TEST_F(Wheel, SpansOneSlotLessThanItHas) {
  // From any place in its slot, the longest such delay does not come round to the slot of now.
  EXPECT_TRUE(TimingWheel::spans(0ns));
  EXPECT_TRUE(TimingWheel::spans(TimingWheel::kSpan - kSlot));
  EXPECT_FALSE(TimingWheel::spans(TimingWheel::kSpan - kSlot + 1ns));
  for (const Instant now : {kZero, kZero + kSlot - 1ns, kZero + 7 * TimingWheel::kSpan + 3 * kSlot + 5ns}) {
    Step& last = insert(now + TimingWheel::kSpan - kSlot);
    Step& first = insert(now);
    EXPECT_THAT(drain(now), testing::ElementsAre(&first, &last));
  }
}

TEST_F(Wheel, BeginsEmpty) { EXPECT_TRUE(wheel_.empty()); }

TEST_F(Wheel, SortsWithinASlotAndIsFifoAmongEquals) {
  Step& late = insert(kZero + 5ns);
  Step& first = insert(kZero + 3ns);
  Step& second = insert(kZero + 3ns);
  Step& early = insert(kZero + 2ns);
  Step& third = insert(kZero + 3ns);
  EXPECT_THAT(drain(kZero), testing::ElementsAre(&early, &first, &second, &third, &late));
}

TEST_F(Wheel, KeepsNeighbouringSlotsApart) {
  Step& after = insert(kZero + kSlot);
  Step& last = insert(kZero + 2 * kSlot);
  Step& before = insert(kZero + kSlot - 1ns);
  EXPECT_THAT(drain(kZero), testing::ElementsAre(&before, &after, &last));
}

TEST_F(Wheel, FindsTheFarEndOfItsSpan) {
  // Of each position in a word of the bitmap, with everything before it empty.
  for (std::int64_t start = 0; start < 130; ++start) {
    const Instant now = kZero + 3 * TimingWheel::kSpan + start * kSlot;
    Step& only = insert(now + TimingWheel::kSpan - kSlot);
    EXPECT_EQ(wheel_.earliest(now).step, &only) << start;
    wheel_.remove(only);
    EXPECT_TRUE(wheel_.empty()) << start;
  }
}

TEST_F(Wheel, OrdersAcrossItsWrapAround) {
  const Instant now = kZero + TimingWheel::kSpan - 2 * kSlot;  // two slots before the array's end
  Step& same_word = insert(now + TimingWheel::kSpan - kSlot);  // just before the start, in its word: the very last
  Step& other_word = insert(now + TimingWheel::kSpan / 2);
  Step& wrapped = insert(now + 2 * kSlot);  // slot 0 of the array
  Step& here = insert(now);
  EXPECT_THAT(drain(now), testing::ElementsAre(&here, &wrapped, &other_word, &same_word));
}

TEST_F(Wheel, LookingMovesNothing) {
  Step& late = insert(kZero + 10000ns);
  EXPECT_EQ(wheel_.earliest(kZero).step, &late);
  Step& early = insert(kZero + 20ns);
  EXPECT_EQ(wheel_.earliest(kZero).step, &early);
  EXPECT_EQ(wheel_.earliest(kZero + 20ns).step, &early);
}

TEST_F(Wheel, RemovesFromAnywhereInASlot) {
  Step& first = insert(kZero + 1ns);
  Step& middle = insert(kZero + 2ns);
  Step& last = insert(kZero + 3ns);
  wheel_.remove(middle);
  EXPECT_EQ(middle.place, Step::Place::kNowhere);
  wheel_.remove(first);
  EXPECT_THAT(drain(kZero), testing::ElementsAre(&last));
}

TEST_F(Wheel, RemoveFrontHandsOverTheSlotsNext) {
  Step& first = insert(kZero + 1ns);
  Step& second = insert(kZero + 2ns);
  insert(kZero + kSlot);
  TimingWheel::Front front = wheel_.earliest(kZero);
  EXPECT_EQ(front.step, &first);
  EXPECT_EQ(wheel_.remove_front(front), &second);
  front.step = &second;
  EXPECT_EQ(wheel_.remove_front(front), nullptr);
  EXPECT_EQ(drain(kZero).size(), 1U);
}

}  // namespace
}  // namespace vqlab::sim
