#include "analysis/calibrate/identification.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace vqlab {
namespace {

// ln 16 / 4 = ln 2 for both parameters.
const std::vector<Prior> the_priors{Prior(1, 16), Prior(10, 160)};
const double the_prior_sd = std::log(2);
constexpr double kSigma = 0.03;

Eigen::VectorXd sigmas(int rows) { return Eigen::VectorXd::Constant(rows, kSigma); }

// Two cells that know the product of the parameters alone, one twice as well as the other.
Eigen::MatrixXd product_only() {
  Eigen::MatrixXd jacobian(2, 2);
  jacobian << 1, 1, 2, 2;
  return jacobian;
}

TEST(Identification, FindsTheSloppyDirection) {
  const Identification found = identify({product_only(), product_only()}, the_priors, sigmas(2));
  ASSERT_EQ(found.directions.size(), 2u);
  // What leaves the product as it is, one up and the other down, is not seen at all.
  EXPECT_NEAR(found.directions[0].singular_value, 0, 1e-6);
  EXPECT_NEAR(std::abs(found.directions[0].weights[0]), std::sqrt(0.5), 1e-9);
  EXPECT_NEAR(found.directions[0].weights.sum(), 0, 1e-9);
  // The other one: sqrt(2 * (1 + 4)) * sd / sigma.
  EXPECT_NEAR(found.directions[1].singular_value, std::sqrt(10.0) * the_prior_sd / kSigma, 1e-6);
  EXPECT_NEAR(found.directions[1].weights[0], std::sqrt(0.5), 1e-9);
  EXPECT_NEAR(found.directions[1].weights[1], std::sqrt(0.5), 1e-9);
  // Half of each parameter's variance lies in the direction that is known, half in the one that is not.
  EXPECT_NEAR(found.posterior_sd[0], the_prior_sd * std::sqrt(0.5), 1e-3);
}

// One cell sees the first parameter alone: variance 1 / (1 / sd^2 + 1 / sigma^2). The second keeps its prior.
TEST(Identification, PosteriorOfAParameterThatIsSeenAlone) {
  Eigen::MatrixXd jacobian(1, 2);
  jacobian << 1, 0;
  const Identification found = identify({jacobian, jacobian}, the_priors, sigmas(1));
  EXPECT_NEAR(found.posterior_sd[0], 1 / std::sqrt(1 / (the_prior_sd * the_prior_sd) + 1 / (kSigma * kSigma)), 1e-12);
  EXPECT_NEAR(found.posterior_sd[1], the_prior_sd, 1e-12);
}

// Each cell sees one parameter; the second cell's sigma is ten times as large.
TEST(Identification, ACellCountsByItsOwnSigma) {
  const Eigen::MatrixXd jacobian = Eigen::MatrixXd::Identity(2, 2);
  Eigen::VectorXd sigma(2);
  sigma << kSigma, 10 * kSigma;
  const Identification found = identify({jacobian, jacobian}, the_priors, sigma);
  const auto posterior = [](double of_cell) {
    return 1 / std::sqrt(1 / (the_prior_sd * the_prior_sd) + 1 / (of_cell * of_cell));
  };
  EXPECT_NEAR(found.posterior_sd[0], posterior(kSigma), 1e-12);
  EXPECT_NEAR(found.posterior_sd[1], posterior(10 * kSigma), 1e-12);
}

// Derivatives that are noise differ from seed to seed. Taken one by one they would look like information.
TEST(Identification, NoiseIsNoInformation) {
  Eigen::MatrixXd one = Eigen::MatrixXd::Zero(2, 2);
  Eigen::MatrixXd other = Eigen::MatrixXd::Zero(2, 2);
  one(0, 0) = 1;
  other(1, 0) = -1;
  const Identification found = identify({one, other}, the_priors, sigmas(2));
  EXPECT_NEAR(found.posterior_sd[0], the_prior_sd, 1e-12);
}

}  // namespace
}  // namespace vqlab
