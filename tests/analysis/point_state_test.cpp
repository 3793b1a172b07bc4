#include "analysis/runs/point_state.hpp"

#include <gtest/gtest.h>

#include "analysis/runs/long_runs.hpp"
#include "analysis/scenario/load_study.hpp"
#include "tests/analysis/rows.hpp"

namespace vqlab {
namespace {

Study two_points_of_three_seeds() {
  return *parse_study(
              R"({"study": "s", "sweep": {"targets": [1, 2]}, "seeds": [1, 2, 3],
                  "precision": {"max_simulated_s": 4}})",
              "test.json", {})
              .study;
}

// Mean latency and kicks of the study's six runs.
std::vector<PointRow> rows_of(const std::vector<double>& latencies, const std::vector<double>& kicks) {
  std::vector<PointRow> rows;
  for (std::uint32_t i = 0; i < 6; ++i) {
    PointRow row = test::point_row(i, "default", i < 3 ? "1" : "2", 100);
    row.seed = i % 3 + 1;
    row.result.quantities.push_back({"latency_mean_us", latencies[i], 1});
    row.result.quantities.push_back({"kicks_per_io", kicks[i], 0.01});
    rows.push_back(row);
  }
  return rows;
}

using Names = std::vector<std::string>;

TEST(PointState, RunsThatDisagreeMarkTheirPointAndNoOther) {
  const Study study = two_points_of_three_seeds();
  const PointRows rows =
      judged(rows_of({50, 50.5, 49.8, 80, 80.3, 79.9}, {0.5, 0.5, 0.5, 0.2, 0.3, 0.2}), study.points);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(state_of(rows[i]), PointState::kPrecise);
  for (std::size_t i = 3; i < 6; ++i) {
    EXPECT_EQ(rows[i].result.not_settled, Names{"kicks_per_io"});
    EXPECT_EQ(state_of(rows[i]), PointState::kNotSettled);
  }
}

TEST(PointState, AMuchLongerRunIsBelieved) {
  const Study study = two_points_of_three_seeds();
  const std::vector<PointRow> rows = rows_of({50, 50, 50, 80, 80, 80}, {0.5, 0.5, 0.5, 0.2, 0.2, 0.2});
  PointRow longer = rows[3];  // of the second point
  longer.result.quantities.back() = {"kicks_per_io", 0.25, 0.005};
  const PointRows judged_rows = judged(rows, study.points, std::vector{longer});
  EXPECT_EQ(judged_rows[0].result.not_settled, Names{});
  EXPECT_EQ(judged_rows[5].result.not_settled, Names{"kicks_per_io"});
}

TEST(PointState, EachStateHasAMarkAndALine) {
  PointRow row = test::point_row(0, "s", "1", 1);
  EXPECT_EQ(mark_of(state_of(row)), "");
  row.result.precise = false;
  EXPECT_EQ(mark_of(state_of(row)), "!");
  row.result.not_settled = {"bandwidth_mib_per_s"};
  EXPECT_EQ(mark_of(state_of(row)), "?");
  EXPECT_EQ(marks_text({PointState::kPrecise}), "");
  const std::string text = marks_text({PointState::kPrecise, PointState::kNotPrecise, PointState::kNotSettled});
  EXPECT_EQ(text.rfind("? not settled: ", 0), 0u);
  EXPECT_NE(text.find("\n! not precise: "), std::string::npos);
}

TEST(LongRuns, AreTenTimesAsLongAsTheLongestOfThePoint) {
  const Study study = two_points_of_three_seeds();
  std::vector<PointRow> rows = rows_of({50, 50, 50, 80, 80, 80}, {0.5, 0.5, 0.5, 0.2, 0.2, 0.2});
  rows[1].result.simulated_s = 0.25;
  rows[4].result.simulated_s = 1;  // at most 4 are allowed
  const PointList longer = plan_long_runs(study, rows);
  ASSERT_EQ(longer.size(), 2u);
  EXPECT_EQ(longer[0].index, 0u);
  EXPECT_EQ(longer[1].index, 3u);
  EXPECT_EQ(longer[0].precision.min_simulated_s, 2.5);
  EXPECT_EQ(longer[1].precision.min_simulated_s, 4);
  EXPECT_EQ(longer[1].precision.max_simulated_s, 4);
  EXPECT_EQ(longer[1].testbed.targets, 2u);
  EXPECT_EQ(longer[1].seed, 4u);  // of nobody else
}

TEST(LongRuns, AreLeftOutWhereNoneIsMuchLonger) {
  const Study study = two_points_of_three_seeds();
  std::vector<PointRow> rows = rows_of({50, 50, 50, 80, 80, 80}, {0.5, 0.5, 0.5, 0.2, 0.2, 0.2});
  rows[1].result.simulated_s = 2.5;
  EXPECT_EQ(plan_long_runs(study, rows).size(), 1u);
}

TEST(LongRuns, DoNotDependOnTheOrderInWhichPointsAreFinished) {
  const Study study = two_points_of_three_seeds();
  std::vector<PointRow> rows = rows_of({50, 50, 50, 80, 80, 80}, {0.5, 0.5, 0.5, 0.2, 0.2, 0.2});
  rows.erase(rows.begin() + 1);  // failed, say; the next run may finish it
  const PointList longer = plan_long_runs(study, rows);
  ASSERT_EQ(longer.size(), 1u);
  EXPECT_EQ(longer[0].index, 3u);
}

}  // namespace
}  // namespace vqlab
