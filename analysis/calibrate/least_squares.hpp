// Fits the parameters of a model to observations: Levenberg-Marquardt on the logarithms of the parameters.
//
// Residuals: for each observation ln(model / observed) / sigma, and for each parameter its distance from the middle of
// its prior in standard deviations (z in prior.hpp).
#pragma once

#include <Eigen/Core>
#include <functional>
#include <string>
#include <vector>

#include "analysis/scenario/prior.hpp"

namespace vqlab {

// Logarithms of what the model gives for each observation, at each of the points; a point holds ln p of each parameter.
// All points of one call are asked at once, so that they can be computed in parallel.
using LogModel = std::function<std::vector<Eigen::VectorXd>(const std::vector<Eigen::VectorXd>& points)>;

// Where a fit stands after an iteration; iteration 0 is the start.
struct FitStep {
  int iteration = 0;
  double objective = 0;     // sum of the squared residuals
  double mape_percent = 0;  // of the observations
};

struct FitProblem {
  std::vector<Prior> priors;  // one for each parameter
  Eigen::VectorXd start;      // ln p
  Eigen::VectorXd observed;   // ln of each observation
  Eigen::VectorXd sigma;      // of each, the standard deviation of ln(model / observed); above 0
  LogModel model;
  int iterations_max = 12;
  std::function<void(const FitStep&)> on_step;  // may be empty
};

struct Fit {
  Eigen::VectorXd log_values;  // ln p, inside the ranges
  std::vector<FitStep> steps;
  std::string end_reason;
};

// What the model throws leaves through here.
[[nodiscard]] Fit fit(const FitProblem& problem);

// d ln(model) / d ln p at the point: central differences over half a prior's standard deviation to either side, less
// where the range ends. A step that small against the range is large against the noise of a simulation.
[[nodiscard]] Eigen::MatrixXd log_jacobian(const LogModel& model, const std::vector<Prior>& priors,
                                           const Eigen::VectorXd& log_values);

}  // namespace vqlab
