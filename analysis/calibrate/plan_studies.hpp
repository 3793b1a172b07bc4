// The studies of a calibration plan, loaded, and the plan of a fit that they give.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/calibrate/fit_plan.hpp"
#include "analysis/scenario/calibration_plan.hpp"

namespace vqlab {

// For each study of the plan and each of its unpublished settings, the position of its value in the list.
using SettingChoice = std::vector<std::vector<std::size_t>>;

class PlanStudies {
 public:
  // Precondition: the plan file has no faults. `scenarios_home`: folder that holds machines/.
  PlanStudies(const CalibrationPlan& plan, std::filesystem::path scenarios_home);

  // The settings as the studies have them; nothing if a study cannot be loaded, and no plan then. What is wrong, with
  // any combination of settings, too, is added to `faults`.
  [[nodiscard]] SettingChoice load(std::vector<Fault>& faults);

  [[nodiscard]] FitPlan fit_plan(const SettingChoice& choice, std::vector<Fault>& faults);

  // Holds parameters at values, and cells out. What stands in the way is added to `faults`.
  void hold(FitPlan& plan, const HeldFit& held, std::vector<Fault>& faults) const;
  void hold_out(FitPlan& plan, const PlannedHoldOut& held, std::vector<Fault>& faults) const;

 private:
  [[nodiscard]] const FitStudy* loaded(std::size_t index, const std::vector<std::size_t>& positions,
                                       std::vector<Fault>& faults);
  [[nodiscard]] std::optional<FitStudy> load_one(std::size_t index, const std::vector<std::size_t>* positions,
                                                 std::vector<Fault>& faults) const;
  [[nodiscard]] std::vector<std::size_t> positions_of(std::size_t index, const FitStudy& one,
                                                      std::vector<Fault>& faults) const;
  [[nodiscard]] std::optional<std::size_t> named(const std::string& name, const std::string& path,
                                                 std::vector<Fault>& faults) const;
  void check_same(std::vector<Fault>& faults) const;

  const CalibrationPlan& plan_;
  std::filesystem::path scenarios_home_;
  std::vector<FitStudy> as_written_;
  std::map<std::pair<std::size_t, std::vector<std::size_t>>, FitStudy> loaded_;
};

// Every choice of the settings of one study, in the order of their lists, the last one fastest; the others as they are.
[[nodiscard]] std::vector<SettingChoice> choices_of(const CalibrationPlan& plan, std::size_t study,
                                                    const SettingChoice& others);

}  // namespace vqlab
