#include "analysis/scenario/published_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/scenario/load_study.hpp"
#include "tests/support/cpu_seconds.hpp"

namespace vqlab {
namespace {

const Study& two_curves() {
  static const Study study = *parse_study(R"({"study": "s", "curves": [{"name": "single"}, {"name": "multi"}],
                                              "sweep": {"targets": [1, 2, 8]}})",
                                          "s.json")
                                  .study;
  return study;
}

TEST(PublishedTable, ReadsColumnsByCurve) {
  std::vector<Fault> faults;
  const Reference table =
      parse_published_table("targets, single ,multi\r\n1,540.5,\r\n\r\n8, 1136,2130\n", "t.csv", two_curves(), faults);
  EXPECT_TRUE(faults.empty());
  EXPECT_EQ(table.metric, "bandwidth_mib_per_s");
  ASSERT_EQ(table.columns.size(), 2u);
  ASSERT_EQ(table.columns[0].values.size(), 2u);
  EXPECT_DOUBLE_EQ(table.columns[0].values[0].value, 540.5);
  ASSERT_EQ(table.columns[1].values.size(), 1u);  // a blank is not published
  EXPECT_EQ(table.columns[1].values[0].axis_text, "8");
}

TEST(PublishedTable, TellsEveryFaultWithItsPlace) {
  std::vector<Fault> faults;
  (void)parse_published_table("target,singel,multi\n1,540,x\n3,1,2\n8,-1\n1,1,1\n", "t.csv", two_curves(), faults);
  std::vector<std::string> places;
  for (const Fault& fault : faults) places.push_back(fault.path);
  EXPECT_THAT(places,
              testing::ElementsAre("line 1, column 1", "line 1, column 8", "line 2, column 7", "line 3, column 1",
                                   "line 4, column 3", "line 4, column 3", "line 5, column 1"));
  EXPECT_EQ(faults[1].nearest, "single");
}

TEST(PublishedTable, NothingIsAFault) {
  for (const char* text : {"", "\n\n", "targets,single\n", "targets\n1\n"}) {
    std::vector<Fault> faults;
    (void)parse_published_table(text, "t.csv", two_curves(), faults);
    EXPECT_FALSE(faults.empty()) << text;
  }
  std::vector<Fault> faults;
  (void)load_published_table(testing::TempDir() + "no/such/t.csv", two_curves(), faults);
  EXPECT_EQ(faults.size(), 1u);
}

TEST(PublishedTable, OnlyDecimalNumbersAreNumbers) {
  for (const std::string cell : {"0x10", "0x1p3", "inf", "Infinity", "nan", "NAN", "1e999", "1,5", "1 2", "+1", "1.2.3",
                                 "--1", "1e", "0", "-3", "1_000"}) {
    std::vector<Fault> faults;
    (void)parse_published_table("targets,single\n1," + cell + "\n", "t.csv", two_curves(), faults);
    ASSERT_EQ(faults.size(), 1u) << cell;
    EXPECT_EQ(faults.front().path.substr(0, 14), "line 2, column") << cell;
  }
}

TEST(PublishedTable, BytesThatAreNoTextAreShownAsMarks) {
  std::vector<Fault> faults;
  (void)parse_published_table(std::string("targets,single\n1,\x1b[2J\xff\0\n", 23), "t.csv", two_curves(), faults);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults.front().found, "\"?[2J??\"");
}

// Whatever its size, and where it does not end at all.
TEST(PublishedTable, ALongOneIsReadOrRefusedAtOnce) {
  std::string columns = "targets";
  std::string rows = "targets,single\n";
  for (int i = 0; i < 100000; ++i) {
    columns += ",single";
    rows += "1,2\n";
  }
  for (const std::string& text :
       {columns, rows, std::string(1 << 20, ','), std::string(1 << 20, '\n'), std::string(1 << 21, '1')}) {
    std::vector<Fault> faults;
    const double begun = test::cpu_seconds();
    (void)parse_published_table(text, "t.csv", two_curves(), faults);
    EXPECT_LT(test::cpu_seconds() - begun, 5);
    EXPECT_GE(faults.size(), 1u);
    EXPECT_LE(faults.size(), 1000u);
  }
  std::vector<Fault> faults;
  (void)load_published_table("/dev/zero", two_curves(), faults);
  EXPECT_EQ(faults.size(), 1u);
}

}  // namespace
}  // namespace vqlab
