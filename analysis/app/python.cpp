#include "analysis/app/python.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <iostream>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analysis/app/home.hpp"
#include "analysis/app/verb.hpp"

namespace vqlab {
int run_analysis(const std::string& script, const std::vector<std::string>& arguments, const char* python) {
  std::vector<std::string> words{python, (home() / "analysis" / script).string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::cout.flush();
  std::fflush(nullptr);
  pid_t pid = 0;
  if (const int error = posix_spawn(&pid, python, nullptr, nullptr, argv.data(), environ); error != 0) {
    fmt::print(stderr,
               "vqlab: {} cannot be started: {}. Figures are drawn by Debian's python3, with python3-matplotlib\n",
               python, std::strerror(error));
    return kExitFailed;
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return kExitFailed;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

void draw_figures(const std::filesystem::path& directory, const std::optional<std::filesystem::path>& kept) {
  std::vector<std::string> words{directory.string()};
  if (kept) words.insert(words.end(), {"--cache", kept->string()});
  if (const int status = run_analysis("figures/plot.py", words); status != 0)
    fmt::print(stderr, "vqlab: no figures (plot.py ended with {}); `vqlab plot {}` tries again\n", status,
               directory.string());
}

}  // namespace vqlab
