// Where a scenario lies, and the folders in which what it names is looked for.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace vqlab {

// Machine and device files are looked for in the neighbourhood of the file, then in `scenarios_home`.
struct ScenarioPlace {
  std::filesystem::path file;
  std::filesystem::path scenarios_home;  // folder that holds machines/ and devices/; may be empty
};

// Folders of the name that lie beside the file, beside its folder, and in `scenarios_home`, in this order; whether they
// exist is not looked at.
[[nodiscard]] inline std::vector<std::filesystem::path> folders_near(const ScenarioPlace& place,
                                                                     const std::string& name) {
  const std::filesystem::path folder = place.file.parent_path();
  std::vector<std::filesystem::path> folders{folder / name, folder / ".." / name};
  if (!place.scenarios_home.empty()) folders.push_back(place.scenarios_home / name);
  return folders;
}

}  // namespace vqlab
