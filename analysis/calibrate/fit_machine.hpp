// Fits the machine of a study to published values and says how sure one may be.
#pragma once

#include <functional>
#include <string>

#include "analysis/calibrate/fit_plan.hpp"
#include "analysis/calibrate/fit_record.hpp"
#include "analysis/calibrate/simulations.hpp"

namespace vqlab {

struct CalibrationOrder {
  const Study& study;
  const Reference& table;
  const FitPlan& plan;
  std::string command;   // for the record
  bool identify = true;  // whether to find out what the published values identify; costs about four iterations
  std::function<void(const FitIteration&)> on_iteration;  // may be empty
  std::function<void(const std::string&)> on_phase;       // what begins now, in words; may be empty
};

// Levenberg-Marquardt with one set of seeds for all parameters (common random numbers) and runs of fixed length; then
// derivatives with several seeds; then every cell at the study's own seeds and precision, before and after, with the
// fitted values as the machine file has them: 4 digits. Throws as Simulations::answer().
[[nodiscard]] FitRecord fit_machine(const CalibrationOrder& order, Simulations& simulations);

// The text of the fitted machine's file. `name` is the file's stem.
[[nodiscard]] std::string fitted_machine_text(const Study& study, const FitRecord& record, const std::string& name);

}  // namespace vqlab
