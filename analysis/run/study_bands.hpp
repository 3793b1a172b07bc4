// A study's results with two intervals: that of chance, and that of costs which nobody knows exactly.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analysis/runs/place.hpp"
#include "analysis/runs/point_rows.hpp"
#include "analysis/scenario/study.hpp"
#include "analysis/uncertainty/linear_fit.hpp"
#include "analysis/uncertainty/machine_draws.hpp"
#include "analysis/uncertainty/model_band.hpp"
#include "analysis/uncertainty/plausible_runs.hpp"

namespace vqlab {

// One quantity at one place.
struct BandRow {
  std::size_t place = 0;  // of StudyBands::places
  std::string quantity;
  Estimate nominal{};        // mean over the seeds, on the study's machine; the interval is that of chance
  std::size_t machines = 0;  // that have a value
  ModelBand model{};
  double discrepancy_percent = 0;  // by which the band is wider than the parameters alone make it
  double published = kNoValue;
};

// What the parameters do to the leading quantity at one place.
struct PlaceSensitivity {
  std::size_t place = 0;
  double r2 = 0;
  std::vector<double> slopes;            // by parameter: d ln quantity / d ln p
  std::vector<FirstOrderIndex> indices;  // by parameter, first order
};

struct StudyBands {
  std::string leading;  // the quantity that the reference has, else the bandwidth
  std::vector<Place> places;
  std::vector<BandRow> rows;                  // place by place
  std::vector<PlaceSensitivity> sensitivity;  // of places where it is known
};

// Of a study whose places are those of `values`; rows are the study's own.
[[nodiscard]] StudyBands study_bands(const Study& study, const PointRows& rows, const MachineDraws& draws,
                                     const PlausibleValues& values);

// Quantities that study_bands() asks for.
[[nodiscard]] std::vector<std::string> banded_quantities(const Study& study);

// bands.csv and sensitivity.csv; 6 digits, what is unknown blank.
[[nodiscard]] std::string bands_csv(const StudyBands& bands);
[[nodiscard]] std::string sensitivity_csv(const StudyBands& bands, const MachineDraws& draws);

// How wide the bands are, and how many published values they hold.
[[nodiscard]] std::string bands_summary(const StudyBands& bands);

// For a terminal of 100 columns.
[[nodiscard]] std::string bands_table(const StudyBands& bands, const MachineDraws& draws);

}  // namespace vqlab
