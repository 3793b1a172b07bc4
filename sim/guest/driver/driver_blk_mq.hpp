// The later driver, on blk-mq: a command's queue is that of the submitting vCPU, nothing is kept of a target, and the
// doorbell is rung once for a batch.
#pragma once

#include "models/command/queue_map.hpp"
#include "sim/guest/driver/driver.hpp"
#include "sim/guest/scsi_layer.hpp"

namespace vqlab::sim {

class BlkMqDriver final : public VirtioScsiDriver {
 public:
  BlkMqDriver(Machine& machine, const Testbed& testbed, LineIndex first_line, IndirectTablePool& tables,
              std::vector<Command>& commands, std::uint64_t seed)
      : VirtioScsiDriver(machine, testbed, first_line, tables, commands, TargetLock::kNone, seed),
        map_(static_cast<std::uint32_t>(queues_.size()), testbed.guest.vcpus) {
    takes_host_lock_ = false;
  }

  RequestQueue* batch_queue(const Vcpu& cpu) override { return queues_[map_.queue_of(cpu.id()).index()].get(); }

 private:
  Duration draw_pick(Vcpu&, std::uint32_t) override { return Duration{0}; }
  RequestQueue* pick_queue(Vcpu& cpu, Command& command) override {
    RequestQueue& queue = *batch_queue(cpu);
    steer(*command.lun->target, queue);  // counted, though the driver knows nothing of it
    return &queue;
  }
  AddResult add(RequestQueue& queue, const Command& command) override {
    return queue.ring.with([this, &command](auto& ring) { return add_lists(ring, buffers_of(command), command.tag); });
  }
  void forget(Command&, RequestQueue&, bool) override {}

  QueueMap map_;
};

}  // namespace vqlab::sim
