#include "analysis/calibrate/identification.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "models/base/ensure.hpp"

namespace vqlab {

Eigen::MatrixXd information(const std::vector<Eigen::MatrixXd>& jacobians) {
  ensure(jacobians.size() >= 2, "one seed's noise cannot be told from information");
  // Sum over pairs of different seeds = (sum)^T (sum) - sum of squares.
  const Eigen::MatrixXd& first = jacobians.front();
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(first.rows(), first.cols());
  Eigen::MatrixXd squares = Eigen::MatrixXd::Zero(first.cols(), first.cols());
  for (const Eigen::MatrixXd& jacobian : jacobians) {
    sum += jacobian;
    squares += jacobian.transpose() * jacobian;
  }
  const auto seeds = static_cast<double>(jacobians.size());
  return (sum.transpose() * sum - squares) / (seeds * (seeds - 1));
}

Identification identify(const std::vector<Eigen::MatrixXd>& jacobians, const std::vector<Prior>& priors,
                        const Eigen::VectorXd& sigma) {
  const auto parameters = static_cast<Eigen::Index>(priors.size());
  Eigen::VectorXd prior_sd(parameters);
  for (Eigen::Index i = 0; i < parameters; ++i) prior_sd[i] = priors[static_cast<std::size_t>(i)].sd();

  std::vector<Eigen::MatrixXd> scaled;
  for (const Eigen::MatrixXd& jacobian : jacobians)
    scaled.emplace_back(sigma.cwiseInverse().asDiagonal() * jacobian * prior_sd.asDiagonal());
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(information(scaled));
  Identification result;
  Eigen::VectorXd variance = Eigen::VectorXd::Zero(parameters);
  for (Eigen::Index i = 0; i < parameters; ++i) {
    const double strength = std::max(0.0, solver.eigenvalues()[i]);  // below 0 is noise
    Eigen::VectorXd weights = solver.eigenvectors().col(i);
    variance += weights.cwiseAbs2() / (1 + strength);
    Eigen::Index largest = 0;
    weights.cwiseAbs().maxCoeff(&largest);
    if (weights[largest] < 0) weights = -weights;
    result.directions.push_back({std::sqrt(strength), std::move(weights)});
  }
  result.posterior_sd = prior_sd.cwiseProduct(variance.cwiseSqrt());
  return result;
}

}  // namespace vqlab
