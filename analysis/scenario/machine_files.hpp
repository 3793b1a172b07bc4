// The machine files of a folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace vqlab {

struct MachineFile {
  std::string name;
  std::string title;  // empty if it has none or cannot be read
  std::filesystem::path file;
};

// Ordered by name; none if there is no such folder.
[[nodiscard]] std::vector<MachineFile> machine_files(const std::filesystem::path& folder);

}  // namespace vqlab
