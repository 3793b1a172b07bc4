#include "analysis/runs/heard_signals.hpp"

#include "analysis/runs/held_signals.hpp"

namespace vqlab {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void note_interrupt(int) { interrupted = 1; }

}  // namespace

HeardSignals::HeardSignals() {
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

HeardSignals::~HeardSignals() {
  sigaction(SIGINT, &old_int_, nullptr);
  sigaction(SIGTERM, &old_term_, nullptr);
  sigprocmask(SIG_SETMASK, &old_mask_, nullptr);
}

bool HeardSignals::came() const noexcept { return interrupted != 0; }

}  // namespace vqlab
