// What the observations say of each parameter beyond its prior, at the fitted values.
//
// In units of sigma for observations and of the prior's standard deviation for parameters the prior is 1 in every
// direction. A direction whose singular value is above 1 is decided by the observations, one below by the prior:
// sloppy.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "analysis/scenario/prior.hpp"

namespace vqlab {

struct SingularDirection {
  double singular_value = 0;
  Eigen::VectorXd weights;  // in prior standard deviations, of length 1; the largest is positive
};

struct Identification {
  Eigen::VectorXd posterior_sd;               // of ln p
  std::vector<SingularDirection> directions;  // the sloppiest first
};

// The mean of J^T J, without what noise adds to it: `jacobians`, with one random seed each, at least two, are in units
// of sigma. Only products of different ones are averaged, and noise of different seeds has no product.
[[nodiscard]] Eigen::MatrixXd information(const std::vector<Eigen::MatrixXd>& jacobians);

// `jacobians`: d ln(model) / d ln p, as above.
[[nodiscard]] Identification identify(const std::vector<Eigen::MatrixXd>& jacobians, const std::vector<Prior>& priors,
                                      const Eigen::VectorXd& sigma);

}  // namespace vqlab
