// What a clairvoyant policy is told of one device: the state of guest and device as it is.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "models/steering/clairvoyance.hpp"
#include "models/testbed/interrupt_routing.hpp"
#include "models/testbed/testbed.hpp"
#include "sim/guest/driver.hpp"
#include "sim/guest/vcpu.hpp"
#include "sim/machine/machine.hpp"
#include "sim/machine/pick_listener.hpp"

namespace vqlab::sim {

class Foresight final : public Clairvoyance, public PickListener, private CommandObserver {
 public:
  // `commands`: of the guest; `driver`: of the device. References must outlive the object, and the object the machine's
  // run.
  Foresight(Machine& machine, const Testbed& testbed, const InterruptRouting& routing, const std::deque<Vcpu>& vcpus,
            VirtioScsiDriver& driver, std::uint32_t commands);

  [[nodiscard]] double loss_by(QueueId queue, VcpuId submitter) const override;
  [[nodiscard]] bool waits(TargetId target) const override { return of_target_[target.index()] > 0; }
  void picked(std::uint64_t tag, TargetId target, QueueId queue) override;

 private:
  struct Pick {
    TargetId target;
    QueueId queue;
    bool waits = false;
  };

  // How many processes lose a ns if the vCPU has a ns more to do.
  [[nodiscard]] double price(VcpuId vcpu) const;
  void leave(std::uint64_t tag);

  void called(std::uint32_t, std::uint64_t) override {}
  void accepted(std::uint64_t) override {}
  void refused(std::uint64_t tag) override { leave(tag); }
  void taken(std::uint64_t tag) override { leave(tag); }

  const InterruptRouting& routing_;
  const std::deque<Vcpu>& vcpus_;
  VirtioScsiDriver& driver_;
  std::vector<Pick> picks_;               // by tag
  std::vector<std::uint32_t> of_target_;  // commands that the device has not taken
  std::vector<std::uint32_t> of_queue_;   // the same
  bool completes_at_submitter_;
  // Mean times of a command of mean size, in ns.
  double kick_;
  double serve_;      // by the host's thread, if not all queues have the same; else 0
  double interrupt_;  // and the used buffer
  double entry_;      // of these, under the queue's lock
  double remote_;     // more if another vCPU submitted it
  double lines_;
  double ipi_send_;
  double ipi_receive_;
  double complete_;
  double complete_remote_;
  double halted_;     // a latency
  double in_flight_;  // commands that a process keeps there: it loses one part in so many of what one of them waits
};

}  // namespace vqlab::sim
