// What observations leave open of all uncertain parameters together, in a model that is linear in them.
#pragma once

#include <Eigen/Core>
#include <vector>

namespace vqlab {

struct LinearPosterior {
  Eigen::MatrixXd covariance;  // of z, whose prior is 1
  double scale = 1;            // that sigma is multiplied by (Birge); at least 1
  double effective = 0;        // parameters that the observations decide among the fitted ones
  Eigen::Index decided = 0;    // directions that they decide more than the priors do
  Eigen::MatrixXd by_z;        // d ln(model) / d z, mean of the seeds, in directions that stand out of their noise
  Eigen::MatrixXd gain;        // by which z moves for a change of ln(observed), as far as priors let it
};

// `by_z`: d ln(model) / d z with one random seed each, at least two; what noise has in common is not taken for
// information. `residuals`: ln(model / observed). The first `fitted` columns are parameters that the residuals were
// made small with. Sigma is scaled up until chi^2 / (observations - effective parameters) is 1.
[[nodiscard]] LinearPosterior linear_posterior(const std::vector<Eigen::MatrixXd>& by_z,
                                               const Eigen::VectorXd& residuals, const Eigen::VectorXd& sigma,
                                               Eigen::Index fitted);

}  // namespace vqlab
