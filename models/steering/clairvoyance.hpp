// What no driver can know. A policy that is told shows how much more there would be to win; nobody could build it.
#pragma once

#include <cstdint>

#include "models/base/ids.hpp"

namespace vqlab {

// The true state of one device and of the guest around it, at this instant.
class Clairvoyance {
 public:
  virtual ~Clairvoyance() = default;
  // What everybody together would lose, in ns, if the next command of this vCPU took the queue.
  [[nodiscard]] virtual double loss_by(QueueId queue, VcpuId submitter) const = 0;
  // The device has not yet taken all commands of the target that a queue was picked for.
  [[nodiscard]] virtual bool waits(TargetId target) const = 0;

  // A queue has been picked for the command.
  virtual void picked(std::uint64_t tag, TargetId target, QueueId queue) = 0;
};

}  // namespace vqlab
