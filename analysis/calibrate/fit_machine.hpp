// Fits machines to published values and says how sure one may be.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/calibrate/fit_plan.hpp"
#include "analysis/calibrate/fit_record.hpp"
#include "analysis/calibrate/simulations.hpp"
#include "analysis/scenario/posterior.hpp"

namespace vqlab {

struct CalibrationOrder {
  const FitPlan& plan;
  std::string command = {};  // for the record
  bool identify = true;      // whether to find out what the published values identify; costs about four iterations
  std::vector<double> start = {};  // values of the free parameters; empty: those of the machines
  std::optional<std::uint32_t> iterations = std::nullopt;  // at most; empty: the plan's
  bool judge =
      true;  // whether cells are simulated again at the studies' seeds and precision; else: as the fit saw them
  std::function<void(const FitIteration&)> on_iteration = {};  // may be empty
  std::function<void(const std::string&)> on_phase = {};       // what begins now, in words; may be empty
};

// Levenberg-Marquardt with one set of seeds for all parameters (common random numbers) and runs of fixed length; then
// derivatives with several seeds; then every cell at its study's own seeds and precision, before and after, with the
// fitted values as the machine file has them: 4 digits. Throws as Simulations::answer().
[[nodiscard]] FitRecord fit_machine(const CalibrationOrder& order, Simulations& simulations);

// What a plan promises from values of its free parameters on.
struct Outlook {
  double objective = 0;   // with these values
  double after_step = 0;  // what the derivatives there promise after one step of the parameters
};

// At the fit's own seeds. `values` are those of all free parameters. Throws as Simulations::answer().
[[nodiscard]] Outlook outlook(const FitPlan& plan, const std::vector<double>& values, Simulations& simulations);

// Of the free parameters, in the machines before the fit; what is held has the value that it is held at.
[[nodiscard]] std::vector<double> machine_values(const FitPlan& plan);

// The text of a study's fitted machine file. `name` is the file's stem; without a posterior the file has none.
[[nodiscard]] std::string fitted_machine_text(const FitPlan& plan, const FitRecord& record, std::size_t study,
                                              const std::string& name, const std::optional<Posterior>& posterior);

}  // namespace vqlab
