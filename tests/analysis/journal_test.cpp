#include "analysis/runs/journal.hpp"

#include <bit>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

#include "analysis/runs/point_line.hpp"
#include "models/base/rng.hpp"
#include "tests/analysis/rows.hpp"

namespace vqlab {
namespace {

using test::point_row;

TEST(PointLine, BringsBackEveryField) {
  PointRow row = point_row(7, "multi \"queue\"\n", "16", 1);
  row.axes.emplace_back("guest.policy", "per_vcpu");
  row.seed = std::numeric_limits<std::uint64_t>::max();
  row.result.precise = false;
  row.result.completed_ios = (std::uint64_t{1} << 53) + 1;
  row.result.quantities.push_back({"reorders", 3, kNoValue});
  const std::string line = to_line(row);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto back = point_from_line(line);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->point, 7u);
  EXPECT_EQ(back->curve, row.curve);
  EXPECT_EQ(back->axes, row.axes);
  EXPECT_EQ(back->seed, row.seed);
  EXPECT_FALSE(back->result.precise);
  EXPECT_EQ(back->result.simulated_s, 0.125);
  EXPECT_EQ(back->result.completed_ios, row.result.completed_ios);
  EXPECT_EQ(back->result.end_reason, "precise");
  ASSERT_EQ(back->result.quantities.size(), 2u);
  EXPECT_EQ(back->result.quantities[1].name, "reorders");
  EXPECT_EQ(back->result.quantities[1].value, 3);
  EXPECT_TRUE(std::isnan(back->result.quantities[1].ci95));
}

TEST(PointLine, BringsBackEveryDoubleBitForBit) {
  RandomStream random(1, "bits");
  for (int i = 0; i < 5000; ++i) {
    const auto value = std::bit_cast<double>(std::uint64_t{random.next32()} << 32 | random.next32());
    if (!std::isfinite(value)) continue;
    const auto back = point_from_line(to_line(point_row(0, "s", "1", value)));
    EXPECT_EQ(std::bit_cast<std::uint64_t>(back->result.quantities[0].value), std::bit_cast<std::uint64_t>(value));
  }
}

TEST(PointLine, RefusesWhatIsNotAllThere) {
  const std::string line = to_line(point_row(0, "s", "1", 2));
  for (std::size_t length = 0; length < line.size(); ++length)
    EXPECT_FALSE(point_from_line(line.substr(0, length)).has_value()) << length;
  EXPECT_FALSE(point_from_line("{}").has_value());
}

class JournalFile : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(file_); }

  const std::filesystem::path file_ =
      std::filesystem::path(::testing::TempDir()) /
      (std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()) + ".jsonl");
  const RunIdentity identity_{"0123abcd", "c0ffee"};
};

TEST_F(JournalFile, HoldsEachPointAsSoonAsItIsAppended) {
  Journal journal(file_, identity_);
  for (std::uint32_t point = 0; point < 3; ++point) {
    journal.append(point_row(point, "sq", "1", 1));
    EXPECT_EQ(read_journal(file_)->rows.size(), point + 1);
  }
  EXPECT_EQ(read_journal(file_)->identity, identity_);
  EXPECT_FALSE(read_journal(file_)->identity == (RunIdentity{"0123abcd", "another"}));
}

TEST_F(JournalFile, GoesOnAfterALineThatWasCutShort) {
  {
    Journal journal(file_, identity_);
    for (std::uint32_t point = 0; point < 3; ++point) journal.append(point_row(point, "sq", "1", 1));
  }
  std::filesystem::resize_file(file_, std::filesystem::file_size(file_) - 1);  // the newline alone is missing
  const auto contents = read_journal(file_);
  ASSERT_TRUE(contents.has_value());
  EXPECT_EQ(contents->rows.size(), 2u);
  Journal(file_, *contents).append(point_row(9, "mq", "1", 1));
  const auto resumed = read_journal(file_);
  ASSERT_EQ(resumed->rows.size(), 3u);
  EXPECT_EQ(resumed->rows.back().point, 9u);
  EXPECT_EQ(resumed->intact_bytes, std::filesystem::file_size(file_));
}

TEST_F(JournalFile, BeginningAnewForgets) {
  Journal(file_, identity_).append(point_row(0, "sq", "1", 1));
  const Journal anew(file_, RunIdentity{"other", "other"});
  EXPECT_TRUE(read_journal(file_)->rows.empty());
  EXPECT_EQ(read_journal(file_)->identity.commit, "other");
}

TEST_F(JournalFile, OfAnotherKindIsNone) {
  EXPECT_FALSE(read_journal(file_).has_value());
  std::ofstream(file_) << "point,series\n";
  EXPECT_FALSE(read_journal(file_).has_value());
  std::ofstream(file_) << R"({"schema_version":0,"scenario_sha256":"a","commit":"b"})" << '\n';
  EXPECT_FALSE(read_journal(file_).has_value());
}

TEST(Journal, ThatCannotBeWrittenSaysSo) {
  EXPECT_THROW(Journal("/nonexistent/points.jsonl", RunIdentity{}), std::filesystem::filesystem_error);
}

}  // namespace
}  // namespace vqlab
