#include "sim/experiment/ordering_observer.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <string>
#include <utility>
#include <vector>

namespace vqlab::sim {
namespace {

struct OrderingTest : testing::Test {
  void queue(std::uint32_t lun, std::uint64_t tag) {
    observer.called(lun, tag);
    observer.accepted(tag);
  }
  [[nodiscard]] std::uint64_t reorders() const { return counters.total(Count::kReorders); }

  Counters counters;
  OrderingObserver observer{2, 8, counters};
};

TEST_F(OrderingTest, InOrderIsInOrder) {
  for (std::uint64_t tag = 0; tag < 8; ++tag) queue(0, tag);
  for (std::uint64_t tag = 0; tag < 8; ++tag) observer.taken(tag);
  EXPECT_EQ(reorders(), 0u);
}

TEST_F(OrderingTest, TheLaterCommandFirstIsABreak) {
  queue(0, 0);
  queue(0, 1);
  observer.taken(1);
  EXPECT_EQ(reorders(), 1u);
  observer.taken(0);  // nothing that should have gone before it is left
  EXPECT_EQ(reorders(), 1u);
}

TEST_F(OrderingTest, EachCommandThatOvertakesCounts) {
  for (std::uint64_t tag = 0; tag < 4; ++tag) queue(0, tag);
  observer.taken(2);  // passes 0 and 1
  observer.taken(3);  // passes 0 and 1
  observer.taken(1);  // passes 0
  observer.taken(0);
  EXPECT_EQ(reorders(), 3u);
}

TEST_F(OrderingTest, OverlappingCallsAreUnordered) {
  observer.called(0, 0);
  observer.called(0, 1);
  observer.accepted(0);
  observer.accepted(1);
  observer.taken(1);
  observer.taken(0);
  EXPECT_EQ(reorders(), 0u);
}

TEST_F(OrderingTest, ReturningAtTheLastMomentOrders) {
  observer.called(0, 0);
  observer.called(0, 1);
  observer.accepted(0);
  queue(0, 2);  // after 0, which has returned; unordered with 1, which has not
  observer.taken(2);
  EXPECT_EQ(reorders(), 1u);
  observer.accepted(1);
  observer.taken(1);
  observer.taken(0);
  EXPECT_EQ(reorders(), 1u);
}

TEST_F(OrderingTest, TheDeviceMayBeFasterThanTheReturn) {
  observer.called(0, 0);
  observer.taken(0);
  observer.accepted(0);
  queue(0, 1);
  observer.taken(1);
  EXPECT_EQ(reorders(), 0u);
}

TEST_F(OrderingTest, UnitsAreUnordered) {
  queue(0, 0);
  queue(1, 1);
  observer.taken(1);
  EXPECT_EQ(reorders(), 0u);
}

TEST_F(OrderingTest, LunsOfOneUnitAreOrdered) {
  OrderingObserver by_target(4, 8, counters, 2);
  const auto queue_both = [&by_target](std::uint32_t one, std::uint32_t other) {
    by_target.called(one, 0);
    by_target.accepted(0);
    by_target.called(other, 1);
    by_target.accepted(1);
    by_target.taken(1);
    by_target.taken(0);
  };
  queue_both(1, 2);  // the second LUN of one target, the first of the next
  EXPECT_EQ(reorders(), 0u);
  queue_both(2, 3);
  EXPECT_EQ(reorders(), 1u);
}

TEST_F(OrderingTest, ARefusedCommandHoldsNobodyBack) {
  observer.called(0, 0);
  observer.refused(0);
  queue(0, 1);
  observer.taken(1);
  queue(0, 0);  // retried
  queue(0, 2);
  observer.taken(2);  // passes the retried one
  EXPECT_EQ(reorders(), 1u);
}

TEST_F(OrderingTest, TagsAreUsedAgain) {
  for (int round = 0; round < 100; ++round) {
    queue(0, 3);
    queue(0, 4);
    observer.taken(3);
    observer.taken(4);
  }
  EXPECT_EQ(reorders(), 0u);
  queue(0, 3);
  queue(0, 4);
  observer.taken(4);
  EXPECT_EQ(reorders(), 1u);
}

TEST(OrderingProperty, AgreesWithTheDefinition) {
  // The definition, word by word, on histories of calls, returns and takings.
  rc::check("counts the commands that were taken before one that had returned before they were called", [] {
    struct Times {
      int called = -1, accepted = -1, taken = -1;
    };
    constexpr std::uint64_t kTags = 6;
    std::vector<Times> times(kTags);
    Counters counters;
    OrderingObserver observer(1, kTags, counters);
    const auto moves = *rc::gen::container<std::vector<std::uint64_t>>(40, rc::gen::inRange<std::uint64_t>(0, kTags));
    const auto take_first = *rc::gen::container<std::vector<bool>>(40, rc::gen::arbitrary<bool>());
    for (int now = 0; now < 40; ++now) {
      const std::uint64_t tag = moves[static_cast<std::size_t>(now)];
      Times& command = times[tag];
      if (command.called < 0) {
        command.called = now;
        observer.called(0, tag);
      } else if (command.taken < 0 && (command.accepted >= 0 || take_first[static_cast<std::size_t>(now)])) {
        command.taken = now;
        observer.taken(tag);
      } else if (command.accepted < 0) {
        command.accepted = now;
        observer.accepted(tag);
      }
    }
    std::uint64_t expected = 0;
    for (const Times& later : times) {
      bool broken = false;
      for (const Times& earlier : times)
        broken = broken || (later.taken >= 0 && earlier.accepted >= 0 && earlier.accepted < later.called &&
                            (earlier.taken < 0 || earlier.taken > later.taken));
      expected += broken ? 1 : 0;
    }
    RC_ASSERT(counters.total(Count::kReorders) == expected);
  });
}

// Writes down what it hears: a command's tag, after the letter of the event and its own name.
class Scribe final : public CommandObserver {
 public:
  Scribe(std::string name, std::vector<std::string>& heard) : name_(std::move(name)), heard_(heard) {}
  void called(std::uint32_t, std::uint64_t tag) override { note("c", tag); }
  void accepted(std::uint64_t tag) override { note("a", tag); }
  void refused(std::uint64_t tag) override { note("r", tag); }
  void taken(std::uint64_t tag) override { note("t", tag); }

 private:
  void note(const char* event, std::uint64_t tag) { heard_.push_back(name_ + event + std::to_string(tag)); }
  std::string name_;
  std::vector<std::string>& heard_;
};

TEST(CommandObservers, EachHearsOfEverythingInTheirOrder) {
  std::vector<std::string> heard;
  Scribe first("1", heard);
  Scribe second("2", heard);
  Scribe third("3", heard);
  CommandObservers observers(first);
  observers->called(0, 7);
  observers.add(second);
  observers->accepted(7);
  observers.add(third);
  observers->refused(8);
  observers->taken(7);
  EXPECT_EQ(heard, (std::vector<std::string>{"1c7", "1a7", "2a7", "1r8", "2r8", "3r8", "1t7", "2t7", "3t7"}));
}

}  // namespace
}  // namespace vqlab::sim
