#include "sim/guest/driver_before.hpp"

#include "sim/guest/scsi_layer.hpp"

namespace vqlab::sim {

Task<VirtioScsiDriver::Added> BeforeDriver::add_command(Vcpu& cpu, Command& command) {
  Target& target = *command.lun->target;
  RequestQueue& queue = queues_[0];
  const std::uint32_t descriptors = 2 + command.segments;
  co_await target.lock.acquire(cpu.cpu());
  co_await cpu.spend(draw_linearise(cpu, descriptors));
  linearise(target, command);
  co_await queue.lock.acquire(cpu.cpu());
  co_await cpu.spend(draw_add(cpu, descriptors));
  const AddResult result = add_linearised(queue, target, command);
  // Only now may another command overwrite the target's table.
  target.lock.release(cpu.cpu());
  const bool kick = queue.ring.kick_prepare() || result.notify;
  queue.lock.release(cpu.cpu());
  co_return Added{result, kick, &queue};
}

}  // namespace vqlab::sim
