#include "analysis/app/home.hpp"

#include <cstdlib>
#include <system_error>

#include "build_info.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

fs::path home_of_environment() {
  const char* set = std::getenv("VQLAB_HOME");
  return set != nullptr ? fs::path(set) : fs::path();
}

// Empty if the system does not say where the program is.
fs::path installed_home() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::path() : program.parent_path().parent_path() / "share" / "vqlab";
}

bool has_scenarios(const fs::path& folder) {
  std::error_code error;
  return !folder.empty() && fs::is_directory(folder / "scenarios", error);
}

}  // namespace

fs::path home() {
  if (const fs::path set = home_of_environment(); !set.empty()) return set;
  if (const fs::path installed = installed_home(); has_scenarios(installed)) return installed;
  return build_source_dir();
}

std::string home_words() {
  if (const fs::path set = home_of_environment(); !set.empty()) return "VQLAB_HOME, " + set.string();
  const std::string beside = installed_home().string() + ", beside the program";
  if (has_scenarios(installed_home())) return beside;
  const fs::path tree = build_source_dir();
  const std::string source = tree.string() + ", which the program was built from";
  return has_scenarios(tree) ? source : beside + ", and " + source + "; VQLAB_HOME, which names another, is not set";
}

}  // namespace vqlab
