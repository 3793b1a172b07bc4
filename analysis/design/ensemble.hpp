// What a measurement would tell of a verdict, from many plausible machines: their values are taken to be normal
// together.
//
// The verdict is a number, ln of a ratio. A reading is ln of one counter in one cell. A real machine's reading is that
// of some plausible machine, and two errors: the scatter of a repetition, and what the model misses beside its
// parameters. The second is the same for readings of one group.
//
// Verdict and readings keep the chance of the short runs, and bands are wider by it: a reading is of the same run and
// knows part of its chance, so that what it seems to explain must not be taken off a variance without chance.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace vqlab {

struct Reading {
  std::vector<double> values;  // by machine
  std::size_t group = 0;       // readings of which share what the model misses
};

struct MeasurementErrors {
  double repetition = 0;   // standard deviation of a reading's logarithm
  double discrepancy = 0;  // the same, of what the model misses
};

// Verdict and readings as normal variables; readings as a real machine gives them, with their errors.
class JointNormal {
 public:
  // Precondition: as many values of each as there are machines, at least 3.
  JointNormal(const std::vector<double>& verdict, const std::vector<Reading>& readings,
              const MeasurementErrors& errors);

  // The same without one machine.
  [[nodiscard]] JointNormal without(std::size_t machine) const;

  // Variance of the verdict of a machine that is not among these, as far as so many machines tell it: readings explain
  // part of the scatter by chance, and more of them explain more.
  [[nodiscard]] double variance() const { return widened(covariance_(0, 0), 0); }
  // The variance that is left of the verdict once these are read as well.
  [[nodiscard]] double variance_given(const std::vector<std::size_t>& readings) const;
  // Takes these as read: all variances are what is left then.
  void read(const std::vector<std::size_t>& readings);

  // The verdict's mean once these readings have these values. Precondition: nothing was read yet.
  [[nodiscard]] double mean_given(const std::vector<std::size_t>& readings, const std::vector<double>& values) const;

 private:
  void add_errors(Eigen::MatrixXd& covariance) const;
  [[nodiscard]] double widened(double variance, std::size_t further_readings) const;

  Eigen::MatrixXd samples_;  // by machine; the verdict, then the readings
  std::vector<std::size_t> groups_;
  MeasurementErrors errors_;
  double machines_;
  std::size_t read_ = 0;  // how many readings are
  Eigen::VectorXd mean_;
  Eigen::MatrixXd covariance_;
};

// Cells that are measured together, as one step: one, or the two of a pair. Of each the same counters may be read.
struct DesignUnit {
  std::vector<std::size_t> cells;
  std::vector<std::vector<std::size_t>> counters;  // by counter: the readings of all cells of the unit
};

struct DesignStep {
  std::size_t unit = 0;
  std::vector<std::size_t> counters;  // of the unit, the most telling first; at most two
  std::vector<std::size_t> readings;  // of all of them
  double sd = 0;                      // of the verdict, once these and those of the steps before are read
};

// Chooses units greedily: the one that shrinks the variance most for each cell, until there are `most_cells` or the
// next one would shrink the standard deviation by less than 5 %. A second counter of a unit is read if it shrinks it by
// 5 % more. No cell is measured twice.
[[nodiscard]] std::vector<DesignStep> choose_measurements(JointNormal normal, const std::vector<DesignUnit>& units,
                                                          std::size_t most_cells);

// What became of machines that were taken for the real one, each in turn.
struct DesignCheck {
  std::size_t machines = 0;
  std::size_t held = 0;   // the 90 % band that was left held the verdict of the machine
  std::size_t sure = 0;   // the band did not hold 0
  std::size_t wrong = 0;  // of those that were sure: with the wrong sign
};

// After no step, after the first one, and so on. For each machine, measurements are chosen anew and judged from all
// other machines; its own readings, with drawn errors, then give the band. `seed` decides the errors.
[[nodiscard]] std::vector<DesignCheck> check_design(const std::vector<double>& verdict,
                                                    const std::vector<Reading>& readings,
                                                    const MeasurementErrors& errors,
                                                    const std::vector<DesignUnit>& units, std::size_t most_cells,
                                                    std::size_t steps, std::uint64_t seed);

// The verdict lies this many standard deviations around its mean with a probability of 90 %.
inline constexpr double kNormal90 = 1.644854;

}  // namespace vqlab
