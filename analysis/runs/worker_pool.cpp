#include "analysis/runs/worker_pool.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "analysis/runs/held_signals.hpp"
#include "analysis/runs/write_file.hpp"

namespace vqlab {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void note_interrupt(int) { interrupted = 1; }

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

// While it lives, SIGINT and SIGTERM are noted, and delivered only where the pool waits: none is missed between a look
// at the flag and the wait.
class SignalGuard {
 public:
  SignalGuard() {
    interrupted = 0;
    const sigset_t both = interrupting_signals();
    sigprocmask(SIG_BLOCK, &both, &old_mask_);
    mask_while_waiting_ = old_mask_;
    sigdelset(&mask_while_waiting_, SIGINT);
    sigdelset(&mask_while_waiting_, SIGTERM);
    struct sigaction action = {};
    action.sa_handler = note_interrupt;
    sigaction(SIGINT, &action, &old_int_);
    sigaction(SIGTERM, &action, &old_term_);
  }
  ~SignalGuard() {
    sigaction(SIGINT, &old_int_, nullptr);
    sigaction(SIGTERM, &old_term_, nullptr);
    sigprocmask(SIG_SETMASK, &old_mask_, nullptr);
  }
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;

  [[nodiscard]] const sigset_t& mask_while_waiting() const { return mask_while_waiting_; }

 private:
  sigset_t old_mask_;
  sigset_t mask_while_waiting_;
  struct sigaction old_int_;
  struct sigaction old_term_;
};

constexpr std::size_t kMostError = 4000;  // the end of what a failed task printed

struct Child {
  pid_t pid = -1;
  std::size_t task = 0;
  int result = -1;  // pipe of the payload; -1 once it is at its end
  int output = -1;  // pipe of what it prints
  std::string payload;
  std::string printed;
};

// The child's whole life. Ends by _exit: what the parent has open and registered is not the child's to close.
[[noreturn]] void be_child(std::size_t task, const std::function<std::string(std::size_t)>& work, int result,
                           int output, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);  // it died before the line above
  // A terminal's Ctrl-C goes to the whole foreground group, and simulation libraries have handlers of their own: in a
  // group of its own the child does not hear it, and the parent decides.
  setpgid(0, 0);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  int status = 0;
  try {
    if (!write_all(result, work(task))) status = 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    status = 1;
  }
  std::fflush(nullptr);
  _exit(status);
}

std::string ending(int status) {
  if (WIFSIGNALED(status)) return std::string("killed by signal: ") + strsignal(WTERMSIG(status));
  return "exit status " + std::to_string(WEXITSTATUS(status));
}

class Pool {
 public:
  Pool(const std::function<std::string(std::size_t)>& work, const std::function<void(const TaskOutcome&)>& finished)
      : work_(work), finished_(finished) {}
  ~Pool() { kill_all(); }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  bool run(std::size_t tasks, std::size_t jobs) {
    for (std::size_t next = 0; interrupted == 0 && (next < tasks || !children_.empty());) {
      while (next < tasks && children_.size() < jobs) {
        if (start(next))
          ++next;
        else
          jobs = children_.size();  // as many as the system gives descriptors and processes for
      }
      wait_for_news();
      reap();
    }
    kill_all();
    return interrupted != 0;
  }

 private:
  // False if others run and there is no room beside them.
  bool start(std::size_t task) {
    std::array<int, 2> result{};
    std::array<int, 2> output{};
    if (pipe2(result.data(), O_CLOEXEC) != 0) return no_room("pipe");
    if (pipe2(output.data(), O_CLOEXEC) != 0) {
      const int why = errno;
      close(result[0]);
      close(result[1]);
      errno = why;
      return no_room("pipe");
    }
    std::fflush(nullptr);  // else the child would print what is still in the parent's buffers
    const pid_t parent = getpid();
    const pid_t pid = fork();
    const int why = errno;
    if (pid == 0) {
      for (const Child& other : children_) {
        close(other.result);
        close(other.output);
      }
      close(result[0]);
      close(output[0]);
      sigprocmask(SIG_SETMASK, &signals_.mask_while_waiting(), nullptr);
      std::signal(SIGTERM, SIG_DFL);
      be_child(task, work_, result[1], output[1], parent);
    }
    close(result[1]);
    close(output[1]);
    if (pid < 0) {
      close(result[0]);
      close(output[0]);
      errno = why;
      return no_room("fork");
    }
    children_.push_back({pid, task, result[0], output[0], "", ""});
    return true;
  }

  // Precondition: errno says why.
  [[nodiscard]] bool no_room(const char* what) const {
    const bool may_come = errno == EMFILE || errno == ENFILE || errno == EAGAIN || errno == ENOMEM;
    if (!may_come || children_.empty()) fail(what);
    return false;
  }

  void wait_for_news() {
    std::vector<pollfd> waiting;
    for (const Child& child : children_)
      for (const int fd : {child.result, child.output})
        if (fd >= 0) waiting.push_back({fd, POLLIN, 0});
    if (ppoll(waiting.data(), waiting.size(), nullptr, &signals_.mask_while_waiting()) < 0) {
      if (errno != EINTR) fail("poll");
      return;
    }
    std::size_t slot = 0;
    for (Child& child : children_) {
      // The order of `waiting`: result before output.
      if (child.result >= 0 && waiting[slot++].revents != 0) drain(child.result, child.payload);
      if (child.output >= 0 && waiting[slot++].revents != 0) {
        drain(child.output, child.printed);
        if (child.printed.size() > 2 * kMostError) child.printed.erase(0, child.printed.size() - kMostError);
      }
    }
  }

  static void drain(int& fd, std::string& into) {
    std::array<char, 65536> buffer;
    const ssize_t count = read(fd, buffer.data(), buffer.size());
    if (count > 0) {
      into.append(buffer.data(), static_cast<std::size_t>(count));
    } else if (count == 0 || errno != EINTR) {
      close(fd);
      fd = -1;
    }
  }

  // Children whose pipes are at their ends are over, or about to be.
  void reap() {
    for (std::size_t i = 0; i < children_.size();) {
      Child& child = children_[i];
      if (child.result >= 0 || child.output >= 0) {
        ++i;
        continue;
      }
      int status = 0;
      while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
      }
      TaskOutcome outcome{child.task, status == 0, std::move(child.payload), ""};
      if (!outcome.ok) {
        const std::string& printed = child.printed;
        outcome.error = ending(status);
        if (!printed.empty())
          outcome.error += "\n" + printed.substr(printed.size() - std::min(printed.size(), kMostError));
      }
      children_.erase(children_.begin() + static_cast<std::ptrdiff_t>(i));
      finished_(outcome);
    }
  }

  void kill_all() {
    for (const Child& child : children_) kill(child.pid, SIGKILL);
    for (const Child& child : children_) {
      while (waitpid(child.pid, nullptr, 0) < 0 && errno == EINTR) {
      }
      if (child.result >= 0) close(child.result);
      if (child.output >= 0) close(child.output);
    }
    children_.clear();
  }

  const std::function<std::string(std::size_t)>& work_;
  const std::function<void(const TaskOutcome&)>& finished_;
  SignalGuard signals_;
  std::vector<Child> children_;
};

}  // namespace

bool run_in_processes(std::size_t tasks, unsigned jobs, const std::function<std::string(std::size_t)>& work,
                      const std::function<void(const TaskOutcome&)>& finished) {
  return Pool(work, finished).run(tasks, jobs == 0 ? usable_cpus() : jobs);
}

unsigned usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return 1;
  return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
}

}  // namespace vqlab
