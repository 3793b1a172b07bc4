// Python programs of analysis/.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace vqlab {

// Runs analysis/SCRIPT with Debian's Python and waits for it; it prints where this program prints. Returns its exit
// code, 127 if there is no Python.
[[nodiscard]] int run_analysis(const std::string& script, const std::vector<std::string>& arguments);

// Draws the figures of a result directory. The results are there already: where that fails it is said, and no more.
void draw_figures(const std::filesystem::path& directory);

}  // namespace vqlab
