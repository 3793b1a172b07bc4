#include "analysis/app/python.hpp"

#include <cerrno>
#include <cstdio>
#include <fmt/format.h>
#include <iostream>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analysis/app/home.hpp"

namespace vqlab {
namespace {

// Not the first python3 in the path: that one may have none of Debian's packages.
constexpr const char* kPython = "/usr/bin/python3";
constexpr int kNotFound = 127;

}  // namespace

int run_analysis(const std::string& script, const std::vector<std::string>& arguments) {
  std::vector<std::string> words{kPython, (home() / "analysis" / script).string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::cout.flush();
  std::fflush(nullptr);
  pid_t pid = 0;
  if (posix_spawn(&pid, kPython, nullptr, nullptr, argv.data(), environ) != 0) return kNotFound;
  int status = 0;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return kNotFound;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

void draw_figures(const std::filesystem::path& directory) {
  if (const int status = run_analysis("figures/plot.py", {directory.string()}); status != 0)
    fmt::print(stderr, "vqlab: no figures (plot.py ended with {}); `vqlab plot {}` tries again\n", status,
               directory.string());
}

}  // namespace vqlab
