#include "analysis/runs/crash_guard.hpp"

#include <csignal>
#include <fmt/format.h>
#include <unistd.h>

#include "analysis/app/exit_code.hpp"

namespace vqlab {
namespace {

// Written out beforehand: a handler must not allocate.
std::string& crash_words() {
  static std::string words;
  return words;
}
std::string& hang_words() {
  static std::string words;
  return words;
}
pid_t guarded_process = 0;

void say(const std::string& words) { (void)!write(STDERR_FILENO, words.data(), words.size()); }

// SA_RESETHAND has brought the default back.
void crashed(int signal) {
  say(crash_words());
  if (getpid() == guarded_process) _exit(kExitFailed);
  raise(signal);
}

void hangs(int) {
  say(hang_words());
  _exit(kExitFailed);
}

}  // namespace

void guard_against_crashes(const std::string& file) {
  crash_words() = fmt::format(
      "vqlab: crashed after {0} was loaded: a bad pointer, a failed assertion or an exception that nobody caught, most "
      "likely in that file. A debugger shows where: gdb --args vqlab policy try {0}\n",
      file);
  guarded_process = getpid();
  struct sigaction action {};
  action.sa_handler = crashed;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) sigaction(signal, &action, nullptr);
}

HangGuard::HangGuard(const std::string& file, unsigned seconds) {
  hang_words() = fmt::format(
      "vqlab: {} has not come to an end within {} s: pick() or a function that is told of commands does not return\n",
      file, seconds);
  struct sigaction action {};
  action.sa_handler = hangs;
  sigaction(SIGALRM, &action, nullptr);
  alarm(seconds);
}

HangGuard::~HangGuard() { alarm(0); }

}  // namespace vqlab
