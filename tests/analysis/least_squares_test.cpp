// The fit on a made-up function whose answer is known.
#include "analysis/calibrate/least_squares.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace vqlab {
namespace {

using Eigen::VectorXd;

// Rates of eight cells that two costs make: cell i takes i * a + (9 - i) * b.
VectorXd log_rates(const VectorXd& log_values) {
  VectorXd logs(8);
  for (int i = 0; i < 8; ++i)
    logs[i] = -std::log((i + 1) * std::exp(log_values[0]) + (8 - i) * std::exp(log_values[1]));
  return logs;
}

VectorXd logs_of(double a, double b) {
  VectorXd logs(2);
  logs << std::log(a), std::log(b);
  return logs;
}

FitProblem problem(const VectorXd& observed, double sigma) {
  FitProblem problem;
  problem.priors = {Prior(200, 5000), Prior(50, 2000)};
  problem.start = logs_of(3000, 90);
  problem.observed = observed;
  problem.sigma = VectorXd::Constant(observed.size(), sigma);
  problem.model = [](const std::vector<VectorXd>& points) {
    std::vector<VectorXd> answers;
    for (const VectorXd& point : points) answers.push_back(log_rates(point));
    return answers;
  };
  problem.iterations_max = 50;
  return problem;
}

// With observations a thousand times as sure as the prior, nothing but them counts.
TEST(LeastSquares, RecoversTheParametersThatMadeTheData) {
  const Fit found = fit(problem(log_rates(logs_of(1200, 450)), 1e-4));
  EXPECT_NEAR(std::exp(found.log_values[0]), 1200, 1);
  EXPECT_NEAR(std::exp(found.log_values[1]), 450, 1);
  EXPECT_LT(found.steps.back().mape_percent, 0.01);
}

// Two cells that contradict each other, one a hundred times as sure: the fit is at that one.
TEST(LeastSquares, AnObservationCountsByItsOwnSigma) {
  FitProblem two = problem(VectorXd::Constant(2, 0), 0.001);
  two.observed << std::log(1000), std::log(2000);
  two.sigma[1] = 0.1;
  two.model = [](const std::vector<VectorXd>& points) {
    std::vector<VectorXd> answers;
    for (const VectorXd& point : points) answers.push_back(VectorXd::Constant(2, point[0]));
    return answers;
  };
  EXPECT_NEAR(std::exp(fit(two).log_values[0]), 1000, 2);
  std::swap(two.sigma[0], two.sigma[1]);
  EXPECT_NEAR(std::exp(fit(two).log_values[0]), 2000, 4);
}

// No iteration: the start, and its objective.
TEST(LeastSquares, WithoutIterationsItIsTheStart) {
  FitProblem none = problem(log_rates(logs_of(1200, 450)), 1e-2);
  none.iterations_max = 0;
  const Fit found = fit(none);
  EXPECT_NEAR(std::exp(found.log_values[0]), 3000, 1e-6);
  EXPECT_EQ(found.steps.size(), 1u);
}

// The other way round, nothing but the priors: the geometric middles, 1000 and 316.
TEST(LeastSquares, WithoutDataTheAnswerIsTheMiddleOfTheRanges) {
  const Fit found = fit(problem(log_rates(logs_of(4000, 1900)), 1e3));
  EXPECT_NEAR(std::exp(found.log_values[0]), 1000, 20);
  EXPECT_NEAR(std::exp(found.log_values[1]), std::sqrt(50.0 * 2000.0), 10);
}

// Made with b = 6000, three times the end of its range. That one stays inside; the other one does what is best then.
TEST(LeastSquares, AParameterStaysInItsRangeWhateverTheDataSay) {
  const Fit found = fit(problem(log_rates(logs_of(1200, 6000)), 1e-3));
  EXPECT_LE(std::exp(found.log_values[1]), 2000);
  EXPECT_GT(std::exp(found.log_values[1]), 1950);
  EXPECT_LE(std::exp(found.log_values[0]), 5000);
}

TEST(LeastSquares, AStartAtTheEndOfTheRangeIsNoTrap) {
  FitProblem from_the_end = problem(log_rates(logs_of(1200, 450)), 1e-4);
  from_the_end.start = logs_of(200, 2000);
  const Fit found = fit(from_the_end);
  EXPECT_NEAR(std::exp(found.log_values[0]), 1200, 1);
  EXPECT_NEAR(std::exp(found.log_values[1]), 450, 1);
}

TEST(LeastSquares, TellsOfEveryStepAndNeverClimbs) {
  std::vector<FitStep> told;
  FitProblem telling = problem(log_rates(logs_of(1200, 450)), 0.03);
  telling.on_step = [&told](const FitStep& step) { told.push_back(step); };
  const Fit found = fit(telling);
  ASSERT_GE(told.size(), 2u);
  EXPECT_EQ(told.size(), found.steps.size());
  EXPECT_EQ(told.front().iteration, 0);
  for (std::size_t i = 1; i < told.size(); ++i) EXPECT_LE(told[i].objective, told[i - 1].objective);
  EXPECT_NE(found.end_reason, "");
}

TEST(LeastSquares, TheIterationsAllowedAreTheMost) {
  FitProblem short_one = problem(log_rates(logs_of(1200, 450)), 1e-4);
  short_one.iterations_max = 1;
  const Fit found = fit(short_one);
  EXPECT_EQ(found.steps.size(), 2u);  // the start and one step
  EXPECT_EQ(found.end_reason, "the most iterations allowed");
}

// d ln(1 / (i a + j b)) / d ln a = -i a / (i a + j b); central differences of 0.4 in ln p are good to two digits.
TEST(LeastSquares, JacobianAsksAllPointsAtOnce) {
  int calls = 0;
  const LogModel counting = [&calls](const std::vector<VectorXd>& points) {
    ++calls;
    EXPECT_EQ(points.size(), 4u);
    std::vector<VectorXd> answers;
    for (const VectorXd& point : points) answers.push_back(log_rates(point));
    return answers;
  };
  const Eigen::MatrixXd jacobian = log_jacobian(counting, {Prior(200, 5000), Prior(50, 2000)}, logs_of(1000, 300));
  EXPECT_EQ(calls, 1);
  for (int i = 0; i < 8; ++i) {
    const double a = (i + 1) * 1000.0;
    const double b = (8 - i) * 300.0;
    EXPECT_NEAR(jacobian(i, 0), -a / (a + b), 0.02);
    EXPECT_NEAR(jacobian(i, 1), -b / (a + b), 0.02);
  }
}

}  // namespace
}  // namespace vqlab
