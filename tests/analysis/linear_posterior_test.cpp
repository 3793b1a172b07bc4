#include "analysis/calibrate/linear_posterior.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace vqlab {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kTenth = 0.1;

// Three observations of three parameters, the first of which is fitted: the first two parameters are known only as a
// sum, the third not at all.
MatrixXd sum_only() {
  MatrixXd jacobian(3, 3);
  jacobian << 0.2, 0.2, 0, 0.1, 0.1, 0, 0.2, 0.2, 0;
  return jacobian;
}

TEST(LinearPosterior, KnownSumUnknownRest) {
  const LinearPosterior found =
      linear_posterior({sum_only(), sum_only()}, VectorXd::Zero(3), VectorXd::Constant(3, kTenth), 1);
  EXPECT_EQ(found.scale, 1);  // nothing is missed: sigma stays
  // Information 9 in each entry of the first two: (I + 9 [1 1; 1 1])^-1 = I - 9/19 [1 1; 1 1].
  EXPECT_NEAR(found.covariance(0, 0), 1 - 9.0 / 19, 1e-9);
  EXPECT_NEAR(found.covariance(0, 1), -9.0 / 19, 1e-9);
  EXPECT_NEAR(found.covariance(2, 2), 1, 1e-9);
  EXPECT_NEAR(found.covariance(0, 2), 0, 1e-9);
  EXPECT_NEAR(found.effective, 0.9, 1e-9);  // of the fitted one: 9 of 1 + 9
  EXPECT_EQ(found.decided, 1);
}

// chi^2 is 12 and s^2 the square of the scale: 12 / s^2 = 3 - (9 / s^2) / (1 + 9 / s^2), so that
// 3 s^4 + 6 s^2 - 108 = 0 with t = s^2: t = -1 + sqrt(37).
TEST(LinearPosterior, SigmaGrowsUntilResidualsFit) {
  const LinearPosterior found =
      linear_posterior({sum_only(), sum_only()}, VectorXd::Constant(3, 2 * kTenth), VectorXd::Constant(3, kTenth), 1);
  const double squared = found.scale * found.scale;
  EXPECT_NEAR(12 / squared, 3 - 9 / (squared + 9), 1e-9);
  EXPECT_NEAR(squared, -1 + std::sqrt(37.0), 1e-9);
  EXPECT_NEAR(found.effective, 9 / (squared + 9), 1e-9);
  EXPECT_NEAR(found.covariance(0, 0), 1 - 9 / (squared + 18), 1e-9);
}

TEST(LinearPosterior, ASmallSigmaOfOneObservationCountsForIt) {
  VectorXd sigma(2);
  sigma << 0.1, 1;
  const MatrixXd jacobian = MatrixXd::Identity(2, 2);
  const LinearPosterior found = linear_posterior({jacobian, jacobian}, VectorXd::Zero(2), sigma, 2);
  EXPECT_NEAR(found.covariance(0, 0), 1.0 / 101, 1e-9);
  EXPECT_NEAR(found.covariance(1, 1), 0.5, 1e-9);
  // A change of an observation moves its parameter as far as the prior lets it: 100 of 101, and half of it.
  EXPECT_NEAR(found.gain(0, 0), 100.0 / 101, 1e-9);
  EXPECT_NEAR(found.gain(1, 1), 0.5, 1e-9);
  EXPECT_NEAR(found.gain(0, 1), 0, 1e-9);
}

// A parameter whose derivative is another one with each seed, and by chance goes with a known one in the first.
TEST(LinearPosterior, NoiseIsNoInformation) {
  MatrixXd one = MatrixXd::Zero(2, 2);
  MatrixXd other = MatrixXd::Zero(2, 2);
  one(0, 0) = other(0, 0) = 1;
  one(0, 1) = 0.5;
  other(1, 1) = -0.4;
  const LinearPosterior found = linear_posterior({one, other}, VectorXd::Zero(2), VectorXd::Constant(2, kTenth), 1);
  EXPECT_LT(found.covariance(0, 0), 0.1);
  EXPECT_GT(found.covariance(1, 1), 0.9);
  EXPECT_EQ(found.decided, 1);
}

}  // namespace
}  // namespace vqlab
