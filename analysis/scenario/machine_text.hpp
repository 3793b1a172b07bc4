// A machine file, written.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

// A value and where it comes from.
struct SourcedValue {
  std::string path;  // of the parameter
  double value = 0;  // of a cost, its mean
  std::string source;
};

struct MachineText {
  std::string name;  // the file's stem
  std::string title;
  std::string description;
  std::vector<SourcedValue> values;
  std::optional<Posterior> posterior = std::nullopt;  // empty: the file has none
};

// The study's machine with these values and sources in place of its own, everything else kept; ends with a newline.
// Precondition: the paths are those of costs and numbers that a machine may set.
[[nodiscard]] std::string machine_file_text(const Study& study, const MachineText& text);

// A machine as it is written, with this posterior in place of its own; ends with a newline.
[[nodiscard]] std::string machine_file_text(const Json& machine, const Posterior& posterior);

}  // namespace vqlab
