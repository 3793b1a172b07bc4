// Hold-outs and interpolation on the letter's table.
#include "analysis/calibrate/fit_plan.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <memory>

#include "analysis/scenario/load_study.hpp"

namespace vqlab {
namespace {

const char* const fitted_study = R"({
  "study": "letter",
  "curves": [{"name": "sq"}, {"name": "mq4"}, {"name": "mq8"}],
  "sweep": {"targets": [1, 2, 4, 8, 16, 24, 32]},
  "reference": {"metric": "bandwidth_mib_per_s", "axis": "targets", "source": "letter", "values": {
    "sq": {"1": 540, "2": 795, "4": 997, "8": 1136, "16": 1440, "24": 1408, "32": 1515},
    "mq4": {"1": 626, "2": 965, "4": 1376, "8": 2130, "16": 2269, "24": 2179, "32": 1978},
    "mq8": {"1": 599, "2": 925, "4": 1500, "8": 2060, "16": 2474, "24": 2436, "32": 2319}}},
  "calibration": {"free": ["guest_costs.submit_ns"]}
})";

FitPlan plan_of(const HeldCells& held, std::vector<Fault>& faults) {
  const auto study = std::make_shared<const Study>(*parse_study(fitted_study, "letter.json").study);
  FitRequest request{"letter", {}, {}, {}, {}, "letter.json", "$.calibration"};
  request.studies.push_back({study, "letter.json", *study->reference, 3, 0.3, {}, ""});
  request.free.push_back({"guest_costs.submit_ns", {0}, std::nullopt, "letter.json", "$.calibration.free[0]"});
  FitPlan plan = plan_fit(request, faults);
  hold_out_cells(plan, held, "here", faults);
  return plan;
}

struct Held {
  int cells = 0;
  int between = 0;
  double interpolation_mape = 0;
};

Held held(const HeldCells& hold_out) {
  std::vector<Fault> faults;
  const FitPlan plan = plan_of(hold_out, faults);
  EXPECT_TRUE(faults.empty());
  EXPECT_EQ(plan.cells.size(), 21u);
  Held result;
  for (const FitCell& cell : plan.cells) {
    if (!cell.held_out) continue;
    ++result.cells;
    const double value = interpolated(plan, cell);
    if (std::isnan(value)) continue;
    ++result.between;
    result.interpolation_mape += 100 * std::abs(value / cell.published - 1);
  }
  if (result.between > 0) result.interpolation_mape /= result.between;
  return result;
}

// 2 between 1 and 4: sqrt(540 * 997) = 733.7, -7.7 %; 928.1, -3.8 %; 947.9, +2.5 %. 16 between 8 and 24, at
// ln 2 / ln 3 = 0.631 of the way: 1300.7, -9.7 %; 2160.8, -4.8 %; 2289.5, -7.5 %. Their mean is 6.0 %.
TEST(FitPlan, InterpolatesRowsInLogarithms) {
  const Held rows = held({"", std::nullopt, {}, {"2", "16"}});
  EXPECT_EQ(rows.cells, 6);
  EXPECT_EQ(rows.between, 6);
  EXPECT_NEAR(rows.interpolation_mape, 6.0, 0.05);
}

// 4 between 2 and 8: 950.3, -4.7 %; 1433.7, +4.2 %; 1380.4, -8.0 %. 24 between 16 and 32, at 0.585: 1483.3, +5.3 %;
// 2094.1, -3.9 %; 2382.2, -2.2 %. Mean 4.7 %.
TEST(FitPlan, TakesTheNearestNeighboursThatAreFitted) {
  EXPECT_NEAR(held({"", std::nullopt, {}, {"4", "24"}}).interpolation_mape, 4.7, 0.05);
}

TEST(FitPlan, AColumnHasNoNeighbours) {
  const Held column = held({"", std::nullopt, {"mq4"}, {}});
  EXPECT_EQ(column.cells, 7);
  EXPECT_EQ(column.between, 0);
}

TEST(FitPlan, ARowAtTheEndHasNone) { EXPECT_EQ(held({"", std::nullopt, {}, {"1"}}).between, 0); }

TEST(FitPlan, CurvesAndTargetsTogetherAreTheCellsOfBoth) {
  const Held product = held({"", std::nullopt, {"mq4", "mq8"}, {"2", "4", "16", "24"}});
  EXPECT_EQ(product.cells, 8);
  EXPECT_EQ(product.between, 8);
}

TEST(FitPlan, RefusesWhatIsNotInTheTableAllAtOnce) {
  std::vector<Fault> faults;
  (void)plan_of({"", std::nullopt, {"mq5", "sq"}, {"3", "8"}}, faults);
  ASSERT_EQ(faults.size(), 2u);
  EXPECT_EQ(faults[0].nearest, "mq4");
  EXPECT_EQ(faults[1].found, "3");
}

TEST(FitPlan, RefusesAHoldOutThatLeavesNothing) {
  std::vector<Fault> faults;
  (void)plan_of({"", std::nullopt, {"sq", "mq4", "mq8"}, {}}, faults);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].found, "nothing that is left to fit to");
}

}  // namespace
}  // namespace vqlab
