// The result folder and the simulations of one call of `vqlab calibrate`.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "analysis/calibrate/calibrate_arguments.hpp"
#include "analysis/calibrate/fit_machine.hpp"
#include "analysis/calibrate/fit_progress.hpp"
#include "analysis/calibrate/fit_record.hpp"
#include "analysis/calibrate/machine_posterior.hpp"
#include "analysis/runs/run_folder.hpp"

namespace vqlab {

// What a call works with while its folder is open.
class FitSession {
 public:
  FitSession(const CalibrateArguments& arguments, const std::filesystem::path& results, RunFolder& folder,
             Simulations& simulations, FitProgress& progress)
      : arguments_(arguments), results_(results), folder_(folder), simulations_(simulations), progress_(progress) {}

  // Carries the order out, with its command and progress.
  [[nodiscard]] FitRecord fit(CalibrationOrder order);
  // What the published values leave open at these values of the free parameters; prints it.
  [[nodiscard]] PlanPosterior posterior(const FitPlan& plan, const std::vector<double>& values);
  void phase(const std::string& what) { progress_.phase(what); }
  [[nodiscard]] Simulations& simulations() { return simulations_; }

  // Writes a file of the result folder and returns its path.
  std::filesystem::path write(const std::filesystem::path& name, const std::string& text);
  // fit.json of a record: in a folder of its own if cells were held out.
  std::filesystem::path write_record(const FitRecord& record);
  // Each record's fit.json, their table and held_out.csv, and all that is printed of them.
  void write_held_out(const std::vector<FitRecord>& records);

 private:
  const CalibrateArguments& arguments_;
  const std::filesystem::path& results_;
  RunFolder& folder_;
  Simulations& simulations_;
  FitProgress& progress_;
  std::vector<std::string> answers_;  // the records' fit.json
};

// Opens the folder of a fit of these studies, named `name` in it, calls `work`, and returns the exit code. Throws
// Refused.
[[nodiscard]] int in_fit_session(const CalibrateArguments& arguments, const PointRunner& run_point,
                                 const std::string& name, const std::vector<FitStudy>& studies,
                                 const std::filesystem::path& results, const std::function<void(FitSession&)>& work);

// Where the results of a call go. `name` is that of the study or the plan.
[[nodiscard]] std::filesystem::path results_folder(const CalibrateArguments& arguments, const std::string& name);

// A machine file that is to be written, or that is to get another posterior. What stands in the way is added to
// `faults`.
void check_machine_file(const std::filesystem::path& file, const CalibrateArguments& arguments,
                        std::vector<Fault>& faults);
// Throws std::filesystem::filesystem_error.
void write_machine_file(const std::filesystem::path& file, const CalibrateArguments& arguments,
                        const std::string& text);

// Gives the posterior to a machine file that is there, in place of its own, and prints the file's name. All else in the
// file stays. Throws std::filesystem::filesystem_error.
void write_posterior(const std::filesystem::path& file, const Posterior& posterior);

}  // namespace vqlab
