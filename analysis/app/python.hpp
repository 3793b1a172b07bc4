// Python programs of analysis/.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vqlab {

// Not the first python3 in the path: that one may have none of Debian's packages.
inline constexpr const char* kDebianPython = "/usr/bin/python3";

// Runs analysis/SCRIPT with Python and waits for it; it prints where this program prints. Returns its exit code. If
// there is no Python it says so, and returns kExitFailed.
[[nodiscard]] int run_analysis(const std::string& script, const std::vector<std::string>& arguments,
                               const char* python = kDebianPython);

// Draws the figures of a result directory; with `kept`, a folder, those of the same results are taken from there if
// they were drawn before, and left there if not. The results are there already: where that fails it is said, and no
// more.
void draw_figures(const std::filesystem::path& directory, const std::optional<std::filesystem::path>& kept);

}  // namespace vqlab
