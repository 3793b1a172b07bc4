// Several fits of one plan side by side.
#pragma once

#include <string>
#include <vector>

#include "analysis/calibrate/fit_record.hpp"

namespace vqlab {

struct NamedFit {
  std::string name;
  FitRecord record;
};

// For a terminal, a column for each fit: objective, errors of each study, soft targets, parameters. Precondition, here
// and below: the fits have the same studies, parameters and targets.
[[nodiscard]] std::string fits_table(const std::vector<NamedFit>& fits);

// For a terminal, a line for each of many fits: objective, MAPE of each study, soft targets.
[[nodiscard]] std::string fits_lines(const std::vector<NamedFit>& fits);

// The same as CSV, a line for each fit: objective, errors of each study, soft targets, parameters, and the value of
// each cell.
[[nodiscard]] std::string fits_csv(const std::vector<NamedFit>& fits);

}  // namespace vqlab
