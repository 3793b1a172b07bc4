// What a study says about fitting its machine to published values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/base/params.hpp"

namespace vqlab {

// How a fit is made.
struct FitSettings {
  double sigma_percent = 3;
  double simulated_s = 0.3;
  std::uint32_t runs = 1;
  std::uint32_t jacobian_runs = 4;
  std::uint32_t iterations = 12;
  std::uint64_t seed = 1000;
};
[[nodiscard]] const ParamTable& params_of(const FitSettings*);

// Published cells that a fit does not see: those of these curves at these targets. An empty list stands for all.
struct HoldOut {
  std::string name;
  std::vector<std::uint32_t> targets;
  std::vector<std::string> curves;
};

struct Calibration {
  std::string machine;            // to start from; empty: the study's own
  std::vector<std::string> free;  // parameter paths, each of fittable_params()
  std::vector<HoldOut> held_out;
  FitSettings settings;
};

// Paths of the parameters that a fit can vary: costs and numbers that a machine may set, and whose range stays above 0,
// since their logarithm is fitted.
[[nodiscard]] const std::vector<std::string>& fittable_params();

// Keys of the scenario's member "calibration".
[[nodiscard]] const std::vector<std::string>& calibration_keys();

}  // namespace vqlab
