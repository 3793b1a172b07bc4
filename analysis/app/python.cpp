#include "analysis/app/python.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <utility>

#include "analysis/app/exit_code.hpp"
#include "analysis/app/home.hpp"
#include "analysis/app/run_program.hpp"

namespace vqlab {
int run_analysis(const std::string& script, const std::vector<std::string>& arguments, const char* python) {
  std::vector<std::string> words{python, (home() / "analysis" / script).string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const ProgramEnd end = run_program(std::move(words));
  if (end.not_started.empty()) return end.status;
  fmt::print(stderr,
             "vqlab: {} cannot be started: {}. Figures are drawn by Debian's python3, with python3-matplotlib\n",
             python, end.not_started);
  return kExitFailed;
}

void draw_figures(const std::filesystem::path& directory, const std::optional<std::filesystem::path>& kept) {
  std::vector<std::string> words{directory.string()};
  if (kept) words.insert(words.end(), {"--cache", kept->string()});
  if (const int status = run_analysis("figures/plot.py", words); status != 0)
    fmt::print(stderr, "vqlab: no figures (plot.py ended with {}); `vqlab plot {}` tries again\n", status,
               directory.string());
}

}  // namespace vqlab
