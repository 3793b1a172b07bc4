#include "analysis/runs/worker_pool.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
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
#include <sys/resource.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "analysis/runs/heard_signals.hpp"
#include "analysis/runs/shares_under_way.hpp"
#include "analysis/runs/write_file.hpp"

namespace vqlab {
namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

constexpr std::size_t kMostError = 4000;  // the end of what a failed task printed
constexpr std::chrono::milliseconds kBetweenLooks{250};

// Where the process of a task reports how far it is; elsewhere nowhere.
struct Reporting {
  SharesUnderWay* shares = nullptr;
  std::size_t place = 0;
  std::size_t task = 0;
};
Reporting reporting;

struct Child {
  pid_t pid = -1;
  std::size_t task = 0;
  std::size_t place = 0;  // of its share
  int result = -1;        // pipe of the payload; -1 once it is at its end
  int output = -1;        // pipe of what it prints
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

double cpu_seconds(const rusage& used) {
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

std::string ending(int status) {
  if (WIFSIGNALED(status)) return std::string("killed by signal: ") + strsignal(WTERMSIG(status));
  return "exit status " + std::to_string(WEXITSTATUS(status));
}

class Pool {
 public:
  Pool(const std::function<std::string(std::size_t)>& work, const std::function<void(const TaskOutcome&)>& finished,
       SharesUnderWay& shares)
      : work_(work), finished_(finished), shares_(shares) {}
  ~Pool() { kill_all(); }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  bool run(std::size_t tasks, std::size_t jobs) {
    for (std::size_t place = jobs; place > 0; --place) free_places_.push_back(place - 1);
    for (std::size_t next = 0; !signals_.came() && (next < tasks || !children_.empty());) {
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
    return signals_.came();
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
      reporting = {&shares_, free_places_.back(), task};
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
    children_.push_back({pid, task, free_places_.back(), result[0], output[0], "", ""});
    free_places_.pop_back();
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
      rusage used = {};
      while (wait4(child.pid, &status, 0, &used) < 0 && errno == EINTR) {
      }
      TaskOutcome outcome{child.task, status == 0, std::move(child.payload), "", cpu_seconds(used), 0};
      if (!outcome.ok) {
        const std::string& printed = child.printed;
        outcome.error = ending(status);
        if (!printed.empty())
          outcome.error += "\n" + printed.substr(printed.size() - std::min(printed.size(), kMostError));
      }
      free_places_.push_back(child.place);
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
  SharesUnderWay& shares_;
  HeardSignals signals_;
  std::vector<Child> children_;
  std::vector<std::size_t> free_places_;  // of shares
};

// What the server tells: an outcome, or why it cannot go on. Its strings follow it.
struct Frame {
  std::uint64_t task = 0;
  std::uint64_t payload_bytes = 0;
  std::uint64_t error_bytes = 0;
  double cpu_s = 0;
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
                            SharesUnderWay& shares, int results, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  setpgid(0, 0);  // the parent decides what Ctrl-C means
  try {
    const std::function<void(const TaskOutcome&)> tell = [results](const TaskOutcome& outcome) {
      const Frame frame{.task = outcome.task,
                        .payload_bytes = outcome.payload.size(),
                        .error_bytes = outcome.error.size(),
                        .cpu_s = outcome.cpu_s,
                        .ok = outcome.ok};
      send(results, frame, outcome.payload, outcome.error);
    };
    (void)Pool(work, tell, shares).run(tasks, jobs);
  } catch (const std::system_error& error) {
    send(results, {.why = error.code().value()}, "", error.what());
  }
  _exit(0);
}

// Reads what the server tells.
class Listener {
 public:
  Listener(int fd, const std::function<void(const TaskOutcome&)>& finished, SharesUnderWay& shares)
      : fd_(fd), finished_(finished), shares_(shares) {}

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
      TaskOutcome outcome{static_cast<std::size_t>(frame.task),
                          frame.ok,
                          bytes_.substr(payload, frame.payload_bytes),
                          bytes_.substr(payload + frame.payload_bytes, frame.error_bytes),
                          frame.cpu_s,
                          0};
      if (frame.why != 0) throw std::system_error(frame.why, std::generic_category(), "worker process");
      ++heard_;
      shares_.end(outcome.task);
      outcome.under_way = shares_.sum();
      finished_(outcome);
    }
    bytes_.erase(0, at);
    return true;
  }

 private:
  int fd_;
  const std::function<void(const TaskOutcome&)>& finished_;
  SharesUnderWay& shares_;
  std::string bytes_;
  std::size_t heard_ = 0;
};

// The process that forks the tasks' own. Gone with the object, and with it all that it has forked.
class Server {
 public:
  Server(std::size_t tasks, std::size_t jobs, const std::function<std::string(std::size_t)>& work,
         SharesUnderWay& shares) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe");
    std::fflush(nullptr);  // else it would print what is still in the parent's buffers
    const pid_t parent = getpid();
    pid_ = fork();
    const int why = errno;
    if (pid_ == 0) {
      close(ends[0]);
      be_server(tasks, jobs, work, shares, ends[1], parent);
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
                      const std::function<void(const TaskOutcome&)>& finished, const Watch& watch) {
  if (tasks == 0) return false;
  const std::size_t at_once = std::min<std::size_t>(tasks, jobs == 0 ? usable_cpus() : jobs);
  SharesUnderWay shares(at_once);
  const HeardSignals signals;
  const Server server(tasks, at_once, work, shares);
  Listener listener(server.results(), finished, shares);
  constexpr timespec kPause{0, std::chrono::nanoseconds(kBetweenLooks).count()};
  auto last_look = std::chrono::steady_clock::now();
  for (;;) {
    pollfd waiting{server.results(), POLLIN, 0};
    const timespec* const pause = watch ? &kPause : nullptr;
    if (!signals.came() && ppoll(&waiting, 1, pause, &signals.mask_while_waiting()) < 0 && errno != EINTR) fail("poll");
    if (watch && std::chrono::steady_clock::now() - last_look >= kBetweenLooks) {
      watch(shares.sum());
      last_look = std::chrono::steady_clock::now();
    }
    if (signals.came()) server.stop();
    if ((signals.came() || waiting.revents != 0) && !listener.listen()) break;
  }
  if (!signals.came() && listener.heard() < tasks)
    throw std::runtime_error("the process that starts the workers has been killed");
  return signals.came();
}

void report_share(double share) noexcept {
  if (reporting.shares != nullptr) reporting.shares->report(reporting.place, reporting.task, share);
}

unsigned usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return 1;
  return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
}

}  // namespace vqlab
