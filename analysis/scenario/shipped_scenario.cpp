#include "analysis/scenario/shipped_scenario.hpp"

#include <system_error>

namespace vqlab {
namespace {

namespace fs = std::filesystem;

constexpr const char* kScenarioFolders[] = {"studies", "tutorial"};

}  // namespace

fs::path find_scenario(const fs::path& file, const fs::path& scenarios_home) {
  std::error_code error;
  if (fs::exists(file, error) && !fs::is_directory(file, error)) return file;
  if (file.empty() || file.is_absolute() || scenarios_home.empty()) return {};
  if (file.has_parent_path()) {
    const fs::path shipped = scenarios_home.parent_path() / file;
    return fs::is_regular_file(shipped, error) ? shipped : fs::path();
  }
  for (const char* folder : kScenarioFolders)
    if (const fs::path named = scenarios_home / folder / (file.stem().string() + ".json");
        fs::is_regular_file(named, error))
      return named;
  return {};
}

std::string accepted_scenarios(const fs::path& scenarios_home) {
  std::string text = "a scenario file";
  if (scenarios_home.empty()) return text;
  text += ", or the name of one in ";
  for (const char* folder : kScenarioFolders)
    text += (folder == kScenarioFolders[0] ? "" : " or ") + (scenarios_home / folder).string();
  return text;
}

}  // namespace vqlab
