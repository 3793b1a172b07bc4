// What fio's and QEMU's words do not say of a point, so that import gives the whole point back.
#pragma once

#include <string>
#include <vector>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/section.hpp"

namespace vqlab {

// The files of an export that have been written so far.
struct ExportedWords {
  std::string study;    // its name
  std::string machine;  // whose costs import takes; empty: none
  std::string job_file;
  std::string command_line;
};

struct ExportRest {
  Json values;                      // of values.json: members of a scenario that the words and the machine do not say
  std::vector<std::string> lost{};  // what import does not give back even so, a sentence each
};

// Imports the words, compares the point with `spec`, and tells all differences.
[[nodiscard]] ExportRest export_rest(const ExportedWords& words, const PointSpec& spec);

}  // namespace vqlab
