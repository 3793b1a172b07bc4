#include "analysis/runs/held_signals.hpp"

#include <ctime>

namespace vqlab {

sigset_t interrupting_signals() {
  sigset_t both;
  sigemptyset(&both);
  sigaddset(&both, SIGINT);
  sigaddset(&both, SIGTERM);
  return both;
}

HeldSignals::HeldSignals() {
  const sigset_t both = interrupting_signals();
  sigprocmask(SIG_BLOCK, &both, &old_mask_);
}

HeldSignals::~HeldSignals() {
  const sigset_t both = interrupting_signals();
  const timespec at_once = {};
  while (sigtimedwait(&both, nullptr, &at_once) > 0) {
  }
  sigprocmask(SIG_SETMASK, &old_mask_, nullptr);
}

bool HeldSignals::came() const {
  sigset_t waiting;
  sigpending(&waiting);
  return sigismember(&waiting, SIGINT) == 1 || sigismember(&waiting, SIGTERM) == 1;
}

}  // namespace vqlab
