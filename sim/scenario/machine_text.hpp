// A machine file, written.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/scenario/study.hpp"

namespace vqlab {

struct MachineText {
  std::string name;  // the file's stem
  std::string title;
  std::string description;
  std::vector<std::pair<std::string, double>> values;  // parameter path and value; of a cost, its mean
};

// The study's machine with these values in place of its own, everything else kept; ends with a newline.
// Precondition: the paths are those of costs and numbers that a machine may set.
[[nodiscard]] std::string machine_file_text(const Study& study, const MachineText& text);

}  // namespace vqlab
