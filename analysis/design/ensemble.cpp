#include "analysis/design/ensemble.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <set>
#include <unsupported/Eigen/SpecialFunctions>

#include "models/base/ensure.hpp"
#include "models/base/rng.hpp"

namespace vqlab {
namespace {

constexpr double kLeftAtMost = 0.95 * 0.95;  // of the variance before, at most

using Index = Eigen::Index;

Index column(std::size_t reading) { return static_cast<Index>(reading) + 1; }

// Of the verdict, given some readings.
struct Conditional {
  Eigen::MatrixXd readings;  // their covariance
  Eigen::VectorXd with;      // theirs with the verdict
};

Conditional conditional(const Eigen::MatrixXd& covariance, const std::vector<std::size_t>& readings) {
  const auto count = static_cast<Index>(readings.size());
  Conditional of{Eigen::MatrixXd(count, count), Eigen::VectorXd(count)};
  for (Index i = 0; i < count; ++i) {
    const Index row = column(readings[static_cast<std::size_t>(i)]);
    of.with[i] = covariance(0, row);
    for (Index j = 0; j < count; ++j)
      of.readings(i, j) = covariance(row, column(readings[static_cast<std::size_t>(j)]));
  }
  return of;
}

std::vector<std::size_t> with_readings(std::vector<std::size_t> some, const std::vector<std::size_t>& more) {
  some.insert(some.end(), more.begin(), more.end());
  return some;
}

// One unit's best counters.
DesignStep best_of(const JointNormal& normal, const DesignUnit& unit) {
  DesignStep step;
  double variance = normal.variance();
  for (std::size_t round = 0; round < 2; ++round) {
    std::size_t best = unit.counters.size();
    double least = variance * (round == 0 ? 1 : kLeftAtMost);
    for (std::size_t counter = 0; counter < unit.counters.size(); ++counter) {
      if (unit.counters[counter].empty() || (round == 1 && counter == step.counters.front())) continue;
      const double left = normal.variance_given(with_readings(step.readings, unit.counters[counter]));
      if (left < least) {
        least = left;
        best = counter;
      }
    }
    if (best == unit.counters.size()) break;
    variance = least;
    step.counters.push_back(best);
    step.readings = with_readings(step.readings, unit.counters[best]);
  }
  step.sd = std::sqrt(variance);
  return step;
}

double standard_normal(RandomStream& random) {
  constexpr double kOf = 4294967296.0;  // 2^32
  return Eigen::numext::ndtri((static_cast<double>(random.next32()) + 0.5) / kOf);
}

}  // namespace

JointNormal::JointNormal(const std::vector<double>& verdict, const std::vector<Reading>& readings,
                         const MeasurementErrors& errors)
    : samples_(static_cast<Index>(verdict.size()), column(readings.size())),
      errors_(errors),
      machines_(static_cast<double>(verdict.size())) {
  ensure(verdict.size() >= 3, "a covariance needs machines");
  samples_.col(0) = Eigen::Map<const Eigen::VectorXd>(verdict.data(), samples_.rows());
  for (std::size_t i = 0; i < readings.size(); ++i) {
    samples_.col(column(i)) = Eigen::Map<const Eigen::VectorXd>(readings[i].values.data(), samples_.rows());
    groups_.push_back(readings[i].group);
  }
  mean_ = samples_.colwise().mean();
  const Eigen::MatrixXd centred = samples_.rowwise() - mean_.transpose();
  covariance_ = centred.transpose() * centred / static_cast<double>(samples_.rows() - 1);
  add_errors(covariance_);
}

void JointNormal::add_errors(Eigen::MatrixXd& covariance) const {
  const double shared = errors_.discrepancy * errors_.discrepancy;
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    covariance(column(i), column(i)) += errors_.repetition * errors_.repetition;
    for (std::size_t j = 0; j < groups_.size(); ++j)
      if (groups_[i] == groups_[j]) covariance(column(i), column(j)) += shared;
  }
}

JointNormal JointNormal::without(std::size_t machine) const {
  JointNormal other = *this;
  const double count = machines_;
  const Eigen::VectorXd distance = samples_.row(static_cast<Index>(machine)).transpose() - mean_;
  other.machines_ = count - 1;
  other.mean_ = mean_ - distance / (count - 1);
  // The sum of squares loses count / (count - 1) times the square; errors are no part of it.
  Eigen::MatrixXd errors = Eigen::MatrixXd::Zero(covariance_.rows(), covariance_.cols());
  add_errors(errors);
  other.covariance_ =
      ((covariance_ - errors) * (count - 1) - distance * distance.transpose() * (count / (count - 1))) / (count - 2) +
      errors;
  return other;
}

