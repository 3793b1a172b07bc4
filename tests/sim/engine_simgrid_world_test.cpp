// The bridge to SimGrid, trap by trap. Each test is a process of its own, since SimGrid allows one engine in each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/engine/process.hpp"
#include "sim/engine/simgrid_world.hpp"
#include "tests/support/simgrid_reference.hpp"

namespace vqlab::sim {
namespace {

using testing::ElementsAre;
using Kind = SimGridWorld::Kind;

struct SimGridWorldTest : testing::Test {
  Process note_after(Duration delay, int name) {
    co_await calendar_.sleep(delay);
    note(name);
  }
  void note(int name) { notes_.emplace_back(name, now_ns()); }
  std::int64_t now_ns() const { return calendar_.now().time_since_epoch().count(); }
  void add_actor(std::function<void(CoarseActor&)> body, Kind kind = Kind::kActor) {
    world_.add_actor("actor", "host", kind, std::move(body));
  }

  SimGridWorld world_{{{"host", 16, 2.4e9, 14e9}, {"guest", 3, 2.0e9, 0}}};
  Calendar& calendar_ = world_.calendar();
  std::vector<std::pair<int, std::int64_t>> notes_;
  ProcessGroup group_{calendar_};
};

TEST_F(SimGridWorldTest, CapacitiesAreReadBack) {
  const PlatformHost host = world_.host("host");
  EXPECT_EQ(host.cores, 16U);
  EXPECT_EQ(host.core_speed, 2.4e9);
  EXPECT_EQ(host.memory_bandwidth, 14e9);
  const PlatformHost guest = world_.host("guest");
  EXPECT_EQ(guest.cores, 3U);
  EXPECT_EQ(guest.core_speed, 2.0e9);
  EXPECT_EQ(guest.memory_bandwidth, 0);
}

// SimGrid's default precision of 1e-9 s would swallow these sleeps.
TEST_F(SimGridWorldTest, KeepsSingleNanoseconds) {
  group_.start([](SimGridWorldTest& test) -> Process {
    for (int i = 0; i < 1000; ++i) co_await test.calendar_.sleep(1ns);
    test.note(1);
  }(*this));
  std::vector<std::int64_t> seen;
  add_actor([&](CoarseActor& actor) {
    for (int i = 0; i < 1000; ++i) {
      actor.sleep(1ns);
      seen.push_back(now_ns());
    }
    note(2);
  });
  world_.run();
  for (std::size_t i = 0; i < seen.size(); ++i) ASSERT_EQ(seen[i], static_cast<std::int64_t>(i) + 1);
  EXPECT_THAT(notes_, ElementsAre(std::pair(1, 1000), std::pair(2, 1000)));
}

TEST_F(SimGridWorldTest, KeepsSingleNanosecondsAfterAMinute) {
  std::vector<std::int64_t> seen;
  add_actor([&](CoarseActor& actor) {
    actor.sleep(60s);
    for (int i = 0; i < 3; ++i) {
      actor.sleep(1ns);
      seen.push_back(now_ns());
    }
  });
  world_.run();
  EXPECT_THAT(seen, ElementsAre(60'000'000'001, 60'000'000'002, 60'000'000'003));
}

// The calendar has looked at the step of 100 us while it ran up to SimGrid's horizon.
TEST_F(SimGridWorldTest, WhatAnActorInsertsAfterAHorizonRunsInOrder) {
  group_.start(note_after(100us, 3));
  add_actor([&](CoarseActor& actor) {
    actor.sleep(10us);
    group_.start(note_after(5us, 1));
    group_.start(note_after(89999ns, 2));
    actor.sleep(100us);
  });
  world_.run();
  EXPECT_THAT(notes_, ElementsAre(std::pair(1, 15000), std::pair(2, 99999), std::pair(3, 100000)));
}

TEST_F(SimGridWorldTest, EndsExactly) {
  group_.start(note_after(1234567ns, 1));
  group_.start(note_after(1234568ns, 2));
  add_actor([&](CoarseActor& actor) {
    actor.sleep(1234567ns);
    note(3);
  });
  world_.run();
  EXPECT_THAT(notes_, ElementsAre(std::pair(1, 1234567), std::pair(3, 1234567)));
}

TEST_F(SimGridWorldTest, ActorsFindTheCalendarAtTheirTime) {
  const auto tick = [&](Duration period) {
    return [&, period](CoarseActor& actor) {
      for (Duration time = period; time <= 1ms; time += period) {
        actor.sleep(period);
        EXPECT_EQ(calendar_.now(), Instant{time});
        EXPECT_NEAR(SimGridWorld::clock_s(), seconds(time), 1e-13);
      }
    };
  };
  add_actor(tick(777ns));
  add_actor(tick(10us));
  add_actor(tick(12345ns));
  world_.run();
}

TEST_F(SimGridWorldTest, WakeLeavesTheBatchWithBothClocksRight) {
  group_.start([](SimGridWorldTest& test) -> Process {
    co_await test.calendar_.sleep(1234567ns);
    test.world_.wake();
    test.note(1);
  }(*this));
  group_.start(note_after(1234568ns, 3));
  add_actor([&](CoarseActor& actor) {
    EXPECT_TRUE(actor.sleep_unless_woken(1s));
    note(2);
    EXPECT_NEAR(SimGridWorld::clock_s(), 1234567e-9, 1e-13);
    EXPECT_FALSE(actor.sleep_unless_woken(10us));
    EXPECT_NEAR(SimGridWorld::clock_s(), 1244567e-9, 1e-13);
  });
  world_.run();
  EXPECT_THAT(notes_, ElementsAre(std::pair(1, 1234567), std::pair(2, 1234567), std::pair(3, 1234568)));
}

TEST_F(SimGridWorldTest, WakeReachesEverySleeper) {
  group_.start([](SimGridWorldTest& test) -> Process {
    for (int turn = 0; turn < 3; ++turn) {
      co_await test.calendar_.sleep(50us);
      test.world_.wake();
    }
  }(*this));
  int woken = 0;
  for (int i = 0; i < 2; ++i)
    add_actor([&](CoarseActor& actor) {
      for (int turn = 1; turn <= 3; ++turn) {
        EXPECT_TRUE(actor.sleep_unless_woken(1s));
        EXPECT_EQ(calendar_.now(), Instant{turn * 50us});
        ++woken;
      }
    });
  world_.run();
  EXPECT_EQ(woken, 6);
}

TEST_F(SimGridWorldTest, DaemonsEndWithTheLastActor) {
  int turns = 0;
  add_actor(
      [&](CoarseActor& actor) {
        while (true) {
          actor.sleep(1ms);
          ++turns;
        }
      },
      Kind::kDaemon);
  add_actor([](CoarseActor& actor) { actor.sleep(5500us); });
  world_.run();
  EXPECT_EQ(turns, 5);
  EXPECT_EQ(now_ns(), 5'500'000);
}

// SimGrid would ask a second one with a jump that the first has already made.
TEST_F(SimGridWorldTest, OnlyTheCalendarIsAskedOnce) { EXPECT_EQ(test::models_asked_once(), 1U); }

TEST(SimGridWorldDeathTest, ASecondWorldInAProcessIsRefused) {
  EXPECT_DEATH(
      {
        { const SimGridWorld first({{"host", 1, 1e9, 0}}); }
        const SimGridWorld second({{"host", 1, 1e9, 0}});
      },
      "second world");
}

TEST(SimGridWorldDeathTest, ASecondWorldIsRefusedAfterARunToo) {
  EXPECT_DEATH(
      {
        {
          SimGridWorld first({{"host", 1, 1e9, 0}});
          first.add_actor("actor", "host", Kind::kActor, [](CoarseActor& actor) { actor.sleep(1us); });
          first.run();
        }
        const SimGridWorld second({{"host", 1, 1e9, 0}});
      },
      "second world");
}

}  // namespace
}  // namespace vqlab::sim
