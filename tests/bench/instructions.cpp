#include "tests/bench/instructions.hpp"

#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

#include "models/base/ensure.hpp"

namespace vqlab::bench {
namespace {

constexpr const char* kTool = "valgrind";

[[noreturn]] void run_under_callgrind(int output, std::vector<std::string> arguments) {
  dup2(output, STDERR_FILENO);
  // Valgrind is told the file, not the link: the link would be its own.

  std::string program(4096, '\0');
  const ssize_t length = readlink("/proc/self/exe", program.data(), program.size());
  if (length <= 0) _exit(1);
  program.resize(static_cast<std::size_t>(length));
  std::vector<std::string> words{kTool, "--tool=callgrind", "--callgrind-out-file=/dev/null", program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  execvp(kTool, pointers.data());
  _exit(1);
}

}  // namespace

std::optional<std::uint64_t> count_instructions(const std::vector<std::string>& arguments) {
  int ends[2] = {-1, -1};
  ensure(pipe(ends) == 0, "a pipe can be made");
  const pid_t child = fork();
  ensure(child >= 0, "a process can be made");
  if (child == 0) run_under_callgrind(ends[1], arguments);
  close(ends[1]);
  std::string output;
  char buffer[4096];
  for (ssize_t count = 0; (count = read(ends[0], buffer, sizeof buffer)) > 0;)
    output.append(buffer, static_cast<std::size_t>(count));
  close(ends[0]);
  int status = 0;
  ensure(waitpid(child, &status, 0) == child, "the child ends");
  const std::string label = "Collected : ";  // what callgrind says at its end
  const std::size_t at = output.find(label);
  if (status != 0 || at == std::string::npos) return std::nullopt;
  return std::strtoull(output.c_str() + at + label.size(), nullptr, 10);
}

}  // namespace vqlab::bench
