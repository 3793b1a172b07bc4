#include "analysis/calibrate/observations.hpp"

#include <cmath>
#include <utility>

namespace vqlab {

using Eigen::Index;
using Eigen::VectorXd;

Observations::Observations(const FitPlan& plan, Simulations& simulations) : plan_(plan), simulations_(simulations) {
  const auto most = static_cast<Index>(plan.cells.size() + plan.targets.size());
  published_.resize(most);
  sigma_.resize(most);
  for (const FitCell& cell : plan.cells)
    if (!cell.held_out) add(cell.place, nullptr, cell.published, plan.studies[cell.place.study].sigma_percent);
  for (const SoftTarget& target : plan.targets)
    if (!target.held_out) add(target.of, target.to ? &*target.to : nullptr, target.published, target.sigma_percent);
  published_.conservativeResize(static_cast<Index>(all_.size()));
  sigma_.conservativeResize(static_cast<Index>(all_.size()));
}

void Observations::add(const FitPlace& of, const FitPlace* to, double published, double sigma_percent) {
  const auto at = static_cast<Index>(all_.size());
  published_[at] = std::log(published);
  sigma_[at] = sigma_percent / 100;
  all_.push_back({&of, to});
}

std::vector<VectorXd> Observations::log_values(const std::vector<std::vector<double>>& points,
                                               const std::vector<std::uint64_t>& seeds) const {
  std::vector<Question> questions;
  const auto ask = [&](const FitPlace& place, const std::vector<double>& values) {
    for (const std::uint64_t seed : seeds)
      questions.push_back({&place, values, seed, plan_.studies[place.study].simulated_s});
  };
  for (const std::vector<double>& point : points)
    for (const Observation& one : all_) {
      ask(*one.of, point);
      if (one.to != nullptr) ask(*one.to, point);
    }
  const std::vector<double> answers = simulations_.answer(plan_.free, questions);
  auto next = answers.begin();
  const auto log_of_mean = [&next, &seeds] {
    double sum = 0;
    for (std::size_t i = 0; i < seeds.size(); ++i) sum += *next++;
    return std::log(sum / static_cast<double>(seeds.size()));
  };
  std::vector<VectorXd> logs;
  for (std::size_t p = 0; p < points.size(); ++p) {
    VectorXd log(published_.size());
    for (Index i = 0; i < log.size(); ++i) {
      log[i] = log_of_mean();
      if (all_[static_cast<std::size_t>(i)].to != nullptr) log[i] -= log_of_mean();
    }
    logs.push_back(std::move(log));
  }
  return logs;
}

std::vector<std::uint64_t> fit_seeds(const FitPlan& plan, std::uint32_t count) {
  std::vector<std::uint64_t> seeds;
  for (std::uint32_t i = 0; i < count; ++i) seeds.push_back(plan.settings.seed + i);
  return seeds;
}

}  // namespace vqlab
