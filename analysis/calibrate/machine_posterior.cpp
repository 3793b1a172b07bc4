#include "analysis/calibrate/machine_posterior.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>
#include <utility>

#include "analysis/app/aligned_table.hpp"
#include "analysis/calibrate/least_squares.hpp"
#include "analysis/calibrate/linear_posterior.hpp"
#include "analysis/calibrate/observations.hpp"
#include "analysis/scenario/uncertain_params.hpp"
#include "models/base/rng.hpp"

namespace vqlab {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t kPairs = 24;  // of plausible machines whose mean is taken
constexpr int kRounds = 2;          // of moving it
constexpr double k2To32 = 4294967296.0;
constexpr double kNarrowed = 0.9;  // of the prior's standard deviation: parameters that are told of lie below

bool member_of(const std::string& name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Whether the parameter is the same one in both studies, if both read it.
bool is_shared(const FitPlan& plan, const ParamRef& param, std::size_t one, std::size_t other) {
  return member_of(param.section->key, plan.same) ||
         plan.studies[one].study->machine == plan.studies[other].study->machine;
}

// Standard normal, by Box and Muller; the same for the same `name`.
std::vector<double> normal_numbers(std::size_t name, std::size_t count) {
  RandomStream stream(0, fmt::format("posterior/{}", name));
  std::vector<double> numbers;
  while (numbers.size() < count) {
    const double radius = std::sqrt(-2 * std::log((stream.next32() + 0.5) / k2To32));
    const double angle = 2 * std::numbers::pi * (stream.next32() / k2To32);
    numbers.push_back(radius * std::cos(angle));
    numbers.push_back(radius * std::sin(angle));
  }
  numbers.resize(count);
  return numbers;
}

class PosteriorRun {
 public:
  PosteriorRun(const PosteriorOrder& order, Simulations& simulations)
      : plan_(with_uncertain_params(order.plan)),
        fitted_(order.plan.free.size()),
        observations_(plan_, simulations),
        on_phase_(order.on_phase) {
    for (std::size_t i = 0; i < plan_.free.size(); ++i) {
      const FreeParam& free = plan_.free[i];
      values_.push_back(i < fitted_ ? order.values[i] : *free.usual);
      if (free.held) continue;
      varied_.push_back(i);
      priors_.emplace_back(free.range.min, free.range.max);
    }
    if (on_phase_)
      on_phase_(fmt::format("derivatives by {} uncertain parameters, {} seeds", varied_.size(),
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
    shift(found, residuals + observations_.published(), seeds);
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
      all_.ranges.push_back(free.range);
      all_.ln_sd.push_back(posterior_.params.back().posterior_sd);
      all_.correlation.emplace_back();
      for (std::size_t j = 0; j <= i; ++j)
        all_.correlation.back().push_back(i == j ? 1
                                                 : found.covariance(static_cast<Index>(i), static_cast<Index>(j)) *
                                                       priors_[i].sd() * priors_[j].sd() /
                                                       (all_.ln_sd[i] * all_.ln_sd[j]));
    }
  }

  // Where costs spread by factors, their sums are larger on average than at the machine's values, and what the machines
  // give is smaller. The published values know these sums: the mean of z moves until plausible machines give on average
  // what the machine gives, as far as its own prior lets it (Gauss-Newton on both).
  void shift(const LinearPosterior& found, const VectorXd& of_machine, const std::vector<std::uint64_t>& seeds) {
    if (on_phase_) on_phase_(fmt::format("{} plausible machines, {} times", 2 * kPairs, kRounds + 1));
    const auto count = static_cast<Index>(varied_.size());
    VectorXd z = VectorXd::Zero(count);
    for (int round = 0;; ++round) {
      all_.ln_shift.clear();
      for (Index i = 0; i < count; ++i) all_.ln_shift.push_back(z[i] * priors_[static_cast<std::size_t>(i)].sd());
      const VectorXd excess = mean_of_machines(seeds) - of_machine;
      const double size = std::sqrt(excess.squaredNorm() / static_cast<double>(excess.size()));
      (round == 0 ? posterior_.shift.before : posterior_.shift.after) = size;
      if (round == kRounds) return;
      z = -found.gain * (excess - found.by_z * z);
    }
  }

  // Of the logarithms. Machines come in pairs to either side of the mean: what is linear has no part in it.
  [[nodiscard]] VectorXd mean_of_machines(const std::vector<std::uint64_t>& seeds) const {
    std::vector<double> centre;
    for (const std::size_t one : varied_) centre.push_back(values_[one]);
    VectorXd sum = VectorXd::Zero(observations_.published().size());
    for (std::size_t s = 0; s < seeds.size(); ++s) {
      std::vector<VectorXd> points;
      for (std::size_t pair = s; pair < kPairs; pair += seeds.size()) {
        std::vector<double> normals = normal_numbers(pair, varied_.size());
        for (int side = 0; side < 2; ++side) {
          const std::vector<double> values = posterior_values(all_, centre, normals);
          points.emplace_back(VectorXd::NullaryExpr(static_cast<Index>(values.size()), [&values](Index i) {
            return std::log(values[static_cast<std::size_t>(i)]);
          }));
          for (double& one : normals) one = -one;
        }
      }
      for (const VectorXd& one : model({seeds[s]})(points)) sum += one;
    }
    return sum / static_cast<double>(2 * kPairs);
  }

  [[nodiscard]] Posterior of_study(std::size_t study, double scale) const {
    Posterior posterior;
    std::vector<std::size_t> own;
    for (std::size_t i = 0; i < varied_.size(); ++i) {
      if (!plan_.free[varied_[i]].is_of(study)) continue;
      posterior.parameters.push_back(posterior_.params[i].path);
      posterior.ranges.push_back(all_.ranges[i]);
      posterior.ln_sd.push_back(all_.ln_sd[i]);
      posterior.ln_shift.push_back(all_.ln_shift[i]);
      posterior.correlation.emplace_back();
      own.push_back(i);
      for (const std::size_t j : own) posterior.correlation.back().push_back(all_.correlation[i][j]);
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
  const Observations observations_;
  std::vector<double> values_;       // of all parameters
  std::vector<std::size_t> varied_;  // positions of those that are not held
  std::vector<Prior> priors_;        // of these
  std::function<void(const std::string&)> on_phase_;
  Posterior all_;  // of all studies together, without words
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
      const auto range = prior_range(*plan.studies[study].study, param);
      if (!range) continue;
      const double value = machine_value(param, *plan.studies[study].study);
      const auto other = std::find_if(begin, all.free.end(), [&](const FreeParam& one) {
        return is_it(one) && one.usual == value && is_shared(plan, param, one.studies.front(), study);
      });
      if (other != all.free.end())
        other->studies.push_back(study);
      else
        all.free.push_back({param, range->bounds, {study}, std::nullopt, value});
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
  text += fmt::format("mean of plausible machines beside the machine: {:.1f} %, and {:.1f} % after a shift (rms)\n",
                      100 * posterior.shift.before, 100 * posterior.shift.after);
  for (std::size_t i = 0; i < plan.studies.size(); ++i)
    text += fmt::format("discrepancy of {}: {:.1f} %\n", plan.studies[i].study->name,
                        posterior.by_study[i].discrepancy_percent);
  std::vector<std::vector<std::string>> lines{
      {"fitted, or narrower than its range", "value", "range", "prior sd", "sd of ln p", ""}};
  for (const PosteriorParam& param : posterior.params)
    if (param.fitted || param.posterior_sd < kNarrowed * param.prior_sd)
      lines.push_back({param.path, fmt::format("{:g}", param.value),
                       fmt::format("{:.4g} to {:.4g}", param.range.min, param.range.max),
                       fmt::format("{:.2f}", param.prior_sd), fmt::format("{:.2f}", param.posterior_sd),
                       param.fitted ? "fitted" : ""});
  return text + aligned_table(lines);
}

}  // namespace vqlab