// As least squares predict a further observation: each coefficient takes a degree of freedom, and is not known exactly.
double JointNormal::widened(double variance, std::size_t further_readings) const {
  const auto coefficients = static_cast<double>(read_ + further_readings);
  const double freedom = std::max(1.0, machines_ - 1 - coefficients);
  return std::max(0.0, variance) * (machines_ - 1) / freedom * (1 + (1 + coefficients) / machines_);
}

double JointNormal::variance_given(const std::vector<std::size_t>& readings) const {
  const Conditional of = conditional(covariance_, readings);
  return widened(covariance_(0, 0) - of.with.dot(of.readings.ldlt().solve(of.with)), readings.size());
}

void JointNormal::read(const std::vector<std::size_t>& readings) {
  for (const std::size_t reading : readings) {
    const Eigen::VectorXd with = covariance_.col(column(reading));
    if (with[column(reading)] > 0) covariance_ -= with * with.transpose() / with[column(reading)];
  }
  read_ += readings.size();
}

double JointNormal::mean_given(const std::vector<std::size_t>& readings, const std::vector<double>& values) const {
  const Conditional of = conditional(covariance_, readings);
  Eigen::VectorXd distance(of.with.size());
  for (std::size_t i = 0; i < readings.size(); ++i)
    distance[static_cast<Index>(i)] = values[i] - mean_[column(readings[i])];
  return mean_[0] + of.with.dot(of.readings.ldlt().solve(distance));
}

std::vector<DesignStep> choose_measurements(JointNormal normal, const std::vector<DesignUnit>& units,
                                            std::size_t most_cells) {
  std::vector<DesignStep> steps;
  std::set<std::size_t> measured;
  for (;;) {
    DesignStep best;
    double most = 0;  // ln of the variance that goes, for each cell
    for (std::size_t unit = 0; unit < units.size(); ++unit) {
      const std::vector<std::size_t>& cells = units[unit].cells;
      if (measured.size() + cells.size() > most_cells ||
          std::any_of(cells.begin(), cells.end(), [&](std::size_t cell) { return measured.count(cell) > 0; }))
        continue;
      DesignStep step = best_of(normal, units[unit]);
      if (step.sd * step.sd > kLeftAtMost * normal.variance()) continue;
      const double gain =
          std::log(normal.variance() / std::max(step.sd * step.sd, 1e-12)) / static_cast<double>(cells.size());
      if (gain <= most) continue;
      most = gain;
      best = std::move(step);
      best.unit = unit;
    }
    if (best.readings.empty()) return steps;
    normal.read(best.readings);
    measured.insert(units[best.unit].cells.begin(), units[best.unit].cells.end());
    steps.push_back(std::move(best));
  }
}

std::vector<DesignCheck> check_design(const std::vector<double>& verdict, const std::vector<Reading>& readings,
                                      const MeasurementErrors& errors, const std::vector<DesignUnit>& units,
                                      std::size_t most_cells, std::size_t steps, std::uint64_t seed) {
  const JointNormal all(verdict, readings, errors);
  RandomStream random(seed, "design/errors of measurement");
  std::size_t groups = 0;
  for (const Reading& reading : readings) groups = std::max(groups, reading.group + 1);
  std::vector<DesignCheck> checks(steps + 1);
  for (std::size_t machine = 0; machine < verdict.size(); ++machine) {
    std::vector<double> missed;  // by the model, by group
    for (std::size_t group = 0; group < groups; ++group) missed.push_back(errors.discrepancy * standard_normal(random));
    std::vector<double> read;
    for (const Reading& reading : readings)
      read.push_back(reading.values[machine] + missed[reading.group] + errors.repetition * standard_normal(random));
    const JointNormal others = all.without(machine);
    const std::vector<DesignStep> chosen = choose_measurements(others, units, most_cells);
    std::vector<std::size_t> taken;
    std::vector<double> values;
    for (std::size_t step = 0; step <= steps; ++step) {
      if (step > 0 && step <= chosen.size())
        for (const std::size_t reading : chosen[step - 1].readings) {
          taken.push_back(reading);
          values.push_back(read[reading]);
        }
      const double left = others.variance_given(taken);
      const double mean = others.mean_given(taken, values);
      DesignCheck& check = checks[step];
      ++check.machines;
      const double value = verdict[machine];
      const double band = kNormal90 * std::sqrt(left);
      check.held += std::abs(value - mean) <= band ? 1 : 0;
      if (std::abs(mean) <= band) continue;
      ++check.sure;
      check.wrong += (mean > 0) != (value > 0) ? 1 : 0;
    }
  }
  return checks;
}

}  // namespace vqlab
