// Where a scenario lies, and the folders in which what it names is looked for.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "analysis/scenario/fault.hpp"

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

// For messages: "looked in a, b or c".
[[nodiscard]] inline std::string looked_in(const std::vector<std::filesystem::path>& folders) {
  std::vector<std::string> names;
  for (const std::filesystem::path& folder : folders)
    if (std::string name = folder.lexically_normal().string(); names.empty() || names.back() != name)
      names.push_back(std::move(name));
  return "looked in " + one_of(names);
}

}  // namespace vqlab
