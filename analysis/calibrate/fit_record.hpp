// What a fit of machines to published values found.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "analysis/runs/reference_errors.hpp"
#include "analysis/scenario/axis_value.hpp"
#include "sim/metrics/quantity.hpp"

namespace vqlab {

struct FittedParam {
  std::string path;
  std::string unit;
  double before = 0;  // of the machine that the fit started from
  double range_min = 0;
  double range_max = 0;
  double fitted = 0;
  double prior_sd = 0;               // of ln p; this and the next one have no unit
  double posterior_sd = kNoValue;    // NaN: it was not asked for
  std::vector<std::size_t> studies;  // positions in FitRecord::studies of those that share it
  bool held = false;                 // `fitted` is the value that it was held at

  // "held"; "identified": the published values know ln p to within 0.3 and at least halve the prior's variance.
  // "range": it is known that well, but from its documented range. "sloppy": it is not. Empty: not asked for.
  [[nodiscard]] std::string verdict() const;
  // "min" or "max" if it lies within 2 % of its range, in ln p, of that end; else empty.
  [[nodiscard]] std::string at_bound() const;
};

// A combination of parameters, in prior standard deviations. The published values decide it if its singular value is
// above 1, its prior if it is below.
struct FitDirection {
  double singular_value = 0;
  std::vector<std::pair<std::string, double>> weights;  // by parameter, the largest first; of length 1
};

struct FittedCell {
  std::string curve;
  std::string position;  // on the axis of its study
  double published = 0;
  double before = 0;  // at the values before the fit
  double fitted = 0;
  bool held_out = false;
  double interpolated = kNoValue;  // from the cells that were fitted; NaN: not between two of them
  std::size_t study = 0;           // position in FitRecord::studies

  // The cell as summaries take it.
  [[nodiscard]] ErrorCell compared(double value) const { return {value, published}; }
};

// A value, or a ratio of two, that was fitted beside the tables.
struct FittedTarget {
  std::string name;
  std::size_t study = 0;
  double sigma_percent = 0;
  double published = 0;
  double before = 0;
  double fitted = 0;
  bool held_out = false;

  [[nodiscard]] ErrorCell compared(double value) const { return {value, published}; }
};

struct FittedStudy {
  std::string name;
  std::string machine;  // that the fit started from
  std::string metric;
  std::string axis;
  std::string source;  // of the published values
  double sigma_percent = 0;
  double simulated_s = 0;            // of each simulation of the fit
  std::vector<std::uint64_t> seeds;  // of its cells and targets below
  std::vector<AxisValue> settings;   // that nobody published: what was assumed
};

struct FitIteration {
  int iteration = 0;
  double objective = 0;
  double mape_percent = 0;  // of the cells and soft targets that are fitted, at the fit's own seeds
};

struct FitRecord {
  std::string name;      // of the study, or of the plan with several
  std::string hold_out;  // empty: none
  std::string command;   // what makes the same again
  std::string version;
  std::string commit;
  std::vector<FittedStudy> studies;
  std::vector<std::uint64_t> fit_seeds;  // of the fit itself
  std::vector<FitIteration> iterations;
  std::string end_reason;
  std::vector<FittedParam> params;
  std::vector<FitDirection> directions;  // the sloppiest first; empty if not asked for
  std::vector<FittedCell> cells;
  std::vector<FittedTarget> targets;

  [[nodiscard]] std::size_t fitted_params() const;   // those that were not held
  [[nodiscard]] std::vector<double> values() const;  // of all parameters, fitted or held
  [[nodiscard]] double objective() const { return iterations.empty() ? kNoValue : iterations.back().objective; }
  [[nodiscard]] ErrorSummary before() const;                      // all cells
  [[nodiscard]] ErrorSummary all() const;                         // all cells, fitted
  [[nodiscard]] ErrorSummary before_of(std::size_t study) const;  // all cells of one study
  [[nodiscard]] ErrorSummary all_of(std::size_t study) const;
  [[nodiscard]] ErrorSummary training() const;  // cells that the fit saw
  [[nodiscard]] ErrorSummary held_out() const;
  // The cells that were held out and can be interpolated: by the fit, and by interpolation.
  [[nodiscard]] ErrorSummary between() const;
  [[nodiscard]] ErrorSummary interpolation() const;
};

}  // namespace vqlab
