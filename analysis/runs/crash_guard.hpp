// What is said when code that a user has loaded ends the process.
#pragma once

#include <string>

namespace vqlab {

// From now on SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT, which std::terminate() raises for what is thrown and not
// caught, say on standard error that `file` may be to blame, and end this process with kExitFailed. Processes that it
// forks say it, too, and end by the signal, which whoever waits for them sees. A later call names another file.
// Precondition: there is one thread.
void guard_against_crashes(const std::string& file);

// While it lives: ends the process with kExitFailed, and says so of `file`, after so many seconds. Precondition: nobody
// else uses alarm(), and there is one object.
class HangGuard {
 public:
  HangGuard(const std::string& file, unsigned seconds);
  ~HangGuard();
  HangGuard(const HangGuard&) = delete;
  HangGuard& operator=(const HangGuard&) = delete;
};

}  // namespace vqlab
