// Which measurements settle a verdict, where that can be worked out by hand.
#include "analysis/design/ensemble.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <unsupported/Eigen/SpecialFunctions>

#include "models/base/rng.hpp"

namespace vqlab {
namespace {

// Eight machines: every combination of three numbers that are 1 or -1. Their variance is 8 / 7, and they do not
// correlate.
constexpr double kVariance = 8.0 / 7;
double sign_of(std::size_t machine, std::size_t number) { return (machine >> number & 1) != 0 ? 1 : -1; }

std::vector<double> eight(double first, double second, double third) {
  std::vector<double> values;
  for (std::size_t i = 0; i < 8; ++i)
    values.push_back(first * sign_of(i, 0) + second * sign_of(i, 1) + third * sign_of(i, 2));
  return values;
}

// What is left of a variance of which eight machines tell, after so many readings: a reading takes one of seven degrees
// of freedom, and a prediction has the error of the mean and of each coefficient.
double left(double variance, double readings) { return variance * 7 / (7 - readings) * (1 + (1 + readings) / 8); }

DesignUnit unit_of(std::vector<std::size_t> cells, std::vector<std::vector<std::size_t>> counters) {
  return {std::move(cells), std::move(counters)};
}

TEST(Ensemble, AReadingTakesItsShareOfTheVariance) {
  const std::vector<Reading> readings{{eight(1, 0, 0), 0}, {eight(0, 1, 0), 1}, {eight(0, 0, 1), 2}};
  // A repetition scatters as much as the machines do: half of what a reading says is known.
  JointNormal normal(eight(2, 1, 0), readings, {.repetition = std::sqrt(kVariance)});
  EXPECT_NEAR(normal.variance(), left(5 * kVariance, 0), 1e-12);
  EXPECT_NEAR(normal.variance_given({0}), left(3 * kVariance, 1), 1e-12);
  EXPECT_NEAR(normal.variance_given({1}), left(4.5 * kVariance, 1), 1e-12);
  EXPECT_NEAR(normal.variance_given({2}), left(5 * kVariance, 1), 1e-12);
  EXPECT_NEAR(normal.variance_given({0, 1}), left(2.5 * kVariance, 2), 1e-12);
  EXPECT_NEAR(normal.mean_given({0}, {1}), 1, 1e-12);  // 2 times half of 1
  normal.read({0});
  EXPECT_NEAR(normal.variance(), left(3 * kVariance, 1), 1e-12);
  EXPECT_NEAR(normal.variance_given({1}), left(2.5 * kVariance, 2), 1e-12);
}

TEST(Ensemble, TheMostTellingIsChosenFirstAndTheIdleNever) {
  const std::vector<Reading> readings{{eight(0, 0, 1), 0}, {eight(0, 1, 0), 1}, {eight(1, 0, 0), 2}};
  const std::vector<DesignUnit> units{unit_of({0}, {{0}}), unit_of({1}, {{1}}), unit_of({2}, {{2}})};
  const JointNormal normal(eight(2, 1, 0), readings, {.repetition = 0.1});
  const double known = 0.01 / (kVariance + 0.01);  // of the variance of what is read, what is left
  const std::vector<DesignStep> steps = choose_measurements(normal, units, 5);
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(steps[0].unit, 2u);
  EXPECT_NEAR(steps[0].sd, std::sqrt(left((4 * known + 1) * kVariance, 1)), 1e-12);
  EXPECT_EQ(steps[1].unit, 1u);
  EXPECT_NEAR(steps[1].sd, std::sqrt(left(5 * known * kVariance, 2)), 1e-12);
  EXPECT_EQ(choose_measurements(normal, units, 1).size(), 1u);
}

// What the model misses is the same on both sides of a pair, so their ratio is known without it.
TEST(Ensemble, APairIsMeasuredWhereTheModelMissesMuch) {
  const std::vector<Reading> readings{{eight(1, 0, 0), 0}, {eight(-1, 0, 0), 0}};
  const std::vector<DesignUnit> units{unit_of({0}, {{0}}), unit_of({1}, {{1}}), unit_of({0, 1}, {{0, 1}})};
  const JointNormal normal(eight(2, 0, 0), readings, {.repetition = 0.1, .discrepancy = 10});
  const std::vector<DesignStep> steps = choose_measurements(normal, units, 5);
  ASSERT_FALSE(steps.empty());
  EXPECT_EQ(steps[0].unit, 2u);
  // The difference of both readings is the verdict, with an error of variance 2 * 0.1^2.
  EXPECT_NEAR(steps[0].sd * steps[0].sd, left(1 / (1 / (4 * kVariance) + 1 / 0.02), 2), 1e-6);
  EXPECT_EQ(steps.size(), 1u);  // no cell is measured twice
}

TEST(Ensemble, ASecondCounterIsReadIfItTellsMore) {
  const std::vector<Reading> readings{{eight(1, 0, 0), 0}, {eight(0, 1, 0), 1}, {eight(0, 0, 1), 2}};
  const std::vector<DesignUnit> units{unit_of({0}, {{2}, {1}, {0}, {}})};
  const std::vector<DesignStep> steps =
      choose_measurements(JointNormal(eight(2, 1, 0), readings, {.repetition = 0.1}), units, 5);
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0].counters, (std::vector<std::size_t>{2, 1}));
  EXPECT_EQ(steps[0].readings, (std::vector<std::size_t>{0, 1}));
}

