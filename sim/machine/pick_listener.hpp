// Hears which queues are picked on one device.
#pragma once

#include <cstdint>

#include "models/base/ids.hpp"

namespace vqlab::sim {

class PickListener {
 public:
  virtual ~PickListener() = default;
  // A queue has been picked for the command.
  virtual void picked(std::uint64_t tag, TargetId target, QueueId queue) = 0;
};

}  // namespace vqlab::sim
