// fit.json and the tables that a fit prints.
#pragma once

#include <string>
#include <vector>

#include "analysis/calibrate/fit_record.hpp"

namespace vqlab {

// No date and no duration: the same fit gives the same bytes.
[[nodiscard]] std::string fit_json(const FitRecord& record);

// For a terminal of 100 columns: the parameters, the sloppiest directions, the cells beside the published ones, the
// errors of the cells that were fitted and of those that were held out.
[[nodiscard]] std::string fit_report(const FitRecord& record);

// One line for each fit: errors of its fitted and of its held-out cells, and those of interpolation.
[[nodiscard]] std::string held_out_table(const std::vector<FitRecord>& records);

// The same with units in the column names; what there is not is blank.
[[nodiscard]] std::string held_out_csv(const std::vector<FitRecord>& records);

}  // namespace vqlab
