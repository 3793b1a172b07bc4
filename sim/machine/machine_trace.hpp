// Hears what becomes of requests and what passes the queues, beside what threads do, if somebody records a run.
#pragma once

#include <cstdint>

#include "sim/engine/trace_sink.hpp"
#include "sim/machine/stage_accounts.hpp"

namespace vqlab::sim {

class MachineTrace : public TraceSink, public StageListener {
 public:
  // What happens to a request queue's ring or its line.
  enum class QueueEvent : std::uint8_t { kAdded, kTaken, kUsed, kKicked, kInterrupted };
  virtual void queue(QueueEvent event, std::uint32_t line) = 0;
};

}  // namespace vqlab::sim
