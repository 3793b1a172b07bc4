#include "analysis/runs/journal.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

#include "analysis/runs/point_line.hpp"
#include "analysis/runs/write_file.hpp"
#include "analysis/scenario/load_study.hpp"
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
  row.result.not_settled = {"iops", "kicks_per_io"};
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
  EXPECT_EQ(back->result.not_settled, row.result.not_settled);
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

  // Three points, by a process of its own.
  void write_three() const {
    Journal journal(file_, identity_);
    for (std::uint32_t point = 0; point < 3; ++point) journal.append(point_row(point, "sq", std::to_string(point), 1));
  }
  std::string text() const { return text_of(file_); }
  void write(const std::string& text) const { std::ofstream(file_, std::ios::binary) << text; }
  std::optional<JournalContents> read() {
    faults_.clear();
    return read_journal(file_, faults_);
  }

  const std::filesystem::path file_ =
      std::filesystem::path(::testing::TempDir()) /
      (std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()) + ".jsonl");
  const RunIdentity identity_{"run", "s", "0123abcd", "c0ffee"};
  std::vector<Fault> faults_;
};

TEST_F(JournalFile, HoldsEachPointAsSoonAsItIsAppended) {
  Journal journal(file_, identity_);
  for (std::uint32_t point = 0; point < 3; ++point) {
    journal.append(point_row(point, "sq", "1", 1));
    EXPECT_EQ(read()->places.size(), point + 1);
  }
  EXPECT_EQ(read()->identity, identity_);
  EXPECT_EQ(*read_identity(file_, faults_), identity_);
  EXPECT_THAT(faults_, testing::IsEmpty());
}

TEST_F(JournalFile, GoesOnAfterALineThatWasCutShort) {
  write_three();
  std::filesystem::resize_file(file_, std::filesystem::file_size(file_) - 1);  // the newline alone is missing
  const auto contents = read();
  ASSERT_TRUE(contents.has_value());
  EXPECT_EQ(contents->places.size(), 2u);
  Journal(file_, *contents).append(point_row(9, "mq", "1", 1));
  const auto resumed = read();
  ASSERT_EQ(resumed->places.size(), 3u);
  EXPECT_EQ(resumed->row(2).point, 9u);
  EXPECT_EQ(resumed->intact_bytes, std::filesystem::file_size(file_));
}

TEST_F(JournalFile, CutAnywhereLosesTheLastLineAndNoOther) {
  write_three();
  const std::string whole = text();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    write(whole.substr(0, length));
    const auto contents = read();
    EXPECT_THAT(faults_, testing::IsEmpty()) << length;
    const auto newlines = std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length), '\n');
    ASSERT_EQ(contents.has_value(), newlines > 0) << length;
    EXPECT_EQ(contents ? contents->places.size() + 1 : 0, static_cast<std::size_t>(newlines)) << length;
  }
}

// Any byte, any change: the journal is refused, with the line, unless the byte is of a last line that is then cut
// short.
TEST_F(JournalFile, OneDamagedByteIsSeen) {
  write_three();
  const std::string whole = text();
  RandomStream random(1, "damage");
  std::size_t cut_short = 0;
  for (int i = 0; i < 1000; ++i) {
    std::string damaged = whole;
    const std::size_t at = random.next32() % whole.size();
    damaged[at] = static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ (1 + random.next32() % 255));
    write(damaged);
    const auto contents = read();
    if (contents) {
      ASSERT_EQ(at, whole.size() - 1);
      EXPECT_EQ(contents->places.size(), 2u);
      ++cut_short;
      continue;
    }
    const auto line = 1 + std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    ASSERT_THAT(faults_, testing::Not(testing::IsEmpty()));
    EXPECT_EQ(faults_.front().path, "line " + std::to_string(line)) << at;
  }
  EXPECT_LT(cut_short, 20u);
}

TEST_F(JournalFile, ALineOfAnotherRunIsSeen) {
  write_three();
  const std::string mine = text();
  {
    Journal other(file_, RunIdentity{"run", "s", "0123abcd", "another program"});
    other.append(point_row(3, "sq", "3", 1));
  }
  write(mine + text().substr(text().find('\n') + 1));
  EXPECT_FALSE(read().has_value());
  ASSERT_EQ(faults_.size(), 1u);
  EXPECT_EQ(faults_.front().path, "line 5");
}

TEST_F(JournalFile, RowsThatRepeatOrAreNotTheStudysAreNamed) {
  const StudyOrFaults study = parse_study(R"({"study": "s", "sweep": {"targets": [1, 2, 3]}})", "s.json");
  const PointList& points = study.study->points;
  {
    Journal journal(file_, identity_);
    journal.append(row_of(points[0], {}));
    journal.append(row_of(points[1], {}));
    journal.append(row_of(points[0], {}));
    PointRow elsewhere = row_of(points[2], {});
    elsewhere.seed = 7;
    journal.append(elsewhere);
    journal.append(point_row(9, "default", "1", 1));
  }
  const auto contents = read();
  ASSERT_TRUE(contents.has_value());
  check_rows(*contents, points, file_, faults_);
  ASSERT_EQ(faults_.size(), 3u);
  EXPECT_EQ(faults_[0].path, "line 4");
  EXPECT_EQ(faults_[0].found, "point 0 again, after line 2");
  EXPECT_EQ(faults_[1].path, "line 5");
  EXPECT_EQ(faults_[2].path, "line 6");
}

TEST_F(JournalFile, BeginningAnewForgets) {
  Journal(file_, identity_).append(point_row(0, "sq", "1", 1));
  const Journal anew(file_, RunIdentity{"run", "other", "other", "other"});
  EXPECT_TRUE(read()->places.empty());
  EXPECT_EQ(read()->identity.study, "other");
}

TEST_F(JournalFile, OfAnotherKindIsRefused) {
  EXPECT_FALSE(read().has_value());
  EXPECT_THAT(faults_, testing::IsEmpty());
  for (const char* text : {"point,series\n", "a note",
                           R"({"schema_version":1,"scenario_sha256":"a","commit":"b"})"
                           "\n"}) {
    write(text);
    EXPECT_FALSE(read().has_value());
    ASSERT_EQ(faults_.size(), 1u) << text;
    EXPECT_EQ(faults_.front().path, "line 1");
  }
}

TEST_F(JournalFile, ThatCannotBeWrittenSaysSo) {
  write("a file is no folder");
  EXPECT_THROW(Journal(file_ / "points.jsonl", RunIdentity{}), std::filesystem::filesystem_error);
}

}  // namespace
}  // namespace vqlab
