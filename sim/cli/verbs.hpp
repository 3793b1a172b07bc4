// The verbs of the command line, one file each.
#pragma once

#include <CLI/CLI.hpp>

namespace vqlab {

// What the program tells its caller.
enum ExitCode : int {
  kExitGood = 0,
  kExitFailed = 1,        // something was run and failed
  kExitBadInput = 2,      // scenario or command line are wrong; nothing was written
  kExitInterrupted = 130  // SIGINT or SIGTERM; finished points are on disk
};

// Each adds its verb to `app`; where the verb is called, its result goes to `code`, which must outlive `app`.
void add_run_verb(CLI::App& app, int& code);
void add_calibrate_verb(CLI::App& app, int& code);
void add_compare_verb(CLI::App& app, int& code);
void add_claims_verb(CLI::App& app, int& code);
void add_explain_verb(CLI::App& app, int& code);
void add_ablate_verb(CLI::App& app, int& code);
void add_check_verb(CLI::App& app, int& code);
void add_predict_verb(CLI::App& app, int& code);
void add_list_verb(CLI::App& app, int& code);
void add_plot_verb(CLI::App& app, int& code);
void add_schema_verb(CLI::App& app, int& code);
void add_ring_verb(CLI::App& app, int& code);
void add_order_verb(CLI::App& app, int& code);
void add_new_policy_verb(CLI::App& app, int& code);

}  // namespace vqlab
