#include "sim/engine/thread_time.hpp"

namespace vqlab::sim {

void ThreadTime::begin_watched(Calendar& calendar, Step& step, Duration time, Work work) {
  work_ = work;
  step.thread = thread_;
  if (off()) {
    left_ = time;
    return;
  }
  calendar.schedule(step, time);
  if (traced()) calendar.trace()->works(thread_, work, ends_);
}

}  // namespace vqlab::sim
