#include "sim/guest/driver_series.hpp"

#include "sim/guest/scsi_layer.hpp"

namespace vqlab::sim {

VirtioScsiDriver::TargetLock SeriesDriver::target_lock_of(const Testbed& testbed) {
  // Without the piecewise API the command is linearised into the target's table.
  if (testbed.guest.buffer_api == name_of(BufferApi::kAddBuf)) return TargetLock::kUntilAdded;
  // A device with one queue has an entry point of its own: requests are counted, no lock is taken.
  return testbed.controller.queues(testbed.guest.vcpus) == 1 ? TargetLock::kNone : TargetLock::kToPick;
}

SeriesDriver::SeriesDriver(Machine& machine, const Testbed& testbed, LineIndex first_line, IndirectTablePool& tables,
                           std::vector<Command>& commands, std::uint64_t seed)
    : VirtioScsiDriver(machine, testbed, first_line, tables, commands, target_lock_of(testbed), seed),
      policy_(Registry<PolicyEntry>::instance()
                  .find(testbed.guest.policy)
                  ->make(RandomStream(seed, "policy/" + std::to_string(first_line)))),
      api_(*buffer_api_named(testbed.guest.buffer_api)),  // the parameter table admits no other name
      vcpus_online_(testbed.guest.vcpus),
      drop_reqs_on_failed_add_(testbed.guest.drop_reqs_on_failed_add),
      target_lock_cost_(testbed.guest_costs.target_lock_ns, speed_) {
  // start_buf goes direct where there are no more segments than lists: two headers and one page.
  if (api_ == BufferApi::kPiecewise) direct_up_to_ = 3;
}

Duration SeriesDriver::draw_target_work(Vcpu& cpu, std::uint32_t descriptors) {
  const Duration pick = cpu.draw(target_lock_cost_);
  return api_ == BufferApi::kAddBuf ? pick + draw_linearise(cpu, descriptors) : pick;
}

RequestQueue& SeriesDriver::pick_queue(Vcpu& cpu, Command& command) {
  Target& target = *command.lun->target;
  if (api_ == BufferApi::kAddBuf) linearise(command);
  const std::uint32_t in_flight = access_.load(target.reqs);
  if (queues_.size() == 1) {
    access_.store(target.reqs, in_flight + 1);
    return *queues_[0];
  }
  const QueueId picked = policy_->pick({.now = machine_.calendar.now(),
                                        .submitter = cpu.id(),
                                        .vcpus_online = vcpus_online_,
                                        .queues = static_cast<std::uint32_t>(queues_.size()),
                                        .target = target.id,
                                        .lun = command.lun->lun,
                                        .target_in_flight = in_flight,
                                        .target_queue = QueueId(access_.load(target.req_vq))});
  access_.store(target.reqs, in_flight + 1);
  RequestQueue& queue = *queues_[picked.index()];
  steer(target, queue);
  return queue;
}

AddResult SeriesDriver::add(RequestQueue& queue, const Command& command) {
  return queue.ring.with([this, &command](auto& ring) {
    switch (api_) {
      case BufferApi::kPiecewise: return add_piecewise(ring, buffers_of(command), command.tag);
      case BufferApi::kAddSgs: return add_lists(ring, buffers_of(command), command.tag);
      case BufferApi::kAddBuf: break;
    }
    return add_linearised(ring, command);
  });
}

void SeriesDriver::forget(Command& command, bool refused) {
  if (refused && !drop_reqs_on_failed_add_) return;
  Target& target = *command.lun->target;
  access_.store(target.reqs, access_.load(target.reqs) - 1);
}

}  // namespace vqlab::sim
