// Python programs of analysis/.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vqlab {

// Runs analysis/SCRIPT with Python and waits for it; it prints where this program prints. Returns its exit code.
// Python is what the environment's VQLAB_PYTHON names; else the first python3 in PATH if it has the libraries that
// figures need, else Debian's. If there is none, or no script, it says so, and where it looked, and returns
// kExitFailed.
[[nodiscard]] int run_analysis(const std::string& script, const std::vector<std::string>& arguments);

// Draws the figures of a result directory; with `kept`, a folder, those of the same results are taken from there if
// they were drawn before, and left there if not. The results are there already: where that fails it is said, and no
// more.
void draw_figures(const std::filesystem::path& directory, const std::optional<std::filesystem::path>& kept);

}  // namespace vqlab
