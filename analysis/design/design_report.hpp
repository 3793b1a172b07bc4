// What a design found: which cells to measure, and what would be left open.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "analysis/design/ensemble.hpp"
#include "analysis/design/plan_design.hpp"
#include "analysis/uncertainty/model_band.hpp"

namespace vqlab {

// Both sides of one or more pairs, measured on one real machine again and again.
struct DirectMeasurement {
  std::optional<std::size_t> pair{};  // of DesignPlan::pairs; none: all that count
  double median_percent = 0;          // the difference on half of the machines is larger
  std::size_t repetitions = 0;  // that show it on the median machine with 95 % power; 0: more than kMostRepetitions
  std::size_t for_most = 0;     // on nine of ten machines
  double left_percent = 0;      // half-width of the 95 % interval after `repetitions`
};
inline constexpr std::size_t kMostRepetitions = 1000;

struct DesignReport {
  std::string title;
  std::string metric;
  DesignPlan plan;
  std::size_t pairs = 0;  // that count
  std::size_t machines = 0;
  std::size_t parameters = 0;
  MeasurementErrors errors{};
  bool discrepancy_is_known = false;  // from the machine's posterior
  std::vector<DesignUnit> units;
  Estimate nominal_percent{};  // of first over second - 1, on the study's machine; the interval is that of chance
  double mean = 0;             // of the verdict: ln(first / second)
  double sd = 0;
  double chance_share = 0;   // of its variance, by the short runs
  ModelBand band_percent{};  // of first over second - 1
  std::vector<DesignStep> steps;
  std::vector<DesignCheck> checks;  // before the first step, then after each
  std::vector<DirectMeasurement> direct;
};

// The band of 90 % around the middle of all machines that `step` steps leave.
[[nodiscard]] ModelBand band_after(const DesignReport& report, std::size_t step);

// design.csv: a row before any measurement, then one for each counter of each cell, step by step; 6 digits.
[[nodiscard]] std::string design_csv(const DesignReport& report);
// The member "design" of design.json.
[[nodiscard]] nlohmann::ordered_json design_json(const DesignReport& report);
// For a terminal of 100 columns.
[[nodiscard]] std::string design_table(const DesignReport& report);

}  // namespace vqlab
