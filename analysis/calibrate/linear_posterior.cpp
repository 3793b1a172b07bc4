#include "analysis/calibrate/linear_posterior.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "analysis/calibrate/identification.hpp"

namespace vqlab {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Solver = Eigen::SelfAdjointEigenSolver<MatrixXd>;

// The eigenvalues of the information. Noise makes them larger or smaller alike: those that are not above the size of
// the most negative one may be noise and count as 0.
VectorXd strengths(const Solver& solver) {
  const double noise = std::max(0.0, -solver.eigenvalues().minCoeff());
  return solver.eigenvalues().unaryExpr([noise](double one) { return one > noise ? one : 0.0; });
}

// Sum over the directions of what the observations know of each, as a part of 1.
double effective_parameters(const VectorXd& strengths, double scale) {
  const VectorXd scaled = strengths / (scale * scale);
  return (scaled.array() / (1 + scaled.array())).sum();
}

}  // namespace

LinearPosterior linear_posterior(const std::vector<MatrixXd>& by_z, const VectorXd& residuals, const VectorXd& sigma,
                                 Index fitted) {
  std::vector<MatrixXd> scaled;
  for (const MatrixXd& one : by_z) scaled.emplace_back(sigma.cwiseInverse().asDiagonal() * one);
  const MatrixXd all = information(scaled);
  const VectorXd of_fitted = strengths(Solver(all.topLeftCorner(fitted, fitted)));
  const double chi_squared = residuals.cwiseQuotient(sigma).squaredNorm();
  const auto observations = static_cast<double>(residuals.size());
  LinearPosterior result;
  // A larger sigma leaves fewer parameters decided, and so a smaller scale: the two meet between 1 and the scale
  // without any freedom lost to less than one observation.
  const auto excess = [&](double scale) {
    return chi_squared / (scale * scale) - (observations - effective_parameters(of_fitted, scale));
  };
  double low = 1;
  double high = std::max(1.0, std::sqrt(chi_squared));
  if (excess(low) > 0) {
    while (excess(high) > 0) high *= 2;
    for (int i = 0; i < 200 && low < high; ++i) {
      const double middle = (low + high) / 2;
      (excess(middle) > 0 ? low : high) = middle;
    }
    result.scale = high;
  }
  result.effective = effective_parameters(of_fitted, result.scale);
  const Solver solver(all);
  const VectorXd decided = strengths(solver) / (result.scale * result.scale);
  result.decided = (decided.array() > 1).count();
  MatrixXd directions = solver.eigenvectors();
  for (Index i = 0; i < directions.cols(); ++i)
    if (decided[i] == 0) directions.col(i).setZero();
  MatrixXd mean = by_z.front();
  for (std::size_t i = 1; i < by_z.size(); ++i) mean += by_z[i];
  result.by_z = mean / static_cast<double>(by_z.size()) * directions * directions.transpose();
  result.covariance =
      solver.eigenvectors() * (1 + decided.array()).inverse().matrix().asDiagonal() * solver.eigenvectors().transpose();
  const VectorXd weights = (result.scale * sigma).cwiseAbs2().cwiseInverse();
  result.gain = result.covariance * result.by_z.transpose() * weights.asDiagonal();
  return result;
}

}  // namespace vqlab
