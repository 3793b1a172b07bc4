// What further curves gain over the baseline, on many plausible machines.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/run/study_bands.hpp"
#include "analysis/uncertainty/plausible_difference.hpp"

namespace vqlab {

// Of one place of a further curve over the baseline's at the same position.
struct GainRow {
  std::size_t place = 0;       // of StudyBands::places
  double nominal_percent = 0;  // on the study's machine; NaN if it is unknown
  PlausibleDifference plausible;
  double published_percent = kNoValue;
  // Where a published gain may lie: the model's band, wider by what the model misses beside its parameters. Two values
  // are published, and their misses are taken as independent, as the calibration takes them.
  double discrepancy_percent = 0;  // of the ratio
  ModelBand published_band{};      // %
};

struct StudyGains {
  std::string baseline;
  std::vector<GainRow> rows;  // of the bandwidth
};

// Empty where no baseline is known, or no curve is beside it. `bands` are of the same study and values.
[[nodiscard]] StudyGains study_gains(const Study& study, const StudyBands& bands, const PlausibleValues& values);

// gains.csv; 6 digits, what is unknown blank.
[[nodiscard]] std::string gains_csv(const StudyGains& gains, const StudyBands& bands);

// For a terminal of 100 columns; empty without rows.
[[nodiscard]] std::string gains_table(const StudyGains& gains, const StudyBands& bands, std::size_t machines);

}  // namespace vqlab
