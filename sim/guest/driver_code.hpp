// The code of the driver, for whoever gives it a platform: the simulator (driver_code.cpp), the explorer of
// interleavings.
#pragma once

#include <string>
#include <utility>

#include "models/command/headers.hpp"
#include "models/scsi/virtio_scsi.hpp"
#include "models/testbed/block_rules.hpp"
#include "models/testbed/topology.hpp"
#include "sim/guest/driver.hpp"
#include "sim/guest/lock_transfers.hpp"

namespace vqlab::sim {

template <class Command>
[[nodiscard]] scsi::Cdb cdb_of(const Command& command) noexcept {
  const std::uint64_t lba = command.offset_bytes / scsi::kSectorBytes;
  const auto blocks = static_cast<std::uint16_t>(command.length_bytes / scsi::kSectorBytes);
  switch (command.kind) {
    case IoKind::kRead: return scsi::read_of(lba, blocks);
    case IoKind::kWrite: return scsi::write_of(lba, blocks);
    case IoKind::kTrim: return scsi::unmap();
    case IoKind::kFlush: break;
  }
  return scsi::synchronize_cache10();
}

template <class Platform>
BasicVirtioScsiDriver<Platform>::BasicVirtioScsiDriver(Machine& machine, const Testbed& testbed, LineIndex first_line,
                                                       IndirectTablePool& tables, std::vector<Command>& commands,
                                                       std::uint64_t seed)
    : machine_(machine),
      commands_(commands),
      rules_(submission_rules(testbed)),
      direct_up_to_(direct_up_to(rules_.buffer_api)),
      indirect_desc_(testbed.controller.indirect_desc),
      notifies_in_lock_(rules_.notifies_in_lock),
      drop_reqs_on_failed_add_(testbed.guest.drop_reqs_on_failed_add),
      policy_(steering_policy_name(testbed)),
      memory_(machine.calendar, policy_, RandomStream(seed, "policy/" + std::to_string(first_line)),
              testbed.guest.vcpus, policy_words_),
      steering_(Platform::watched(make_steering(testbed, policy_words_), testbed)),
      vcpus_online_(testbed.guest.vcpus),
      commands_left_(testbed.guest.mempool_commands == 0 ? ~0u : testbed.guest.mempool_commands),
      queues_used_(queues_in_use(testbed)),
      data_(most_merged_pages(testbed)),
      random_(seed, "guest/driver/" + std::to_string(first_line)),
      steps_(testbed),
      target_lock_transfers_(lock_transfers(testbed, testbed.guest_costs.target_lines, ResourceId::kTargetLock)),
      queue_lock_transfers_(lock_transfers(testbed, testbed.guest_costs.queue_lines, ResourceId::kQueueLock)) {
  const std::uint32_t queues = testbed.controller.queues(testbed.guest.vcpus);
  for (std::uint32_t queue = 0; queue < queues; ++queue) {
    const RingPlace& place = machine.rings[first_line + queue];
    const RingOptions options{.size = place.size, .indirect_desc = place.indirect_desc, .event_idx = place.event_idx};
    queues_.push_back(std::make_unique<RequestQueue>(
        QueueId(queue), first_line + queue,
        typename RequestQueue::Ring(place.format, machine.memory, place.area, options, &tables), machine.calendar,
        queue_lock_transfers_, random_));
  }
}

template <class Platform>
auto BasicVirtioScsiDriver<Platform>::add_target(TargetId id) -> Target& {
  return targets_.emplace_back(id, machine_.calendar, target_lock_transfers_, random_);
}

template <class Platform>
void BasicVirtioScsiDriver<Platform>::set_online_vcpus(std::uint32_t online) {
  vcpus_online_ = online;
  if (steering_ != nullptr) steering_->vcpus_changed(online, memory_);
}

template <class Platform>
Task<bool> BasicVirtioScsiDriver<Platform>::queue_command(Cpu& cpu, Command& command) {
  machine_.observers->called(command.lun->index, command.tag);
  command.issuer = &cpu;
  write_request(command);

  Target& target = *command.lun->target;
  const std::uint32_t descriptors = 2 + command.segments;
  const Duration pick_work = draw_pick(cpu, descriptors);
  serve<Stage::kTargetLock>(command, pick_work);
  if (rules_.target_lock != TargetLock::kNone)
    co_await target.lock.acquire(cpu.cpu(), pick_work, Work::kPickQueue);
  else if (pick_work > Duration{0})
    co_await cpu.spend(pick_work, Work::kPickQueue);
  RequestQueue* const picked = pick_queue(cpu, command);
  if (rules_.target_lock == TargetLock::kToPick) target.lock.release(cpu.cpu());
  if (picked == nullptr || commands_left_ == 0) {
    if (rules_.target_lock == TargetLock::kUntilAdded) target.lock.release(cpu.cpu());
    if (picked != nullptr) forget(command, *picked, true);
    machine_.observers->refused(command.tag);
    co_return false;
  }
  --commands_left_;
  RequestQueue& queue = *picked;
  end<Stage::kTargetLock>(command);

  const Duration add_work = draw_add(cpu, descriptors);
  serve<Stage::kQueueLock>(command, add_work);
  co_await queue.lock.acquire(cpu.cpu(), add_work, Work::kAddCommand);
  const AddResult added = add(queue, command);
  if (machine_.hand_overs != nullptr) [[unlikely]]
    machine_.hand_overs->written(command.tag, cpu.id());
  machine_.added(queue.line);
  if (rules_.target_lock == TargetLock::kUntilAdded) target.lock.release(cpu.cpu());
  // Of a refused command the device is told only if the ring asks for it.
  const bool kick = added.notify || (added.ok() && command.last && queue.ring.kick_prepare());
  const bool kick_in_lock = kick && notifies_in_lock_;
  if (!kick_in_lock) queue.lock.release(cpu.cpu());
  if (added.ok()) {
    end<Stage::kQueueLock>(command);
    if (!kick) {
      serve<Stage::kKick>(command, Duration{0});
      end<Stage::kKick>(command);
    }
  }
  ensure(added.status != AddStatus::kNeverFits && added.status != AddStatus::kBroken,
         "commands fit the ring, and its device behaves");

  bool woke = false;
  if (kick) {
    const Duration kick_work = steps_.kick(cpu);
    serve<Stage::kKick>(command, kick_work);
    co_await cpu.spend(kick_work, Work::kKick);
    cpu.count_kick();
    // The device may have taken it before it was told.
    machine_.stages.end_if_in<Stage::kKick>(*command.stages, machine_.calendar.now());
    if (machine_.ioeventfd) [[likely]]
      woke = machine_.ring_doorbell(queue.line);
  }
  // Noted before anything else is waited for: the command may come back meanwhile.
  if (added.ok()) {
    submitted(command, queue);
    machine_.observers->accepted(command.tag);
  } else {
    ++commands_left_;
    forget(command, queue, true);
    machine_.observers->refused(command.tag);
  }
  if (woke) co_await cpu.spend(cpu.draw(machine_.wake_thread), Work::kWakeThread);
  if (kick && !machine_.ioeventfd) [[unlikely]]
    co_await serve_kick(cpu, queue.line);
  if (kick_in_lock) queue.lock.release(cpu.cpu());
  co_return added.ok();
}

template <class Platform>
Task<> BasicVirtioScsiDriver<Platform>::serve_kick(Cpu& cpu, LineIndex line) {
  machine_.count_kick(line);
  ServedKick served;
  do {
    served = machine_.host->begin_kick(line);
    co_await cpu.spend(served.time, Work::kServeKick);
  } while (machine_.host->end_kick(line, served));
}

template <class Platform>
Task<> BasicVirtioScsiDriver<Platform>::commit_rqs(Cpu& cpu, RequestQueue& queue) {
  co_await queue.lock.acquire(cpu.cpu(), Duration{0}, Work::kKick);
  const bool kick = queue.ring.kick_prepare();
  const bool kick_in_lock = kick && notifies_in_lock_;
  if (!kick_in_lock) queue.lock.release(cpu.cpu());
  if (kick) {
    co_await cpu.spend(steps_.kick(cpu), Work::kKick);
    cpu.count_kick();
    if (!machine_.ioeventfd) [[unlikely]]
      co_await serve_kick(cpu, queue.line);
    else if (machine_.ring_doorbell(queue.line))
      co_await cpu.spend(cpu.draw(machine_.wake_thread), Work::kWakeThread);
  }
  if (kick_in_lock) queue.lock.release(cpu.cpu());
}

template <class Platform>
Task<> BasicVirtioScsiDriver<Platform>::handle_interrupt(Cpu& cpu, std::uint32_t index, MidLayer& mid_layer) {
  RequestQueue& queue = *queues_[index];
  if (!queue.ring.more_used()) co_return;  // IRQ_NONE: the handler before has taken it all
  co_await queue.lock.acquire(cpu.cpu(), Duration{0}, Work::kTakeUsed);
  Duration owed{0};
  do {
    queue.ring.disable_cb();
    while (const auto used = queue.ring.get_buf()) {
      fetch_ahead(queue);
      Command& command = commands_[used->token];
      end<Stage::kInjection>(command);
      const std::uint32_t remote = command.issuer == &cpu ? 0 : 1;
      Duration entry_work = steps_.used_buffer(cpu, remote, command.segments);
      if (machine_.hand_overs != nullptr) [[unlikely]]
        entry_work = machine_.hand_overs->read(command.tag, cpu.id(), kCompletionLines, entry_work);
      serve<Stage::kInterrupt>(command, entry_work);
      owed += entry_work;
      co_await cpu.spend(owed, Work::kCompleteCommand);
      end<Stage::kInterrupt>(command);
      check_response(command);
      owed = mid_layer.done(cpu, command);
      forget(command, queue, false);
      ++commands_left_;
    }
    co_await cpu.spend(std::exchange(owed, Duration{0}), Work::kTakeUsed);
  } while (!queue.ring.enable_cb());
  ensure(!queue.ring.broken(), "the device behaves");
  queue.lock.release(cpu.cpu());
}

// Linux has a list of a device's virtqueues with the newest in front. Control and event queue are the oldest.
template <class Platform>
Task<> BasicVirtioScsiDriver<Platform>::handle_shared_interrupt(Cpu& cpu, MidLayer& mid_layer) {
  std::uint32_t empty = 0;
  for (std::uint32_t index = queues_used_; index-- > 0;) {
    if (!queues_[index]->ring.more_used()) {
      ++empty;
      continue;
    }
    co_await cpu.spend(steps_.empty_looks(cpu, std::exchange(empty, 0)), Work::kTakeUsed);
    co_await handle_interrupt(cpu, index, mid_layer);
  }
  co_await cpu.spend(steps_.empty_looks(cpu, empty + kOtherVirtqueues), Work::kTakeUsed);
}

template <class Platform>
Duration BasicVirtioScsiDriver<Platform>::lock_wait() const {
  Duration waited{0};
  for (const auto& queue : queues_) waited += queue->lock.waited();
  for (const Target& target : targets_) waited += target.lock.waited();
  return waited;
}

template <class Platform>
void BasicVirtioScsiDriver<Platform>::append_locks_held(std::vector<Duration>& queues,
                                                        std::vector<Duration>& targets) const {
  for (const auto& queue : queues_) queues.push_back(queue->lock.held());
  for (const Target& target : targets_) targets.push_back(target.lock.held());
}

template <class Platform>
Duration BasicVirtioScsiDriver<Platform>::draw_pick(Cpu& cpu, std::uint32_t descriptors) {
  Duration pick{0};
  if (rules_.decides_under_lock()) pick += steps_.decide(cpu);
  if (rules_.decision_lines > 0) pick += steps_.move_lines(cpu, rules_.decision_lines);
  if (rules_.linearises() && !rules_.single_lock) pick += steps_.linearise(cpu, descriptors);
  return pick;
}

template <class Platform>
auto BasicVirtioScsiDriver<Platform>::pick_queue(const Cpu& cpu, Command& command) -> RequestQueue* {
  Target& target = *command.lun->target;
  if (rules_.linearises() && !rules_.single_lock) linearise(buffers_of(command), target.table);
  const std::uint32_t in_flight = rules_.counts_requests ? access_.add(target.reqs, 1u) - 1 : 0;
  if (steering_ == nullptr) return queues_[0].get();
  const QueueId picked = checked_pick(*steering_,
                                      {.submitter = cpu.id(),
                                       .vcpus_online = vcpus_online_,
                                       .queues = queues_used_,
                                       .target = target.id,
                                       .lun = command.lun->lun,
                                       .target_in_flight = in_flight,
                                       .target_queue = QueueId(access_.load(target.req_vq)),
                                       .memory = memory_,
                                       .sees = clairvoyance_},
                                      policy_);
  if (picked == kHold) {
    access_.add(target.reqs, ~0u);
    return nullptr;
  }
  if (picks_ != nullptr) [[unlikely]]
    picks_->picked(command.tag, target.id, picked);
  RequestQueue& queue = *queues_[picked.index()];
  if (access_.load(target.req_vq) != queue.id.value) {
    access_.store(target.req_vq, queue.id.value);
    machine_.counters.add(Count::kQueueSwitches);
  }
  return &queue;
}

template <class Platform>
Duration BasicVirtioScsiDriver<Platform>::draw_add(Cpu& cpu, std::uint32_t segments) {
  const std::uint32_t tables = indirect_desc_ && segments > direct_up_to_ ? 1 : 0;
  const Duration add = steps_.add(cpu, segments, tables);
  return rules_.single_lock ? add + steps_.linearise(cpu, segments) : add;
}

template <class Platform>
AddResult BasicVirtioScsiDriver<Platform>::add(RequestQueue& queue, const Command& command) {
  return queue.ring.with([this, &command](auto& ring) {
    if (is_merged(command)) [[unlikely]]
      return add_command(ring, rules_.buffer_api, buffers_of(command), command.lun->target->table, command.tag);
    switch (rules_.buffer_api) {
      case BufferApi::kPiecewise: return add_piecewise(ring, pages_of(command), command.tag);
      case BufferApi::kAddSgs: return add_lists(ring, buffers_of(command), command.tag);
      case BufferApi::kAddBuf: break;
    }
    if (rules_.single_lock) linearise(buffers_of(command), command.lun->target->table);
    return add_linearised(ring, command.lun->target->table, command.kind != IoKind::kRead ? command.segments : 0,
                          command.tag);
  });
}

template <class Platform>
void BasicVirtioScsiDriver<Platform>::submitted(const Command& command, const RequestQueue& queue) {
  if (steering_ != nullptr) steering_->submitted(steered(command, queue));
}

template <class Platform>
void BasicVirtioScsiDriver<Platform>::forget(const Command& command, const RequestQueue& queue, bool refused) {
  if (!rules_.counts_requests || (refused && !drop_reqs_on_failed_add_)) return;
  access_.add(command.lun->target->reqs, ~0u);
  if (steering_ != nullptr) steering_->completed(steered(command, queue));
}

template <class Platform>
CommandBuffers BasicVirtioScsiDriver<Platform>::buffers_of(const Command& command) noexcept {
  Segment* page = data_.data();
  if (is_merged(command)) {
    if constexpr (Platform::kMerges)
      for (const Command* part = command.merged; part != nullptr; part = part->merged_next)
        for (const Segment segment : data_of(*part, part->own_segments, part->own_bytes)) *page++ = segment;
  } else {
    for (const Segment segment : pages_of(command).data) *page++ = segment;
  }
  return {command.request_addr, command.response_addr, {data_.data(), page}, command.kind != IoKind::kRead};
}

template <class Platform>
void BasicVirtioScsiDriver<Platform>::write_request(const Command& command) const {
  const scsi::Request request{
      .address = {command.lun->target->id, command.lun->lun}, .tag = command.tag, .cdb = cdb_of(command)};
  vqlab::write_request(machine_.memory, command.request_addr, request);
}

template <class Platform>
void BasicVirtioScsiDriver<Platform>::check_response(const Command& command) const {
  const scsi::CommandResponse response = read_response(machine_.memory, command.response_addr);
  ensure(response.response == scsi::Response::kOk && response.status == scsi::Status::kGood && response.residual == 0,
         "the simulated device serves every command");
}

}  // namespace vqlab::sim
