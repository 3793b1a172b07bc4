// Published values over one axis and over two.
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/runs/reference_errors.hpp"
#include "tests/support/read_study.hpp"

namespace vqlab {
namespace {

using test::read;
using test::read_with;
using test::texts;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

// One queue is published at 4 vCPUs, several at 4 and 8.
const std::string kTwoAxes = R"("sweep": {"guest.vcpus": [2, 4, 8], "targets": [1, 16]},
    "curves": [{"name": "one", "set": {"controller.num_queues": 1}}, {"name": "many"}],
    "reference": {"metric": "iops", "source": "x", "axis": ["guest.vcpus", "targets"],
      "values": {"one": {"4": {"1": 100, "16": 200}}, "many": {"4": {"16": 300}, "8": {"1": 150}}}})";

Point point_at(const Study& study, const std::string& curve, std::uint32_t vcpus, std::uint32_t targets) {
  for (const Point& point : study.points)
    if (point.curve == curve && point.testbed.guest.vcpus == vcpus && point.testbed.targets == targets) return point;
  throw std::runtime_error("no such point");
}

TEST(Reference, MayHaveTwoAxes) {
  const StudyOrFaults result = read_with(kTwoAxes);
  ASSERT_THAT(texts(result), IsEmpty());
  const Study& study = *result.study;
  EXPECT_EQ(published_at(study, point_at(study, "one", 4, 16)), 200);
  EXPECT_EQ(published_at(study, point_at(study, "many", 8, 1)), 150);
  EXPECT_TRUE(std::isnan(published_at(study, point_at(study, "many", 4, 1))));
  EXPECT_TRUE(std::isnan(published_at(study, point_at(study, "one", 8, 16))));
  EXPECT_FALSE(counted(study, point_at(study, "one", 2, 1)));
  EXPECT_EQ(read(study.resolved.dump()).study->resolved, study.resolved);
}

TEST(Reference, OfTheBaselineCountsForAllPositionsIfThereIsOne) {
  const Study study = *read_with(kTwoAxes).study;
  EXPECT_EQ(study.baseline, "one");  // the only one with a single queue
  EXPECT_EQ(published_of_baseline(study, point_at(study, "many", 8, 1)), 100);
  EXPECT_EQ(published_of_baseline(study, point_at(study, "many", 4, 16)), 200);
  std::string two = kTwoAxes;
  two.replace(two.find(R"("one": {)"), 8, R"("one": {"2": {"16": 170}, )");
  const Study other = *read_with(two).study;
  EXPECT_TRUE(std::isnan(published_of_baseline(other, point_at(other, "many", 8, 1))));  // which of the two?
  EXPECT_EQ(published_of_baseline(other, point_at(other, "many", 2, 16)), 170);
}

TEST(Reference, TellsEveryFaultOfItsAxes) {
  const auto with = [](const char* axis, const char* values) {
    return texts(read_with(R"("sweep": {"guest.vcpus": [2, 4], "targets": [1, 2], "job.iodepth": [4, 8]},
        "reference": {"metric": "iops", "source": "x", "axis": )" +
                           std::string(axis) + R"(, "values": )" + values + "}"));
  };
  const char* const good = R"({"default": {"2": {"1": 5}}})";
  EXPECT_THAT(with(R"(["guest.vcpus", "target"])", good), Contains(HasSubstr("$.reference.axis[1]: found \"target\"")));
  EXPECT_THAT(with(R"(["guest.vcpus", "targets"])", good),
              Contains(HasSubstr("sweep[\"job.iodepth\"]: found 2 values")));
  EXPECT_THAT(with(R"(["targets", "targets"])", good),
              Contains(HasSubstr("$.reference.axis[1]: found \"targets\" a second time")));
  const auto faults = with(R"(["guest.vcpus", "targets"])", R"({"default": {"3": {"1": 5}, "4": {"2": 0, "9": 5}}})");
  EXPECT_THAT(faults, Contains(HasSubstr("$.reference.values.default.3: found a position that the sweep")));
  EXPECT_THAT(faults, Contains(HasSubstr("$.reference.values.default.4.2: found 0")));
  EXPECT_THAT(faults, Contains(HasSubstr("$.reference.values.default.4.9: found a position that the sweep")));
}

TEST(ReferenceErrors, HaveAColumnForEachPositionOfTheOuterAxis) {
  const Study study = *read_with(kTwoAxes).study;
  std::vector<PointRow> rows;
  for (const Point& point : study.points) {
    PointResult result;
    result.quantities = {{"iops", 110.0 * point.testbed.guest.vcpus, 1}};
    rows.push_back(row_of(point, result));
  }
  const ReferenceErrors errors = reference_errors(rows, *study.reference);
  ASSERT_EQ(errors.columns.size(), 3u);
  EXPECT_EQ(errors.columns[2].curve, "many guest.vcpus=8");
  EXPECT_EQ(errors.columns[2].cells[0].measured, 880);
  EXPECT_DOUBLE_EQ(errors.columns[0].cells[1].error_percent(), 120);  // 440 for 200
  EXPECT_EQ(errors.counted.cells, 4u);
}

}  // namespace
}  // namespace vqlab
