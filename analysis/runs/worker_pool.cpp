#include "analysis/runs/worker_pool.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdexcept>
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

// What the server tells: an outcome, or why it cannot go on. Its strings follow it.
struct Frame {
  std::uint64_t task = 0;
  std::uint64_t payload_bytes = 0;
  std::uint64_t error_bytes = 0;
  int why = 0;  // errno of the server's own failure; 0: an outcome
  bool ok = false;
};

void send(int fd, const Frame& frame, const std::string& payload, const std::string& error) {
  std::string bytes(reinterpret_cast<const char*>(&frame), sizeof frame);
  bytes += payload;
  bytes += error;
  if (!write_all(fd, bytes)) _exit(1);  // nobody reads any more
}

// The server's whole life. It was forked before there was any result and never has one for long, so that it stays as
// small as it is, and with it what each fork has to copy.
[[noreturn]] void be_server(std::size_t tasks, std::size_t jobs, const std::function<std::string(std::size_t)>& work,
                            int results, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  setpgid(0, 0);  // the parent decides what Ctrl-C means
  try {
    const std::function<void(const TaskOutcome&)> tell = [results](const TaskOutcome& outcome) {
      const Frame frame{.task = outcome.task,
                        .payload_bytes = outcome.payload.size(),
                        .error_bytes = outcome.error.size(),
                        .ok = outcome.ok};
      send(results, frame, outcome.payload, outcome.error);
    };
    (void)Pool(work, tell).run(tasks, jobs);
  } catch (const std::system_error& error) {
    send(results, {.why = error.code().value()}, "", error.what());
  }
  _exit(0);
}

// Reads what the server tells.
class Listener {
 public:
  Listener(int fd, const std::function<void(const TaskOutcome&)>& finished) : fd_(fd), finished_(finished) {}

  [[nodiscard]] std::size_t heard() const { return heard_; }

  // False at the end. Throws std::system_error where the server could not go on.
  bool listen() {
    std::array<char, 65536> part;
    const ssize_t count = read(fd_, part.data(), part.size());
    if (count < 0 && errno == EINTR) return true;
    if (count <= 0) return false;
    bytes_.append(part.data(), static_cast<std::size_t>(count));
    std::size_t at = 0;
    for (Frame frame; bytes_.size() - at >= sizeof frame;
         at += sizeof frame + frame.payload_bytes + frame.error_bytes) {
      std::memcpy(&frame, bytes_.data() + at, sizeof frame);
      if (bytes_.size() - at - sizeof frame < frame.payload_bytes + frame.error_bytes) break;
      const std::size_t payload = at + sizeof frame;
      TaskOutcome outcome{static_cast<std::size_t>(frame.task), frame.ok, bytes_.substr(payload, frame.payload_bytes),
                          bytes_.substr(payload + frame.payload_bytes, frame.error_bytes)};
      if (frame.why != 0) throw std::system_error(frame.why, std::generic_category(), "worker process");
      ++heard_;
      finished_(outcome);
    }
    bytes_.erase(0, at);
    return true;
  }

 private:
  int fd_;
  const std::function<void(const TaskOutcome&)>& finished_;
  std::string bytes_;
  std::size_t heard_ = 0;
};

// The process that forks the tasks' own. Gone with the object, and with it all that it has forked.
class Server {
 public:
  Server(std::size_t tasks, std::size_t jobs, const std::function<std::string(std::size_t)>& work) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe");
    std::fflush(nullptr);  // else it would print what is still in the parent's buffers
    const pid_t parent = getpid();
    pid_ = fork();
    const int why = errno;
    if (pid_ == 0) {
      close(ends[0]);
      be_server(tasks, jobs, work, ends[1], parent);
    }
    close(ends[1]);
    results_ = ends[0];
    if (pid_ > 0) return;
    close(results_);
    errno = why;
    fail("fork");
  }
  ~Server() {
    stop();
    close(results_);  // a server that waits for somebody to read ends, too
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] int results() const { return results_; }
  // It kills what it has forked. What had ended before is still told.
  void stop() const { kill(pid_, SIGTERM); }

 private:
  pid_t pid_;
  int results_;
};

}  // namespace

bool run_in_processes(std::size_t tasks, unsigned jobs, const std::function<std::string(std::size_t)>& work,
                      const std::function<void(const TaskOutcome&)>& finished) {
  if (tasks == 0) return false;
  const SignalGuard signals;
  const Server server(tasks, jobs == 0 ? usable_cpus() : jobs, work);
  Listener listener(server.results(), finished);
  for (;;) {
    pollfd waiting{server.results(), POLLIN, 0};
    if (interrupted == 0 && ppoll(&waiting, 1, nullptr, &signals.mask_while_waiting()) < 0 && errno != EINTR)
      fail("poll");
    if (interrupted != 0) server.stop();
    if ((interrupted != 0 || waiting.revents != 0) && !listener.listen()) break;
  }
  if (interrupted == 0 && listener.heard() < tasks)
    throw std::runtime_error("the process that starts the workers has been killed");
  return interrupted != 0;
}

unsigned usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return 1;
  return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
}

}  // namespace vqlab
