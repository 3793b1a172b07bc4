// The text of fio job files: sections and their lines, with what is included and what stands for variables.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/formats/classed_option.hpp"

namespace vqlab {

// What is around a job file. A variable that is not set, and a file that cannot be read, are nothing.
struct FioSurroundings {
  std::function<std::optional<std::string>(const std::string& path)> file;
  std::function<std::optional<std::string>(const std::string& name)> variable;
  std::optional<std::int64_t> vcpus{};  // of the guest that fio runs in: its $ncpus
};

struct FioLine {
  std::string file;
  int line;  // from 1 on
  std::string option;
  std::optional<std::string> value;  // of "time_based" nothing
  std::string unset{};               // a variable of the line that is not set; fio takes nothing for it
};

struct FioSection {
  std::string name;
  bool global;  // its lines are said to all jobs that follow
  std::string file;
  int line;
  std::vector<FioLine> lines;
};

struct FioText {
  std::vector<FioSection> sections;
  std::vector<ClassedOption> includes{};  // the lines that include
  std::vector<Fault> faults{};
};

// Sections in their order. As in fio, everything behind ; or # is a comment, a file that is included has no sections,
// and its path counts from the current directory, or else from the file that names it. A mark of byte order is passed
// over.
[[nodiscard]] FioText read_fio_text(const std::string& text, const std::string& file, const FioSurroundings& around);

}  // namespace vqlab
