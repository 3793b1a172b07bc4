#include "sim/guest/driver_series.hpp"

#include <array>

#include "sim/guest/scsi_layer.hpp"

namespace vqlab::sim {

SeriesDriver::SeriesDriver(Machine& machine, const Testbed& testbed, LineIndex first_line, IndirectTablePool& tables,
                           std::deque<Command>& commands, std::uint64_t seed)
    : VirtioScsiDriver(machine, testbed, first_line, tables, commands, seed),
      policy_(Registry<PolicyEntry>::instance()
                  .find(testbed.guest.policy)
                  ->make(RandomStream(seed, "policy/" + std::to_string(first_line)))),
      api_(testbed.guest.buffer_api == "piecewise" ? BufferApi::kPiecewise
           : testbed.guest.buffer_api == "add_sgs" ? BufferApi::kAddSgs
                                                   : BufferApi::kAddBuf),
      vcpus_(testbed.guest.vcpus),
      drop_reqs_on_failed_add_(testbed.guest.drop_reqs_on_failed_add),
      target_lock_cost_(testbed.guest_costs.target_lock_ns, speed_) {}

Task<VirtioScsiDriver::Added> SeriesDriver::add_command(Vcpu& cpu, Command& command) {
  Target& target = *command.lun->target;
  RequestQueue* queue = &queues_[0];
  const std::uint32_t descriptors = 2 + command.segments;
  if (api_ == BufferApi::kAddBuf) {
    // Without the piecewise API the command is linearised into the target's table, under its lock.
    co_await target.lock.acquire(cpu.cpu());
    co_await cpu.spend(cpu.draw_shared(target_lock_cost_) + draw_linearise(cpu, descriptors));
    queue = &pick_queue(cpu, command);
    linearise(target, command);
    co_await queue->lock.acquire(cpu.cpu());
  } else {
    if (queues_.size() > 1) {
      co_await target.lock.acquire(cpu.cpu());
      co_await cpu.spend(cpu.draw_shared(target_lock_cost_));
      queue = &pick_queue(cpu, command);
      target.lock.release(cpu.cpu());
    } else {
      // A device with one queue has an entry point of its own: no lock, the requests are still counted.
      access_.store(target.reqs, access_.load(target.reqs) + 1);
    }
    co_await queue->lock.acquire(cpu.cpu());
  }
  co_await cpu.spend(draw_add(cpu, descriptors));
  const AddResult result = add(*queue, target, command);
  // Only now may another command overwrite the target's table.
  if (api_ == BufferApi::kAddBuf) target.lock.release(cpu.cpu());
  const bool kick = queue->ring.kick_prepare() || result.notify;
  queue->lock.release(cpu.cpu());
  co_return Added{result, kick, queue};
}

RequestQueue& SeriesDriver::pick_queue(Vcpu& cpu, const Command& command) {
  Target& target = *command.lun->target;
  const std::uint32_t in_flight = access_.load(target.reqs);
  const QueueId picked = policy_->pick({.now = machine_.calendar.now(),
                                        .submitter = cpu.id(),
                                        .vcpus_online = vcpus_,
                                        .queues = static_cast<std::uint32_t>(queues_.size()),
                                        .target = target.id,
                                        .lun = command.lun->lun,
                                        .target_in_flight = in_flight,
                                        .target_queue = QueueId(access_.load(target.req_vq))});
  access_.store(target.reqs, in_flight + 1);
  RequestQueue& queue = queues_[picked.index()];
  steer(target, queue);
  return queue;
}

AddResult SeriesDriver::add(RequestQueue& queue, const Target& target, const Command& command) {
  const std::array<Segment, 1> request{request_header(command)};
  const std::array<Segment, 1> response{response_header(command)};
  const std::span<const Segment> data = command.data();
  SplitDriver& ring = queue.ring;
  switch (api_) {
    case BufferApi::kPiecewise: {
      const AddResult started = ring.start_buf(command.tag, 2 + command.segments, 3);
      if (!started.ok()) return started;
      ring.add_sg(request, Direction::kOut);
      if (command.write) ring.add_sg(data, Direction::kOut);
      ring.add_sg(response, Direction::kIn);
      if (!command.write) ring.add_sg(data, Direction::kIn);
      return ring.end_buf();
    }
    case BufferApi::kAddSgs: {
      std::array<std::span<const Segment>, 3> lists{request, response, data};
      if (command.write) std::swap(lists[1], lists[2]);
      const std::size_t out_lists = command.write ? 2 : 1;
      return ring.add_sgs(lists, out_lists, lists.size() - out_lists, command.tag);
    }
    case BufferApi::kAddBuf: return add_linearised(queue, target, command);
  }
  return {AddStatus::kBroken};
}

void SeriesDriver::forget(Command& command, bool refused) {
  if (refused && !drop_reqs_on_failed_add_) return;
  Target& target = *command.lun->target;
  access_.store(target.reqs, access_.load(target.reqs) - 1);
}

}  // namespace vqlab::sim
