// SIGINT and SIGTERM of a process that waits for others.
#pragma once

#include <csignal>

namespace vqlab {

// While it lives, both signals are noted, and delivered only where somebody waits with mask_while_waiting(): none is
// missed between a look at came() and the wait. Precondition: the process has one at a time.
class HeardSignals {
 public:
  HeardSignals();
  // Handlers and mask are those of before.
  ~HeardSignals();
  HeardSignals(const HeardSignals&) = delete;
  HeardSignals& operator=(const HeardSignals&) = delete;

  [[nodiscard]] bool came() const noexcept;
  [[nodiscard]] const sigset_t& mask_while_waiting() const noexcept { return mask_while_waiting_; }

 private:
  sigset_t old_mask_;
  sigset_t mask_while_waiting_;
  struct sigaction old_int_;
  struct sigaction old_term_;
};

}  // namespace vqlab
