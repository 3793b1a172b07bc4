#include "analysis/scenario/calibration.hpp"

#include "analysis/scenario/section.hpp"

namespace vqlab {
namespace {

constexpr double kLargestFitSeed = 9007199254740991 - 1000;  // runs count up from it

}  // namespace

const ParamTable& params_of(const FitSettings*) {
  static const ParamTable table{
      "calibration",
      "How `vqlab calibrate` fits; the lists `free` and `held_out` are explained in [how to calibrate]"
      "(../how-to/calibrate.md). Curves and sweep cannot set it.",
      {
          number("sigma_percent", &FitSettings::sigma_percent, {0.1, 50}, "%",
                 "Standard deviation of a published value about what a perfect model would give.",
                 "the letter's table is rough by 2-4 %"),
          number("simulated_s", &FitSettings::simulated_s, {0.001, 1e4}, "s",
                 "Length of every simulation of the fit. It does not depend on the parameters, so that the fit sees a "
                 "smooth function."),
          integer("runs", &FitSettings::runs, {1, 100}, "simulations",
                  "Simulations of each cell whose mean is fitted, each with its own seed."),
          integer("jacobian_runs", &FitSettings::jacobian_runs, {2, 100}, "simulations",
                  "The same for the derivatives at the end, which say what the data identify."),
          integer("iterations", &FitSettings::iterations, {1, 1000}, "iterations",
                  "Largest number of steps of the Levenberg-Marquardt method."),
          integer("seed", &FitSettings::seed, {0, kLargestFitSeed}, "",
                  "First seed of the fit; further simulations of a cell take the ones after it."),
      }};
  return table;
}

const std::vector<std::string>& fittable_params() {
  static const std::vector<std::string> paths = [] {
    std::vector<std::string> all;
    for (const Section& section : sections()) {
      if (!section.in_machine) continue;
      for (const Param& row : section.table->rows)
        if ((row.kind == ParamKind::kCost || row.kind == ParamKind::kNumber) && row.plausible.min > 0)
          all.push_back(path_of({&section, &row}));
    }
    return all;
  }();
  return paths;
}

const std::vector<std::string>& calibration_keys() {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> all{"machine", "free", "held_out"};
    for (const Param& row : params_of(static_cast<const FitSettings*>(nullptr)).rows) all.push_back(row.name);
    return all;
  }();
  return keys;
}

}  // namespace vqlab
