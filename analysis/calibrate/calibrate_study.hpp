// Fits the machine of a study and writes what comes out.
#pragma once

#include "analysis/calibrate/calibrate_arguments.hpp"
#include "sim/experiment/run_point.hpp"

namespace vqlab {

// Returns the exit code. Writes points.jsonl as simulations end, then fit.json and the machine file; prints progress
// and faults to standard error, tables and the names of the files to standard output. Nothing is written if there are
// faults. Throws SimulationFailed, and std::filesystem::filesystem_error where a file cannot be written.
[[nodiscard]] int calibrate_study(const CalibrateArguments& arguments, const PointRunner& run_point);

}  // namespace vqlab
