#include "analysis/explore/simulators.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "analysis/runs/executor.hpp"
#include "analysis/runs/worker_pool.hpp"
#include "analysis/runs/write_file.hpp"

namespace vqlab {
namespace {

// In front of what a process tells.
constexpr char kSimulatedWell = '+';
constexpr char kSimulatedNot = '-';

// Ends by _exit: what the parent has open and registered is not the child's to close.
[[noreturn]] void simulate_here(const PointTask& point, const PointRunner& run_point, int result, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);  // it died before the line above
  const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, stream);
  std::string text;
  try {
    text = kSimulatedWell + simulated_text(point, run_point);
  } catch (const std::exception& error) {
    text = kSimulatedNot + std::string(error.what());
  }
  _exit(write_all(result, text) ? 0 : 1);
}

}  // namespace

Simulators::Simulators(unsigned most) : most_(most > 0 ? most : usable_cpus()) {}

void Simulators::start(std::uint64_t task, const PointTask& point, const PointRunner& run_point) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  std::fflush(nullptr);  // else the child would print what is still in the buffers
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) simulate_here(point, run_point, ends[1], parent);
  const int why = errno;
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    throw std::system_error(why, std::generic_category(), "fork");
  }
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  running_.push_back({task, pid, ends[0], ""});
}

void Simulators::give_up() {
  for (const Process& one : running_) kill(one.pid, SIGKILL);
  for (const Process& one : running_) {
    while (waitpid(one.pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    close(one.result);
  }
  running_.clear();
}

std::vector<int> Simulators::descriptors() const {
  std::vector<int> all;
  for (const Process& one : running_) all.push_back(one.result);
  return all;
}

std::vector<Simulated> Simulators::ended() {
  std::vector<Simulated> all;
  for (std::size_t i = 0; i < running_.size();) {
    Process& one = running_[i];
    std::array<char, 65536> part;
    ssize_t count = 0;
    while ((count = read(one.result, part.data(), part.size())) > 0)
      one.text.append(part.data(), static_cast<std::size_t>(count));
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
      ++i;
      continue;
    }
    close(one.result);
    int status = 0;
    while (waitpid(one.pid, &status, 0) < 0 && errno == EINTR) {
    }
    Simulated simulated{one.task, "", ""};
    if (WIFSIGNALED(status))
      simulated.error = std::string("killed by signal: ") + strsignal(WTERMSIG(status));
    else if (one.text.empty())
      simulated.error = "its process ended without a result";
    else
      (one.text.front() == kSimulatedWell ? simulated.result : simulated.error) = one.text.substr(1);
    all.push_back(std::move(simulated));
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return all;
}

}  // namespace vqlab
