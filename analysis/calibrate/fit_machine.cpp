#include "analysis/calibrate/fit_machine.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "analysis/calibrate/identification.hpp"
#include "analysis/calibrate/least_squares.hpp"
#include "analysis/scenario/machine_text.hpp"
#include "build_info.hpp"

namespace vqlab {
namespace {

using Eigen::VectorXd;

class MachineFit {
 public:
  MachineFit(const CalibrationOrder& order, Simulations& simulations)
      : order_(order), settings_(order.study.calibration->settings), simulations_(simulations) {
    for (const FitCell& cell : order.plan.cells)
      if (!cell.held_out) training_.push_back(&cell);
    for (const ParamRef& param : order.plan.free) {
      priors_.emplace_back(param.row->plausible.min, param.row->plausible.max);
      before_.push_back(number_of(param, order.plan.cells.front().spec));
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

 private:
  void phase(const std::string& what) const {
    if (order_.on_phase) order_.on_phase(what);
  }

  void begin_record() {
    record_.study = order_.study.name;
    record_.machine = order_.study.machine.empty() ? order_.study.name : order_.study.machine;
    record_.hold_out = order_.plan.hold_out;
    record_.command = order_.command;
    record_.version = build_version();
    record_.commit = build_commit();
    record_.metric = order_.table.metric;
    record_.source = order_.table.source;
    record_.sigma_percent = settings_.sigma_percent;
    record_.simulated_s = settings_.simulated_s;
    record_.fit_seeds = seeds_from(settings_.runs);
    record_.seeds = order_.study.seeds;
  }

  [[nodiscard]] std::vector<std::uint64_t> seeds_from(std::uint32_t count) const {
    std::vector<std::uint64_t> seeds;
    for (std::uint32_t i = 0; i < count; ++i) seeds.push_back(settings_.seed + i);
    return seeds;
  }

  FitProblem problem() {
    FitProblem problem;
    problem.priors = priors_;
    const auto parameters = static_cast<Eigen::Index>(priors_.size());
    problem.start.resize(parameters);
    for (Eigen::Index i = 0; i < parameters; ++i) problem.start[i] = std::log(before_[static_cast<std::size_t>(i)]);
    problem.observed.resize(static_cast<Eigen::Index>(training_.size()));
    for (std::size_t i = 0; i < training_.size(); ++i)
      problem.observed[static_cast<Eigen::Index>(i)] = std::log(training_[i]->published);
    problem.sigma = settings_.sigma_percent / 100;
    problem.model = model(record_.fit_seeds);
    problem.iterations_max = static_cast<int>(settings_.iterations);
    problem.on_step = [this](const FitStep& step) {
      if (order_.on_iteration) order_.on_iteration({step.iteration, step.objective, step.mape_percent});
    };
    return problem;
  }

  // Mean over the seeds of each training cell, in one batch for all points.
  [[nodiscard]] LogModel model(const std::vector<std::uint64_t>& seeds) const {
    return [this, seeds](const std::vector<VectorXd>& points) {
      std::vector<Question> questions;
      for (const VectorXd& point : points)
        for (const FitCell* cell : training_)
          for (const std::uint64_t seed : seeds)
            questions.push_back({cell, simulated_values(point), seed, settings_.simulated_s});
      const std::vector<double> answers = simulations_.answer(order_.plan.free, questions);
      std::vector<VectorXd> logs;
      auto next = answers.begin();
      for (std::size_t p = 0; p < points.size(); ++p) {
        VectorXd log(static_cast<Eigen::Index>(training_.size()));
        for (double& cell : log) {
          double sum = 0;
          for (std::size_t i = 0; i < seeds.size(); ++i) sum += *next++;
          cell = std::log(sum / static_cast<double>(seeds.size()));
        }
        logs.push_back(std::move(log));
      }
      return logs;
    };
  }

  [[nodiscard]] std::vector<double> simulated_values(const VectorXd& log_values) const {
    std::vector<double> values;
    for (std::size_t i = 0; i < priors_.size(); ++i)
      values.push_back(simulated_value(order_.plan.free[i], std::exp(log_values[static_cast<Eigen::Index>(i)])));
    return values;
  }

  void record_params(const VectorXd& log_values) {
    for (std::size_t i = 0; i < priors_.size(); ++i) {
      const ParamRef& param = order_.plan.free[i];
      // As the machine file has it.
      const double value = rounded_value(param, std::exp(log_values[static_cast<Eigen::Index>(i)]), 4);
      record_.params.push_back({path_of(param), param.row->unit, before_[i], param.row->plausible.min,
                                param.row->plausible.max, value, priors_[i].sd(), kNoValue});
    }
  }

  void record_identification(const VectorXd& log_values) {
    phase(fmt::format("derivatives at the fitted values, {} seeds", settings_.jacobian_runs));
    std::vector<Eigen::MatrixXd> jacobians;
    for (const std::uint64_t seed : seeds_from(settings_.jacobian_runs))
      jacobians.push_back(log_jacobian(model({seed}), priors_, log_values));
    const Identification found = identify(jacobians, priors_, settings_.sigma_percent / 100);
    for (std::size_t i = 0; i < priors_.size(); ++i)
      record_.params[i].posterior_sd = found.posterior_sd[static_cast<Eigen::Index>(i)];
    for (const SingularDirection& direction : found.directions) {
      FitDirection one{direction.singular_value, {}};
      for (std::size_t i = 0; i < priors_.size(); ++i)
        one.weights.emplace_back(record_.params[i].path, direction.weights[static_cast<Eigen::Index>(i)]);
      std::stable_sort(one.weights.begin(), one.weights.end(),
                       [](const auto& a, const auto& b) { return std::abs(a.second) > std::abs(b.second); });
      record_.directions.push_back(std::move(one));
    }
  }

  void record_cells() {
    phase("every cell at the study's own seeds, before and after");
    std::vector<double> fitted;
    for (const FittedParam& param : record_.params) fitted.push_back(param.fitted);
    const std::size_t seeds = record_.seeds.size();
    std::vector<Question> questions;
    for (const FitCell& cell : order_.plan.cells)
      for (const std::vector<double>& values : {before_, fitted})
        for (const std::uint64_t seed : record_.seeds) questions.push_back({&cell, values, seed, std::nullopt});
    const std::vector<double> answers = simulations_.answer(order_.plan.free, questions);
    auto next = answers.begin();
    const auto mean = [&next, seeds] {
      double sum = 0;
      for (std::size_t i = 0; i < seeds; ++i) sum += *next++;
      return sum / static_cast<double>(seeds);
    };
    for (const FitCell& cell : order_.plan.cells) {
      const double before = mean();
      const double after = mean();
      record_.cells.push_back({cell.curve, cell.targets, cell.published, before, after, cell.held_out,
                               cell.held_out ? interpolated(order_.plan, cell) : kNoValue});
    }
  }

  const CalibrationOrder& order_;
  const FitSettings& settings_;
  Simulations& simulations_;
  std::vector<const FitCell*> training_;
  std::vector<Prior> priors_;
  std::vector<double> before_;
  FitRecord record_;
};

std::string joined(const std::vector<std::uint64_t>& numbers) {
  std::string text;
  for (const std::uint64_t one : numbers) text += (text.empty() ? "" : ", ") + std::to_string(one);
  return text;
}

}  // namespace

FitRecord fit_machine(const CalibrationOrder& order, Simulations& simulations) {
  return MachineFit(order, simulations).run();
}

std::string fitted_machine_text(const Study& study, const FitRecord& record, const std::string& name) {
  MachineText text;
  text.name = name;
  text.title = fmt::format("{}, {} parameters fitted to {} of {} published values", record.machine,
                           record.params.size(), record.training().cells, record.cells.size());
  const ErrorSummary all = record.all();
  text.description = fmt::format(
      "Made by `{}` from machine {}, at commit {}. Published values: {}. Seeds of the fit: {}; {:.4g} s simulated for "
      "each cell. At seeds {} the mean absolute error over {} cells is {:.2f} %, the largest {:.1f} %. Fitted:",
      record.command, record.machine, record.commit, record.source, joined(record.fit_seeds), record.simulated_s,
      joined(record.seeds), all.cells, all.mean_percent, all.largest_percent);
  for (std::size_t i = 0; i < record.params.size(); ++i) {
    const FittedParam& param = record.params[i];
    text.description += fmt::format("{} {}", i == 0 ? "" : ",", param.path);
    const std::string verdict = param.verdict();
    if (!verdict.empty()) text.description += " (" + verdict + ")";
    text.values.push_back({param.path, param.fitted, "fitted" + (verdict.empty() ? "" : ": " + verdict)});
  }
  text.description += ". Everything else as in " + record.machine + ".";
  return machine_file_text(study, text);
}

}  // namespace vqlab
