// A published table as a CSV file: "targets,CURVE,CURVE ...", then a line for each number of targets.
#pragma once

#include <filesystem>
#include <string>

#include "analysis/scenario/fault.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

// Every column is a curve of the study and every line a number of targets that its sweep visits; a blank cell has no
// published value. What else the reference says (metric, source) is the study's, if it has one, else bandwidth and the
// file's name. What is wrong is added to `faults`, with line and column; the result then counts for nothing.
[[nodiscard]] Reference parse_published_table(const std::string& text, const std::string& file, const Study& study,
                                              std::vector<Fault>& faults);

// The same for a file; one that cannot be read is a fault.
[[nodiscard]] Reference load_published_table(const std::filesystem::path& file, const Study& study,
                                             std::vector<Fault>& faults);

}  // namespace vqlab
