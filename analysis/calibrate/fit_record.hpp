// What a fit of a machine to published values found.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "analysis/runs/reference_errors.hpp"
#include "sim/metrics/quantity.hpp"

namespace vqlab {

struct FittedParam {
  std::string path;
  std::string unit;
  double before = 0;  // of the machine that the fit started from
  double range_min = 0;
  double range_max = 0;
  double fitted = 0;
  double prior_sd = 0;             // of ln p; this and the next one have no unit
  double posterior_sd = kNoValue;  // NaN: it was not asked for

  // "identified": the published values know ln p to within 0.3 and at least halve the prior's variance. "range": it is
  // known that well, but from its documented range. "sloppy": it is not. Empty: not asked for.
  [[nodiscard]] std::string verdict() const;
};

// A combination of parameters, in prior standard deviations. The published values decide it if its singular value is
// above 1, its prior if it is below.
struct FitDirection {
  double singular_value = 0;
  std::vector<std::pair<std::string, double>> weights;  // by parameter, the largest first; of length 1
};

struct FittedCell {
  std::string curve;
  std::string targets;
  double published = 0;
  double before = 0;  // at the values before the fit
  double fitted = 0;
  bool held_out = false;
  double interpolated = kNoValue;  // from the cells that were fitted; NaN: not between two of them

  // The cell as summaries take it.
  [[nodiscard]] ErrorCell compared(double value) const { return {value, published}; }
};

struct FitIteration {
  int iteration = 0;
  double objective = 0;
  double mape_percent = 0;  // of the cells that are fitted, at the fit's own seeds
};

struct FitRecord {
  std::string study;
  std::string machine;   // that the fit started from
  std::string hold_out;  // empty: none
  std::string command;   // what makes the same again
  std::string version;
  std::string commit;
  std::string metric;
  std::string source;  // of the published values
  double sigma_percent = 0;
  double simulated_s = 0;                // of each simulation of the fit
  std::vector<std::uint64_t> fit_seeds;  // of the fit itself
  std::vector<std::uint64_t> seeds;      // of the cells below
  std::vector<FitIteration> iterations;
  std::string end_reason;
  std::vector<FittedParam> params;
  std::vector<FitDirection> directions;  // the sloppiest first; empty if not asked for
  std::vector<FittedCell> cells;

  [[nodiscard]] ErrorSummary before() const;    // all cells
  [[nodiscard]] ErrorSummary all() const;       // all cells, fitted
  [[nodiscard]] ErrorSummary training() const;  // cells that the fit saw
  [[nodiscard]] ErrorSummary held_out() const;
  // The cells that were held out and can be interpolated: by the fit, and by interpolation.
  [[nodiscard]] ErrorSummary between() const;
  [[nodiscard]] ErrorSummary interpolation() const;
};

}  // namespace vqlab
