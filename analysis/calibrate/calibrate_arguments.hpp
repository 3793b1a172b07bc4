// What the command line says to `vqlab calibrate`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/app/invocation.hpp"
#include "analysis/runs/executor.hpp"

namespace vqlab {

struct CalibrateArguments {
  std::string file;                   // the study, or a plan
  std::vector<std::string> free;      // parameter paths; empty: the study's
  std::string data;                   // published table; empty: the study's reference
  std::vector<std::string> hold_out;  // "targets=4,24", "curves=NAME", or the name of one of the study's
  bool held_out_fits = false;         // a fit for each hold-out of the study, and no machine file
  std::string hold;                   // of a plan: the held parameters, by name
  bool settings_fits = false;         // of a plan: a fit for each value of each unpublished setting
  bool posterior = false;             // what the published values leave open goes into the machine file, too
  bool posterior_only = false;        // of the machine file that is there, without a fit
  std::string out;                    // machine file; of a plan, the folder of its machine files
  std::string results;                // result directory
  std::optional<std::uint64_t> seed;  // first of the fit; else the study's
  unsigned jobs = 0;                  // simulations at once; 0: one for each CPU
  bool resume = false;
  bool force = false;      // replace a machine file
  bool use_cache = false;  // unless --no-cache is given
  ExecutorArguments executor;
  std::vector<std::string> overrides;  // "path=value"
  Invocation invocation;               // all of this as words
};

}  // namespace vqlab
