// What published values leave open of a machine: the member "posterior" of its file, which a calibration writes.
//
// z of each parameter (prior.hpp, with its range) is normal, all together. Its mean is that of the machine's own value
// and a shift.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/section.hpp"

namespace vqlab {

// All lists have one entry for each parameter, but for ln_shift if it is empty.
struct Posterior {
  std::vector<std::string> parameters;  // paths, each of fittable_params()
  std::vector<Bounds> ranges;           // no value leaves its range; min above 0
  std::vector<double> ln_sd;            // of ln p, where the range's ends do not bend it; above 0
  // Of z: the lower triangle with its diagonal of 1, row by row; positive definite.
  std::vector<std::vector<double>> correlation;
  // Standard deviation of ln(published / model) at the machine's values, beside what the parameters leave open.
  double discrepancy_percent = 0;
  std::string source;  // what was fitted
  // How far the mean of ln p lies from the machine's own value, where the range's ends do not bend it; empty: nowhere.
  std::vector<double> ln_shift = {};
};

// Values of the parameters where `normals`, independent standard normal numbers, fall. `centre` are those of the
// machine, each inside its range. All three have one entry for each parameter.
[[nodiscard]] std::vector<double> posterior_values(const Posterior& posterior, const std::vector<double>& centre,
                                                   const std::vector<double>& normals);

// Nothing if something is wrong; all that is added to `faults`. `machine` has the machine's values.
[[nodiscard]] std::optional<Posterior> read_posterior(const Json& json, const std::string& path,
                                                      const PointSpec& machine, FaultList& faults);

// As a machine file has it: the digits that draws need. What is read back is positive definite, too.
[[nodiscard]] Json posterior_json(const Posterior& posterior);

// Of the member.
[[nodiscard]] Json posterior_schema();

}  // namespace vqlab
