// Fits the machines of several studies together, as a plan says.
#pragma once

#include "analysis/calibrate/calibrate_arguments.hpp"
#include "sim/experiment/run_point.hpp"

namespace vqlab {

// The exit code. `arguments.file` is a plan. Throws as calibrate_study().
[[nodiscard]] int calibrate_plan(const CalibrateArguments& arguments, const PointRunner& run_point);

}  // namespace vqlab
