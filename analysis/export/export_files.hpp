// What a point is exported as: files that fio, QEMU and a shell take.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "analysis/scenario/section.hpp"

namespace vqlab {

// What is exported.
struct PointToExport {
  std::string what;     // it, as a person would name it
  std::string study;    // its study's name
  std::string machine;  // that of the study; empty: none
  PointSpec spec;
  std::uint64_t seed;
};

// Names and texts: job.fio, qemu.txt (the command line), run.sh (boots a guest and runs fio in it), values.json (what
// import needs beside the two) and README.md (what must be set, and all that neither file says).
[[nodiscard]] std::vector<std::pair<std::string, std::string>> export_files(const PointToExport& point);

}  // namespace vqlab
