// What became of each option of the user's files, as a table or as JSON.
#pragma once

#include <string>

#include "analysis/formats/import_setup.hpp"

namespace vqlab {

// A paragraph for each file, a line for each of its options, and what would not be accepted.
[[nodiscard]] std::string import_report(const ImportedSetup& imported);
// The list of options.
[[nodiscard]] Json options_json(const ImportedSetup& imported);
// Prints the report to standard error and answers its faults; with -q the faults alone.
void say_import_report(const ImportedSetup& imported);

}  // namespace vqlab
