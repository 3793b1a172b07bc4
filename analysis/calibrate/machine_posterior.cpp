#include "analysis/calibrate/machine_posterior.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "analysis/app/aligned_table.hpp"
#include "analysis/calibrate/least_squares.hpp"
#include "analysis/calibrate/linear_posterior.hpp"
#include "analysis/calibrate/observations.hpp"
#include "analysis/scenario/uncertain_params.hpp"

namespace vqlab {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kNarrowed = 0.9;  // of the prior's standard deviation: parameters that are told of lie below

bool member_of(const std::string& name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Whether the parameter is the same one in both studies, if both read it.
bool is_shared(const FitPlan& plan, const ParamRef& param, std::size_t one, std::size_t other) {
  return member_of(param.section->key, plan.same) ||
         plan.studies[one].study->machine == plan.studies[other].study->machine;
}

class PosteriorRun {
 public:
  PosteriorRun(const PosteriorOrder& order, Simulations& simulations)
      : plan_(with_uncertain_params(order.plan)),
        fitted_(order.plan.free.size()),
        simulations_(simulations),
        observations_(plan_, simulations) {
    for (std::size_t i = 0; i < plan_.free.size(); ++i) {
      const FreeParam& free = plan_.free[i];
      values_.push_back(i < fitted_ ? order.values[i] : *free.usual);
      if (free.held) continue;
      varied_.push_back(i);
      priors_.emplace_back(free.range.min, free.range.max);
    }
    if (order.on_phase)
      order.on_phase(fmt::format("derivatives by {} uncertain parameters, {} seeds", varied_.size(),
                                 plan_.settings.jacobian_runs));
  }

  PlanPosterior run() {
    const auto count = static_cast<Index>(varied_.size());
    VectorXd log_values(count);
    VectorXd slopes(count);
    for (Index i = 0; i < count; ++i) {
      const auto at = static_cast<std::size_t>(i);
      log_values[i] = std::log(values_[varied_[at]]);
      slopes[i] = priors_[at].slope(priors_[at].z_of(log_values[i]));
    }
    const std::vector<std::uint64_t> seeds = fit_seeds(plan_, plan_.settings.jacobian_runs);
    std::vector<MatrixXd> by_z;
    for (const std::uint64_t seed : seeds)
      by_z.emplace_back(log_jacobian(model({seed}), priors_, log_values) * slopes.asDiagonal());
    const VectorXd residuals = model(seeds)({log_values}).front() - observations_.published();
    const VectorXd& sigma = observations_.sigma();
    const LinearPosterior found = linear_posterior(by_z, residuals, sigma, fitted_count());
    record(found);
    posterior_.observations = static_cast<std::size_t>(residuals.size());
    posterior_.chi_squared = residuals.cwiseQuotient(sigma).squaredNorm();
    for (std::size_t study = 0; study < plan_.studies.size(); ++study)
      posterior_.by_study.push_back(of_study(study, found.scale));
    return std::move(posterior_);
  }

 private:
  [[nodiscard]] Index fitted_count() const {
    return std::count_if(varied_.begin(), varied_.end(), [this](std::size_t one) { return one < fitted_; });
  }

  [[nodiscard]] LogModel model(const std::vector<std::uint64_t>& seeds) const {
    return [this, seeds](const std::vector<VectorXd>& points) {
      std::vector<std::vector<double>> all;
      for (const VectorXd& point : points) {
        std::vector<double> values = values_;
        for (std::size_t i = 0; i < varied_.size(); ++i)
          values[varied_[i]] = simulated_value(plan_.free[varied_[i]], std::exp(point[static_cast<Index>(i)]));
        all.push_back(std::move(values));
      }
      return observations_.log_values(all, seeds);
    };
  }

  void record(const LinearPosterior& found) {
    posterior_.scale = found.scale;
    posterior_.effective = found.effective;
    posterior_.decided = static_cast<std::size_t>(found.decided);
    for (std::size_t i = 0; i < varied_.size(); ++i) {
      const FreeParam& free = plan_.free[varied_[i]];
      const double sd = std::sqrt(found.covariance(static_cast<Index>(i), static_cast<Index>(i)));
      posterior_.params.push_back({path_of(free.param), values_[varied_[i]], free.range, priors_[i].sd(),
                                   priors_[i].sd() * sd, varied_[i] < fitted_, free.studies});
      posterior_.covariance.emplace_back();
      for (std::size_t j = 0; j < varied_.size(); ++j)
        posterior_.covariance.back().push_back(found.covariance(static_cast<Index>(i), static_cast<Index>(j)) *
                                               priors_[i].sd() * priors_[j].sd());
    }
  }

  [[nodiscard]] Posterior of_study(std::size_t study, double scale) const {
    Posterior posterior;
    std::vector<std::size_t> own;
    for (std::size_t i = 0; i < varied_.size(); ++i) {
      const UncertainParam& param = posterior_.params[i];
      if (!plan_.free[varied_[i]].is_of(study)) continue;
      posterior.parameters.push_back(param.path);
      posterior.ranges.push_back(param.range);
      posterior.ln_sd.push_back(param.posterior_sd);
      posterior.correlation.emplace_back();
      own.push_back(i);
      for (const std::size_t j : own)
        posterior.correlation.back().push_back(
            i == j ? 1 : posterior_.covariance[i][j] / param.posterior_sd / posterior_.params[j].posterior_sd);
    }
    posterior.discrepancy_percent = scale * plan_.studies[study].sigma_percent;
    const auto seen =
        std::count_if(plan_.cells.begin(), plan_.cells.end(), [](const FitCell& cell) { return !cell.held_out; });
    posterior.source = fmt::format("{} published values", seen);
    if (plan_.studies.size() > 1) posterior.source += fmt::format(" of {} studies", plan_.studies.size());
    if (!plan_.hold_out.empty()) posterior.source += ", without " + plan_.hold_out;
    return posterior;
  }

  const FitPlan plan_;
  const std::size_t fitted_;  // so many of the parameters are free in the plan as it came
  Simulations& simulations_;
  const Observations observations_;
  std::vector<double> values_;       // of all parameters
  std::vector<std::size_t> varied_;  // positions of those that are not held
  std::vector<Prior> priors_;        // of these
  PlanPosterior posterior_;
};

}  // namespace

FitPlan with_uncertain_params(const FitPlan& plan) {
  FitPlan all = plan;
  for (std::size_t study = 0; study < plan.studies.size(); ++study)
    for (const ParamRef& param : uncertain_params(*plan.studies[study].study)) {
      const auto is_it = [&](const FreeParam& one) { return path_of(one.param) == path_of(param); };
      const auto begin = all.free.begin();
      const auto is_known = [&](const FreeParam& one) { return is_it(one) && one.is_of(study); };
      if (std::any_of(begin, all.free.end(), is_known)) continue;
      const double value = machine_value(param, *plan.studies[study].study);
      const auto other = std::find_if(begin, all.free.end(), [&](const FreeParam& one) {
        return is_it(one) && one.usual == value && is_shared(plan, param, one.studies.front(), study);
      });
      if (other != all.free.end())
        other->studies.push_back(study);
      else
        all.free.push_back({param, uncertain_range(param, value), {study}, std::nullopt, value});
    }
  return all;
}

PlanPosterior machine_posterior(const PosteriorOrder& order, Simulations& simulations) {
  return PosteriorRun(order, simulations).run();
}

std::string posterior_report(const FitPlan& plan, const PlanPosterior& posterior) {
  std::string text = fmt::format(
      "posterior of {} uncertain parameters, {} of them fitted: {} directions are decided by {} values, the others by "
      "the\nranges. chi^2 {:.1f}, {:.1f} effective parameters, so every sigma is taken times {:.2f}\n",
      posterior.params.size(),
      std::count_if(posterior.params.begin(), posterior.params.end(), [](const auto& one) { return one.fitted; }),
      posterior.decided, posterior.observations, posterior.chi_squared, posterior.effective, posterior.scale);
  for (std::size_t i = 0; i < plan.studies.size(); ++i)
    text += fmt::format("discrepancy of {}: {:.1f} %\n", plan.studies[i].study->name,
                        posterior.by_study[i].discrepancy_percent);
  std::vector<std::vector<std::string>> lines{
      {"fitted, or narrower than its range", "value", "range", "prior sd", "sd of ln p", ""}};
  for (const UncertainParam& param : posterior.params)
    if (param.fitted || param.posterior_sd < kNarrowed * param.prior_sd)
      lines.push_back({param.path, fmt::format("{:g}", param.value),
                       fmt::format("{:.4g} to {:.4g}", param.range.min, param.range.max),
                       fmt::format("{:.2f}", param.prior_sd), fmt::format("{:.2f}", param.posterior_sd),
                       param.fitted ? "fitted" : ""});
  return text + aligned_table(lines);
}

}  // namespace vqlab
