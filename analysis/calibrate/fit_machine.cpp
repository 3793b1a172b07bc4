#include "analysis/calibrate/fit_machine.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "analysis/calibrate/identification.hpp"
#include "analysis/calibrate/least_squares.hpp"
#include "analysis/calibrate/observations.hpp"
#include "analysis/scenario/machine_text.hpp"
#include "build_info.hpp"

namespace vqlab {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr int kDigits = 4;  // of a value in a machine file

// Of the machine before the fit, in the first study that has the parameter. Precondition: the study has cells.
double value_before(const FitPlan& plan, const FreeParam& free) {
  const auto of_it = [&free](const FitCell& cell) { return free.is_of(cell.place.study); };
  return number_of(free.param, std::find_if(plan.cells.begin(), plan.cells.end(), of_it)->place.spec);
}

class MachineFit {
 public:
  MachineFit(const CalibrationOrder& order, Simulations& simulations)
      : order_(order),
        plan_(order.plan),
        settings_(order.plan.settings),
        simulations_(simulations),
        observations_(order.plan, simulations) {
    for (std::size_t i = 0; i < plan_.free.size(); ++i) {
      const FreeParam& free = plan_.free[i];
      before_.push_back(value_before(plan_, free));
      start_.push_back(free.held ? *free.held : order.start.empty() ? before_.back() : order.start[i]);
      if (free.held) continue;
      fitted_.push_back(i);
      priors_.emplace_back(free.range.min, free.range.max);
    }
  }

  FitRecord run() {
    begin_record();
    const Fit found = fit(problem());
    for (const FitStep& step : found.steps)
      record_.iterations.push_back({step.iteration, step.objective, step.mape_percent});
    record_.end_reason = found.end_reason;
    record_params(found.log_values);
    if (order_.identify) record_identification(found.log_values);
    record_cells();
    return std::move(record_);
  }

  // A Gauss-Newton step, as far as the ranges go. Priors are not bent here: a parameter that lies at a bound could not
  // leave it with a derivative by z.
  Outlook outlook() {
    const FitProblem here = problem();
    const auto parameters = here.start.size();
    VectorXd sd(parameters);
    VectorXd g(parameters);  // distance from the middle of the prior
    for (Index i = 0; i < parameters; ++i) {
      const Prior& prior = priors_[static_cast<std::size_t>(i)];
      sd[i] = prior.sd();
      g[i] = (here.start[i] - (prior.log_min() + prior.log_max()) / 2) / prior.sd();
    }
    const VectorXd residuals = (here.model({here.start}).front() - here.observed).cwiseQuotient(here.sigma);
    const Eigen::MatrixXd jacobian =
        here.sigma.cwiseInverse().asDiagonal() * log_jacobian(here.model, priors_, here.start) * sd.asDiagonal();
    Eigen::MatrixXd information = jacobian.transpose() * jacobian;
    information.diagonal().array() += 1;  // the priors'
    const VectorXd target = g - information.ldlt().solve(jacobian.transpose() * residuals + g);
    const double edge = (priors_.front().log_max() - priors_.front().log_min()) / (2 * priors_.front().sd());
    const VectorXd step = target.cwiseMax(-edge).cwiseMin(edge) - g;
    return {residuals.squaredNorm() + g.squaredNorm(),
            (residuals + jacobian * step).squaredNorm() + (g + step).squaredNorm()};
  }

 private:
  void phase(const std::string& what) const {
    if (order_.on_phase) order_.on_phase(what);
  }

  void begin_record() {
    record_.name = plan_.name;
    record_.hold_out = plan_.hold_out;
    record_.command = order_.command;
    record_.version = build_version();
    record_.commit = build_commit();
    record_.fit_seeds = fit_seeds(plan_, settings_.runs);
    for (const FitStudy& one : plan_.studies)
      record_.studies.push_back({one.study->name, one.study->machine.empty() ? one.study->name : one.study->machine,
                                 one.table.metric, one.table.axis, one.table.source, one.sigma_percent, one.simulated_s,
                                 order_.judge ? one.study->seeds : record_.fit_seeds, one.settings});
  }

