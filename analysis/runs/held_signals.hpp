// Holds SIGINT and SIGTERM back, so that what is being written is written to its end.
#pragma once

#include <csignal>

namespace vqlab {

// While it lives, both signals wait, but for run_in_processes(), which hears them while its tasks run. One that was
// waited for is gone with the object. Precondition: there is one thread.
class HeldSignals {
 public:
  HeldSignals();
  ~HeldSignals();
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

  // Whether one of them waits.
  [[nodiscard]] bool came() const;

 private:
  sigset_t old_mask_;
};

// SIGINT and SIGTERM.
[[nodiscard]] sigset_t interrupting_signals();

}  // namespace vqlab
