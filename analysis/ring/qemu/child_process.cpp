#include "analysis/ring/qemu/child_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include "analysis/ring/qemu/error.hpp"

namespace vqlab::qemu {
namespace {

// The child's life until it becomes the program. `report` is closed by exec, or gets the reason why there was none.
[[noreturn]] void become(char* const* argv, const std::vector<int>& inherited, int output, int report, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);  // it died before the line above
  // A terminal's Ctrl-C is for the parent to hear: the child ends with it.
  setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  for (const int fd : inherited) fcntl(fd, F_SETFD, 0);
  execvp(argv[0], argv);
  const int reason = errno;
  const ssize_t written = write(report, &reason, sizeof reason);
  _exit(written == sizeof reason ? 1 : 2);
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& words, const std::vector<int>& inherited)
    : output_(memory_file("output")) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "cannot make a pipe");
  const FileHandle reads(ends[0]);
  FileHandle writes(ends[1]);

  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "cannot make a process");
  if (pid_ == 0) become(argv.data(), inherited, output_.get(), writes.get(), parent);
  { const FileHandle closed = std::move(writes); }

  int reason = 0;
  ssize_t count = 0;
  do count = read(reads.get(), &reason, sizeof reason);
  while (count < 0 && errno == EINTR);
  if (count != sizeof reason) return;
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
  throw Error("cannot start " + words[0] + ": " + std::strerror(reason));
}

ChildProcess::~ChildProcess() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace vqlab::qemu