TEST(Ensemble, OneMachineLessIsAsIfItHadNeverBeenDrawn) {
  const std::vector<double> verdict{1, 4, 2, 8, 5, 7};
  const std::vector<Reading> readings{{{3, 1, 4, 1, 5, 9}, 0}, {{2, 7, 1, 8, 2, 8}, 0}};
  const MeasurementErrors errors{.repetition = 0.3, .discrepancy = 0.2};
  const JointNormal less = JointNormal(verdict, readings, errors).without(2);
  const JointNormal anew({1, 4, 8, 5, 7}, {{{3, 1, 1, 5, 9}, 0}, {{2, 7, 8, 2, 8}, 0}}, errors);
  EXPECT_NEAR(less.variance(), anew.variance(), 1e-12);
  EXPECT_NEAR(less.variance_given({0, 1}), anew.variance_given({0, 1}), 1e-12);
  EXPECT_NEAR(less.mean_given({0, 1}, {2, 3}), anew.mean_given({0, 1}, {2, 3}), 1e-12);
}

// 200 machines of three normal numbers, 30 readings of which three tell something: each machine in turn is the real
// one. 90 % within three standard errors of a share of 200.
TEST(Ensemble, TheBandThatIsLeftHoldsTheTruth) {
  RandomStream random(3, "machines");
  const auto normal = [&random] { return Eigen::numext::ndtri((random.next32() + 0.5) / 4294967296.0); };
  std::vector<double> verdict;
  std::vector<Reading> readings(30);
  for (std::size_t i = 0; i < readings.size(); ++i) readings[i].group = i;
  for (int machine = 0; machine < 200; ++machine) {
    const double a = normal();
    const double b = normal();
    const double c = normal();
    verdict.push_back(a + b + c);
    for (std::size_t i = 0; i < readings.size(); ++i)
      readings[i].values.push_back(i == 7 ? a : i == 11 ? b : i == 19 ? c : normal());
  }
  std::vector<DesignUnit> units;
  for (std::size_t i = 0; i < readings.size(); ++i) units.push_back(unit_of({i}, {{i}}));
  const MeasurementErrors errors{.repetition = 0.2, .discrepancy = 0.2};
  const std::vector<DesignCheck> checks = check_design(verdict, readings, errors, units, 3, 3, 1);
  ASSERT_EQ(checks.size(), 4u);
  for (const DesignCheck& check : checks) {
    EXPECT_EQ(check.machines, 200u);
    EXPECT_NEAR(static_cast<double>(check.held), 180, 13);
  }
  EXPECT_GT(checks[3].sure, checks[0].sure + 60);
  EXPECT_LE(checks[3].wrong, checks[3].sure / 20);
}

}  // namespace
}  // namespace vqlab
