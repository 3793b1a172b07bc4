#include "tests/support/bench_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vqlab::bench {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(BenchRows, AreReadAsTheyArePrinted) {
  const std::vector<Measured> rows =
      rows_of("\nMedians of 9 turns, CPU time.\npick_a_ns = 12.5 ns\na = no number\nios = 1270000 I/Os/s\n");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].name, "pick_a_ns");
  EXPECT_EQ(rows[0].value, 12.5);
  EXPECT_EQ(rows[0].decimals, 1);
  EXPECT_EQ(rows[0].unit, "ns");
  EXPECT_EQ(rows[1].value, 1270000);
  EXPECT_EQ(rows[1].unit, "I/Os/s");
  EXPECT_TRUE(rows_of("").empty());
}

TEST(BenchRows, ArePairedTurnByTurn) {
  Turns here, there;
  for (int turn = 1; turn <= kTurns; ++turn) {
    // The machine slows down all the time: the medians say nothing, the pairs do. Their ratios are 1.1 to 1.9.
    const double pace = 100.0 * turn;
    here.push_back({{"both", pace * (1 + 0.1 * turn), 0, "x"}, {"new", 1, 0, "ns"}});
    there.push_back({{"both", pace, 0, "x"}, {"old", 2, 0, "ns"}});
  }
  const std::string table = pairs_table(here, there);
  // The fifth of the ratios in order, the second and the eighth.
  EXPECT_THAT(table, HasSubstr("1.500x, 1.200 to 1.800 (x)"));
  EXPECT_THAT(table, HasSubstr("the other does not have this row (ns)"));
  EXPECT_THAT(table, HasSubstr("only the other has this row (ns)"));
}

TEST(BenchRows, WhatIsMeasuredOnceHasNoInterval) {
  const std::string table = pairs_table({{{"count", 300, 0, ""}}}, {{{"count", 200, 0, ""}}});
  EXPECT_THAT(table, HasSubstr("1.500x"));
  EXPECT_THAT(table, Not(HasSubstr(" to ")));
}

}  // namespace
}  // namespace vqlab::bench