  FitProblem problem() {
    FitProblem problem;
    problem.priors = priors_;
    problem.start.resize(static_cast<Index>(fitted_.size()));
    for (std::size_t i = 0; i < fitted_.size(); ++i)
      problem.start[static_cast<Index>(i)] = std::log(start_[fitted_[i]]);
    problem.observed = observations_.published();
    problem.sigma = observations_.sigma();
    problem.model = model(fit_seeds(plan_, settings_.runs));
    problem.iterations_max = static_cast<int>(order_.iterations.value_or(settings_.iterations));
    problem.on_step = [this](const FitStep& step) {
      if (order_.on_iteration) order_.on_iteration({step.iteration, step.objective, step.mape_percent});
    };
    return problem;
  }

  // In one batch for all points.
  [[nodiscard]] LogModel model(const std::vector<std::uint64_t>& seeds) const {
    return [this, seeds](const std::vector<VectorXd>& points) {
      std::vector<std::vector<double>> values;
      for (const VectorXd& point : points) values.push_back(simulated_values(point));
      return observations_.log_values(values, seeds);
    };
  }

  [[nodiscard]] std::vector<double> simulated_values(const VectorXd& log_values) const {
    std::vector<double> values = start_;
    for (std::size_t i = 0; i < fitted_.size(); ++i) values[fitted_[i]] = std::exp(log_values[static_cast<Index>(i)]);
    for (std::size_t i = 0; i < values.size(); ++i)
      if (!plan_.free[i].held) values[i] = simulated_value(plan_.free[i], values[i]);
    return values;
  }

  void record_params(const VectorXd& log_values) {
    const std::vector<double> values = simulated_values(log_values);
    for (std::size_t i = 0; i < plan_.free.size(); ++i) {
      const FreeParam& free = plan_.free[i];
      // As the machine file has it.
      const double value = free.held ? *free.held : rounded_value(free, values[i], kDigits);
      const Prior prior(free.range.min, free.range.max);
      record_.params.push_back({path_of(free.param), free.param.row->unit, before_[i], free.range.min, free.range.max,
                                value, prior.sd(), kNoValue, free.studies, free.held.has_value()});
    }
  }

  void record_identification(const VectorXd& log_values) {
    phase(fmt::format("derivatives at the fitted values, {} seeds", settings_.jacobian_runs));
    std::vector<Eigen::MatrixXd> jacobians;
    for (const std::uint64_t seed : fit_seeds(plan_, settings_.jacobian_runs))
      jacobians.push_back(log_jacobian(model({seed}), priors_, log_values));
    const Identification found = identify(jacobians, priors_, observations_.sigma());
    for (std::size_t i = 0; i < fitted_.size(); ++i)
      record_.params[fitted_[i]].posterior_sd = found.posterior_sd[static_cast<Index>(i)];
    for (const SingularDirection& direction : found.directions) {
      FitDirection one{direction.singular_value, {}};
      for (std::size_t i = 0; i < fitted_.size(); ++i)
        one.weights.emplace_back(record_.params[fitted_[i]].path, direction.weights[static_cast<Index>(i)]);
      std::stable_sort(one.weights.begin(), one.weights.end(),
                       [](const auto& a, const auto& b) { return std::abs(a.second) > std::abs(b.second); });
      record_.directions.push_back(std::move(one));
    }
  }

  void record_cells() {
    if (order_.judge) phase("every cell at its study's own seeds, before and after");
    std::vector<double> fitted;
    for (const FittedParam& param : record_.params) fitted.push_back(param.fitted);
    std::vector<Question> questions;
    const auto ask = [&](const FitPlace& place) {
      for (const std::vector<double>& values : {before_, fitted})
        for (const std::uint64_t seed : seeds_of(place)) questions.push_back({&place, values, seed, length_at(place)});
    };
    for (const FitCell& cell : plan_.cells) ask(cell.place);
    for (const SoftTarget& target : plan_.targets) {
      ask(target.of);
      if (target.to) ask(*target.to);
    }
    const std::vector<double> answers = simulations_.answer(plan_.free, questions);
    auto next = answers.begin();
    const auto mean = [&next](std::size_t seeds) {
      double sum = 0;
      for (std::size_t i = 0; i < seeds; ++i) sum += *next++;
      return sum / static_cast<double>(seeds);
    };
    for (const FitCell& cell : plan_.cells) {
      const std::size_t seeds = seeds_of(cell.place).size();
      const double before = mean(seeds);
      const double after = mean(seeds);
      record_.cells.push_back({cell.place.curve, cell.place.position, cell.published, before, after, cell.held_out,
                               cell.held_out ? interpolated(plan_, cell) : kNoValue, cell.place.study});
    }
    for (const SoftTarget& target : plan_.targets) {
      const std::size_t seeds = seeds_of(target.of).size();
      double before = mean(seeds);
      double after = mean(seeds);
      if (target.to) {
        before /= mean(seeds);
        after /= mean(seeds);
      }
      record_.targets.push_back(
          {target.name, target.of.study, target.sigma_percent, target.published, before, after, target.held_out});
    }
  }

