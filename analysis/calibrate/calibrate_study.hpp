// Fits the machine of a study and writes what comes out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/app/invocation.hpp"
#include "sim/experiment/run_point.hpp"

namespace vqlab {

// The command line of `vqlab calibrate`.
struct CalibrateArguments {
  std::string file;                   // the study
  std::vector<std::string> free;      // parameter paths; empty: the study's
  std::string data;                   // published table; empty: the study's reference
  std::vector<std::string> hold_out;  // "targets=4,24", "curves=NAME", or the name of one of the study's
  bool held_out_fits = false;         // a fit for each hold-out of the study, and no machine file
  std::string out;                    // machine file
  std::string results;                // result directory
  std::optional<std::uint64_t> seed;  // first of the fit; else the study's
  unsigned jobs = 0;                  // simulations at once; 0: one for each CPU
  bool resume = false;
  bool force = false;                  // replace a machine file
  bool quiet = false;                  // no progress
  std::vector<std::string> overrides;  // "path=value"
  Invocation invocation;               // all of this as words
};

// Returns the exit code. Writes points.jsonl as simulations end, then fit.json and the machine file; prints progress
// and faults to standard error, tables and the names of the files to standard output. Nothing is written if there are
// faults. Throws SimulationFailed, and std::filesystem::filesystem_error where a file cannot be written.
[[nodiscard]] int calibrate_study(const CalibrateArguments& arguments, const PointRunner& run_point);

}  // namespace vqlab
