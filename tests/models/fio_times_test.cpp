#include "models/workload/fio_times.hpp"

#include <gtest/gtest.h>

namespace vqlab {
namespace {

TEST(FioTimes, AreSecondsUnlessAUnitIsSaid) {
  EXPECT_EQ(parse_time("30"), 30s);
  EXPECT_EQ(parse_time("0"), 0s);
  EXPECT_EQ(parse_time("0.25"), 250ms);
  EXPECT_EQ(parse_time("3s"), 3s);
  EXPECT_EQ(parse_time("500ms"), 500ms);
  EXPECT_EQ(parse_time("1.5us"), 1500ns);
  EXPECT_EQ(parse_time("2m"), 120s);
  EXPECT_EQ(parse_time("1h"), 3600s);
  EXPECT_EQ(parse_time("1000000"), 1000000s);
}

TEST(FioTimes, NothingElseIsOne) {
  for (const char* text : {"", "s", "-1", "1e3", "3 s", "3sec", "ms3", "1000001", "300h", "1.5.2", "inf", "nan"})
    EXPECT_EQ(parse_time(text), std::nullopt) << text;
}

}  // namespace
}  // namespace vqlab