  [[nodiscard]] const std::vector<std::uint64_t>& seeds_of(const FitPlace& place) const {
    return order_.judge ? plan_.studies[place.study].study->seeds : record_.fit_seeds;
  }
  [[nodiscard]] std::optional<double> length_at(const FitPlace& place) const {
    return order_.judge ? std::nullopt : std::optional(plan_.studies[place.study].simulated_s);
  }

  const CalibrationOrder order_;
  const FitPlan& plan_;
  const FitSettings& settings_;
  Simulations& simulations_;
  Observations observations_;
  std::vector<double> before_;       // of all free parameters
  std::vector<double> start_;        // the same; of a held one, what it is held at
  std::vector<std::size_t> fitted_;  // positions of those that are not held
  std::vector<Prior> priors_;        // of these
  FitRecord record_;
};

std::string joined(const std::vector<std::uint64_t>& numbers) {
  std::string text;
  for (const std::uint64_t one : numbers) text += (text.empty() ? "" : ", ") + std::to_string(one);
  return text;
}

}  // namespace

std::vector<double> machine_values(const FitPlan& plan) {
  std::vector<double> values;
  for (const FreeParam& free : plan.free) values.push_back(free.held ? *free.held : value_before(plan, free));
  return values;
}

FitRecord fit_machine(const CalibrationOrder& order, Simulations& simulations) {
  return MachineFit(order, simulations).run();
}

Outlook outlook(const FitPlan& plan, const std::vector<double>& values, Simulations& simulations) {
  return MachineFit({.plan = plan, .start = values}, simulations).outlook();
}

std::string fitted_machine_text(const FitPlan& plan, const FitRecord& record, std::size_t study,
                                const std::string& name, const std::optional<Posterior>& posterior) {
  const FittedStudy& one = record.studies[study];
  const bool joint = record.studies.size() > 1;
  MachineText text;
  text.name = name;
  text.posterior = posterior;
  text.title = fmt::format("{}, {} parameters fitted to {} of {} published values", one.machine, record.fitted_params(),
                           record.training().cells, record.cells.size());
  if (joint) text.title += fmt::format(" of {} studies", record.studies.size());
  std::string others;
  for (std::size_t i = 0; i < record.studies.size(); ++i)
    if (i != study) others += (others.empty() ? " " : ", ") + record.studies[i].name;
  const ErrorSummary all = record.all_of(study);
  text.description = fmt::format(
      "Made by `{}` from machine {}, at commit {}. Published values: {}. Seeds of the fit: {}; {:.4g} s simulated for "
      "each cell. At seeds {} the mean absolute error over {} cells is {:.2f} %, the largest {:.1f} %. Fitted:",
      record.command, one.machine, record.commit, one.source, joined(record.fit_seeds), one.simulated_s,
      joined(one.seeds), all.cells, all.mean_percent, all.largest_percent);
  if (joint) text.description.insert(text.description.rfind(" Fitted:"), " Fitted together with" + others + ".");
  bool first = true;
  for (std::size_t i = 0; i < record.params.size(); ++i) {
    const FittedParam& param = record.params[i];
    if (!plan.free[i].is_of(study)) continue;
    const bool alone = joint && param.studies.size() == 1;
    const std::string verdict = param.verdict();
    text.description += fmt::format("{} {}", first ? "" : ",", param.path);
    if (!verdict.empty()) text.description += " (" + verdict + ")";
    first = false;
    std::string source = param.held ? "held" : "fitted" + (verdict.empty() ? "" : ": " + verdict);
    if (joint) source += alone ? ", in " + one.name + " alone" : fmt::format(", in {} studies", param.studies.size());
    text.values.push_back({param.path, param.fitted, std::move(source)});
  }
  text.description += ". Everything else as in " + one.machine + ".";
  return machine_file_text(*plan.studies[study].study, text);
}

}  // namespace vqlab
