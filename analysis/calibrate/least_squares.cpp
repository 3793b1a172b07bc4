#include "analysis/calibrate/least_squares.hpp"

#include <algorithm>
#include <cmath>
#include <unsupported/Eigen/NonLinearOptimization>

namespace vqlab {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kStep = 0.5;               // of the derivatives, in standard deviations of the prior
constexpr double kSmallestGain = 2e-3;      // of the objective, relative: below it the fit has ended
constexpr double kSmallestMovement = 2e-3;  // in z, relative

// The problem as Eigen's method sees it.
class Residuals {
 public:
  explicit Residuals(const FitProblem& problem) : problem_(problem) {}

  [[nodiscard]] int values() const { return static_cast<int>(problem_.observed.size() + problem_.start.size()); }

  int operator()(const VectorXd& z, VectorXd& residuals) const {
    residuals.resize(values());
    residuals << (problem_.model({log_values(z)}).front() - problem_.observed).cwiseQuotient(problem_.sigma), z;
    return 0;
  }

  int df(const VectorXd& z, MatrixXd& jacobian) const {
    const Index parameters = z.size();
    jacobian.setZero(values(), parameters);
    jacobian.topRows(problem_.observed.size()) =
        problem_.sigma.cwiseInverse().asDiagonal() * log_jacobian(problem_.model, problem_.priors, log_values(z));
    for (Index i = 0; i < parameters; ++i) jacobian.col(i) *= problem_.priors[static_cast<std::size_t>(i)].slope(z[i]);
    jacobian.bottomRows(parameters).setIdentity();
    return 0;
  }

  [[nodiscard]] VectorXd log_values(const VectorXd& z) const {
    VectorXd values(z.size());
    for (Index i = 0; i < z.size(); ++i) values[i] = problem_.priors[static_cast<std::size_t>(i)].log_value(z[i]);
    return values;
  }

 private:
  const FitProblem& problem_;
};

double mape_percent(const VectorXd& residuals, const FitProblem& problem) {
  const VectorXd of_data = residuals.head(problem.observed.size()).cwiseProduct(problem.sigma);
  return 100 * (of_data.array().exp() - 1).abs().mean();
}

std::string reason(Eigen::LevenbergMarquardtSpace::Status status) {
  namespace space = Eigen::LevenbergMarquardtSpace;
  switch (status) {
    case space::Running: return "the most iterations allowed";
    case space::RelativeReductionTooSmall:
    case space::RelativeErrorAndReductionTooSmall: return "the last step changed next to nothing";
    case space::RelativeErrorTooSmall: return "no step leads further down";
    case space::CosinusTooSmall:
    case space::GtolTooSmall: return "the gradient is zero";
    default: return "the steps have become too small for the computer's numbers";
  }
}

}  // namespace

Fit fit(const FitProblem& problem) {
  Residuals residuals(problem);
  VectorXd z(problem.start.size());
  for (Index i = 0; i < z.size(); ++i) z[i] = problem.priors[static_cast<std::size_t>(i)].z_of(problem.start[i]);

  Eigen::LevenbergMarquardt<Residuals> method(residuals);
  method.parameters.ftol = kSmallestGain;
  method.parameters.xtol = kSmallestMovement;
  method.parameters.maxfev = 1000 * (z.size() + 1);
  // Standard deviations of priors are a scale of their own.
  method.useExternalScaling = true;
  method.diag = VectorXd::Ones(z.size());

  Fit result;
  const auto note = [&](int iteration) {
    result.steps.push_back({iteration, method.fvec.squaredNorm(), mape_percent(method.fvec, problem)});
    if (problem.on_step) problem.on_step(result.steps.back());
  };
  auto status = method.minimizeInit(z);
  note(0);
  for (int iteration = 1; iteration <= problem.iterations_max; ++iteration) {
    status = method.minimizeOneStep(z);
    note(iteration);
    if (status != Eigen::LevenbergMarquardtSpace::Running) break;
  }
  result.log_values = residuals.log_values(z);
  result.end_reason = reason(status);
  return result;
}

MatrixXd log_jacobian(const LogModel& model, const std::vector<Prior>& priors, const VectorXd& log_values) {
  std::vector<VectorXd> points;
  for (Index i = 0; i < log_values.size(); ++i) {
    const Prior& prior = priors[static_cast<std::size_t>(i)];
    VectorXd below = log_values;
    VectorXd above = log_values;
    below[i] = std::max(prior.log_min(), log_values[i] - kStep * prior.sd());
    above[i] = std::min(prior.log_max(), log_values[i] + kStep * prior.sd());
    points.push_back(std::move(below));
    points.push_back(std::move(above));
  }
  const std::vector<VectorXd> answers = model(points);
  MatrixXd jacobian(answers.front().size(), log_values.size());
  for (Index i = 0; i < log_values.size(); ++i) {
    const auto at = static_cast<std::size_t>(2 * i);
    jacobian.col(i) = (answers[at + 1] - answers[at]) / (points[at + 1][i] - points[at][i]);
  }
  return jacobian;
}

}  // namespace vqlab
