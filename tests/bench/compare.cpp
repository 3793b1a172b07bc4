#include "tests/bench/compare.hpp"

#include <array>
#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "models/base/ensure.hpp"
#include "tests/bench/program_rows.hpp"
#include "tests/bench/rows.hpp"
#include "tests/support/bench_rows.hpp"

namespace vqlab::bench {
namespace {

namespace fs = std::filesystem;

// What the program prints; nothing where it cannot be run or fails.
std::string output_of(const std::string& program, const std::vector<std::string>& arguments) {
  std::array<int, 2> ends{};
  ensure(pipe2(ends.data(), O_CLOEXEC) == 0, "a pipe can be made");
  std::fflush(nullptr);
  const pid_t child = fork();
  ensure(child >= 0, "a process can be made");
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
    std::vector<char*> words{const_cast<char*>(program.c_str())};
    for (const std::string& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    execv(program.c_str(), words.data());
    _exit(127);
  }
  close(ends[1]);
  std::string text;
  std::array<char, 4096> part;
  for (ssize_t count = 0; (count = read(ends[0], part.data(), part.size())) > 0;)
    text.append(part.data(), static_cast<std::size_t>(count));
  close(ends[0]);
  int status = 0;
  ensure(waitpid(child, &status, 0) == child, "the child ends");
  return status == 0 ? text : "";
}

using OneTurn = std::function<std::vector<Measured>()>;

// Whoever comes second may find the machine warmer.
void print_pairs(int turns, const OneTurn& mine, const OneTurn& others) {
  Turns here, there;
  for (int turn = 0; turn < turns; ++turn) {
    const bool first = turn % 2 == 0;
    if (first) here.push_back(mine());
    there.push_back(others());
    if (!first) here.push_back(mine());
  }
  std::fputs(pairs_table(here, there).c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace

int compare_revisions(const std::string& other) {
  const std::string bench = fs::read_symlink("/proc/self/exe");
  const std::string other_bench = fs::path(other).parent_path() / "tests" / "bench" / "vqlab_bench";
  std::printf("Medians of %d pairs; the ratio is this one over the other, with its 96 %% interval.\n\n", kTurns);
  std::printf("%-28s %12s %12s   %s\n", "", "this", "other", "ratio");
  try {
    const std::vector<RowGroup> here = program_rows(this_program());
    const std::vector<RowGroup> there = program_rows(other);
    for (std::size_t i = 0; i < here.size(); ++i) print_pairs(kTurns, here[i].turn, there[i].turn);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  for (const RowGroup& group : row_groups()) {
    const auto turn_of = [&group](const std::string& program) {
      return [&group, &program] { return rows_of(output_of(program, {"--turn", group.name})); };
    };
    print_pairs(group.turns, turn_of(bench), turn_of(other_bench));
  }
  return 0;
}

}  // namespace vqlab::bench
