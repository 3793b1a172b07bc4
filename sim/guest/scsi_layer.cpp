#include "sim/guest/scsi_layer.hpp"

#include <algorithm>
#include <utility>

namespace vqlab::sim {

ScsiHost::ScsiHost(Calendar& calendar, const LockTransfers& transfers, RandomStream& random, VirtioScsiDriver& hba,
                   const Testbed& alone)
    : driver(hba),
      lock(calendar, transfers, random),
      cmd_per_lun(std::min(alone.controller.cmd_per_lun, alone.controller.hba_depth())),
      can_queue(alone.commands_at_once()),
      queue_map(vqlab::queue_map(alone)),
      elevator(can_merge(alone) ? elevator_rules(alone) : ElevatorRules{}, request_limits(alone)) {
  if (driver_version(alone).tags)
    tags.assign(alone.controller.queues(alone.guest.vcpus),
                {.free = alone.controller.hba_depth(), .wakes_at = 1, .waiting = {}});
}

ScsiLayer::ScsiLayer(Machine& machine, const Testbed& testbed)
    : machine_(machine),
      host_lock_(driver_version(testbed).host_lock),
      completion_locks_(host_lock_ && testbed.guest_costs.unbusy_ns.mean_ns > 0),
      lun_lock_(host_lock_ && testbed.guest_costs.lun_lock_ns.mean_ns > 0),
      busy_blocks_(testbed.guest.host_busy_blocks),
      tags_(driver_version(testbed).tags),
      batches_(driver_version(testbed).batches),
      completes_at_submitter_(testbed.guest.rq_affinity && !SchedulerRules(testbed).shared_cache),
      block_(testbed) {}

Duration ScsiLayer::draw_submission(Vcpu& cpu, const Command& command) const {
  const std::uint32_t pages = command.segments;
  const std::uint32_t built = command.lun->lock == nullptr ? pages : 0;
  return command.first == &command ? cpu.steps().submit(cpu, pages, built, holds_in_steps(command))
                                   : cpu.steps().submit_more(cpu, pages, built, holds_in_steps(command));
}

bool ScsiLayer::take_tag(const Vcpu& cpu, Command& command) {
  TagSet* const tags = tags_of(cpu, command);
  if (tags == nullptr) return true;
  command.tags = tags;
  if (tags->free == 0) {
    tags->waiting.push_back(*command.process);
    return false;
  }
  --tags->free;
  return true;
}

bool ScsiLayer::admit(Command& command) {
  LogicalUnit& lun = *command.lun;
  if (lun.waiting.empty() && takes_more(lun)) return true;
  lun.waiting.push_back(command);
  // At the host's limit the unit may have nothing in flight that would come back and start it.
  if (!host_takes_more(*lun.host)) starve(lun);
  return false;
}

ScsiLayer::HostEntry ScsiLayer::enter_host(Vcpu& cpu, Command& command) {
  ScsiHost& host = *command.lun->host;
  ++command.lun->in_flight;
  ++host.in_flight;
  vqlab::fetch_ahead(machine_.memory.at(command.request_addr, scsi::kRequestBytes), scsi::kRequestBytes);
  vqlab::fetch_ahead(command.lun->target);
  const Duration host_work = cpu.steps().enter_host(cpu);
  machine_.stages.end<Stage::kRingFull>(*command.stages, machine_.calendar.now());
  command.stages->serve<Stage::kHostLock>(host_work);
  return {host, host_lock_ ? &host.lock : nullptr, cpu.cpu(), host_work};
}

Task<bool> ScsiLayer::refused(Vcpu& cpu, Command& command) {
  LogicalUnit& lun = *command.lun;
  ScsiHost& host = *lun.host;
  bool accepted = false;
  while (!accepted) {
    machine_.counters.add(Count::kRequeues);
    machine_.stages.reopen_ring_full(*command.stages, machine_.calendar.now());
    --lun.in_flight;
    // The next command to come back makes room, and retries. If all did while this one was being refused, none is left
    // to do so.
    if (--host.in_flight > 0) {
      host.blocked = busy_blocks_;
      command.sealed = true;  // it has left the scheduler
      lun.waiting.push_front(command);
      starve(lun);
      co_return false;
    }
    co_await enter_host(cpu, command);
    accepted = co_await dispatch(cpu, command);
  }
  co_return true;
}

void ScsiLayer::starve(LogicalUnit& lun) {
  if (lun.starved) return;
  lun.starved = true;
  lun.host->starved.push_back(lun);
}

Task<bool> ScsiLayer::run_queue(Vcpu& cpu, LogicalUnit& lun) {
  bool accepted = true;
  while (accepted && !lun.waiting.empty() && takes_more(lun)) {
    Command& command = *lun.waiting.pop_front();
    co_await enter_host(cpu, command);
    accepted = co_await dispatch(cpu, command);
    if (!accepted) accepted = co_await refused(cpu, command);
  }
  if (!lun.waiting.empty() && lun.in_flight < lun.host->cmd_per_lun) starve(lun);
  co_return accepted;
}

std::vector<Command*> ScsiLayer::mergeable(const LogicalUnit& lun) const {
  std::vector<Command*> waiting;
  for (Command* command = lun.waiting.front(); command != nullptr; command = command->next) waiting.push_back(command);
  // Before blk-mq the first one was taken from the scheduler before it was known whether the LUN takes more.
  if (!tags_ && !waiting.empty()) waiting.erase(waiting.begin());
  return waiting;
}

Merge<Command> ScsiLayer::merge_for(const Command& command) const {
  const Elevator<Command>& elevator = command.lun->host->elevator;
  if (command.lun->waiting.empty() || !elevator.merges()) return {};
  return elevator.merge_for(mergeable(*command.lun), command);
}

Duration ScsiLayer::merge_waiting(Vcpu& cpu, const Merge<Command>& merge, Command& command) {
  LogicalUnit& lun = *command.lun;
  absorb(merge, command);
  Command* const third = lun.host->elevator.neighbour(mergeable(lun), *merge.request, merge.side);
  if (third == nullptr) return Duration{0};
  lun.waiting.remove(*third);
  machine_.stages.end<Stage::kRingFull>(*third->stages, machine_.calendar.now());
  absorb({merge.request, merge.side}, *third);
  return give_back_tag(cpu, *third);
}

Duration ScsiLayer::insert(Vcpu& cpu, std::vector<Command*>& batch) {
  Duration owed{0};
  std::vector<Command*> order = batch;
  const auto before = [](const Command* a, const Command* b) {
    return a->lun == b->lun ? a->offset_bytes < b->offset_bytes : a->lun->index < b->lun->index;
  };
  if (block_.plug.sorts) std::stable_sort(order.begin(), order.end(), before);
  std::vector<Command*> inserted;
  for (Command* const command : order) {
    std::vector<Command*> waiting = mergeable(*command->lun);
    waiting.insert(waiting.end(), inserted.begin(), inserted.end());
    const Elevator<Command>& elevator = command->lun->host->elevator;
    Command* const into = elevator.merges() ? elevator.before(waiting, *command) : nullptr;
    if (into == nullptr) {
      inserted.push_back(command);
      continue;
    }
    absorb({into, MergeSide::kBack}, *command);
    owed += give_back_tag(cpu, *command);
    batch.erase(std::find(batch.begin(), batch.end(), command));
  }
  return owed;
}

Task<> ScsiLayer::flush_plug(Vcpu& cpu, std::vector<Command*>& batch) {
  if (block_.merges_waiting) {
    const Duration owed = insert(cpu, batch);
    if (owed > Duration{0}) co_await cpu.spend(owed, Work::kFlushPlug);
  }
  VirtioScsiDriver::RequestQueue* untold = nullptr;  // with commands that the device has not been told of
  for (std::size_t at = 0; at < batch.size(); ++at) {
    Command* const command = batch[at];
    VirtioScsiDriver& driver = command->lun->host->driver;
    VirtioScsiDriver::RequestQueue* const queue =
        batches_ ? &driver.queue(command->lun->host->queue_map.queue_of(cpu.id()).value) : nullptr;
    if (SpinLock* const lock = command->lun->lock)
      co_await lock->hold(cpu.cpu(), cpu.steps().hold_lun(cpu, command->segments), Work::kRequestQueue);
    machine_.stages.end<Stage::kSubmit>(*command->stages, machine_.calendar.now());
    bool accepted = false;
    const bool admitted = admit(*command);
    if (admitted) {
      // A plug is sorted by queue: what comes next may be for another device.
      command->last = queue == nullptr || at + 1 == batch.size() || batch[at + 1]->lun->host != command->lun->host;
      co_await enter_host(cpu, *command);
      accepted = co_await dispatch(cpu, *command);
      // Whenever it is tried again it stands alone.
      const bool told = std::exchange(command->last, true);
      if (accepted) untold = told ? nullptr : queue;
    }
    if (accepted) continue;
    // Those before it must come back before it can go on.
    if (untold != nullptr) co_await driver.commit_rqs(cpu, *std::exchange(untold, nullptr));
    if (admitted) co_await refused(cpu, *command);
  }
}

Duration ScsiLayer::done(Vcpu& cpu, Command& command) {
  if (completes_at_submitter_ && command.submitter != &cpu && command.submitter->online())
    return cpu.send_completion(*command.submitter, command);
  cpu.raise_softirq(command);
  return Duration{0};
}

Duration ScsiLayer::draw_completion(Vcpu& cpu, const Command& command) {
  const std::uint32_t remote = command.submitter == &cpu ? 0 : 1;
  Duration cost = cpu.steps().complete(cpu, command.segments, holds_in_steps(command), remote);
  std::uint32_t others = 0;
  for (const Command* part = command.merged; part != nullptr; part = part->merged_next)
    others += part == &command ? 0 : 1;
  if (others > 0) [[unlikely]]
    cost += cpu.steps().complete_merged(cpu, others);
  if (command.process->next_wakes(command)) cost += cpu.steps().wake_process(cpu);
  if (command.tags != nullptr && command.tags->next_wakes()) cost += cpu.steps().wake_process(cpu);
  command.stages->serve<Stage::kSoftirq>(cost);
  return cost;
}

InterruptHandlers::Completion ScsiLayer::complete(Vcpu& cpu, Command& command) {
  LogicalUnit& lun = *command.lun;
  --lun.in_flight;
  --lun.host->in_flight;
  lun.host->blocked = false;
  machine_.stages.end<Stage::kSoftirq>(*command.stages, machine_.calendar.now());
  if (!lun.waiting.empty()) starve(lun);
  Command* const parts = command.merged;
  if (parts != nullptr) [[unlikely]]
    command.come_apart();
  UserProcess& process = *command.process;
  Vcpu* const home = process.completed(command, cpu);
  Duration owed = home == nullptr ? Duration{0} : cpu.wake_process(process, *home);
  if (parts != nullptr) [[unlikely]]
    owed += complete_others(cpu, command, parts);
  owed += give_back_tag(cpu, command);
  return {owed, !lun.host->starved.empty()};
}

Duration ScsiLayer::complete_others(Vcpu& cpu, const Command& command, Command* parts) {
  Duration owed{0};
  for (Command* part = parts; part != nullptr;) {
    Command& other = *std::exchange(part, part->merged_next);
    if (&other == &command) continue;
    machine_.stages.follow(*other.stages, *command.stages);
    if (Vcpu* const home = other.process->completed(other, cpu))
      owed += cpu.steps().wake_process(cpu) + cpu.wake_process(*other.process, *home);
  }
  return owed;
}

Duration ScsiLayer::give_back_tag(Vcpu& cpu, Command& command) {
  TagSet* const tags = std::exchange(command.tags, nullptr);
  return tags == nullptr ? Duration{0} : give_back(cpu, *tags);
}

Duration ScsiLayer::give_back(Vcpu& cpu, TagSet& tags) {
  const bool wakes = tags.next_wakes();
  ++tags.free;
  if (!wakes) return Duration{0};
  --tags.free;
  UserProcess& waiting = *tags.waiting.pop_front();
  return cpu.wake_process(waiting, waiting.place(cpu));
}

void ScsiLayer::fetch_ahead(const ScsiHost& host) const noexcept {
  // What this call reads has been fetched by those before.
  const LogicalUnit* const first = host.starved.front();
  if (first == nullptr) return;
  if (const Command* const command = first->waiting.front()) {
    machine_.stages.fetch_ahead(command->tag);
    vqlab::fetch_ahead(machine_.memory.at(command->request_addr, scsi::kRequestBytes), scsi::kRequestBytes);
  }
  vqlab::fetch_ahead(first->target);
  const LogicalUnit* const second = first->next;
  if (second == nullptr) return;
  vqlab::fetch_ahead(second->waiting.front());
  vqlab::fetch_ahead(second->next);
}

Task<> ScsiLayer::hand_over(Vcpu& cpu, const Command& command) {
  ScsiHost& host = *command.lun->host;
  bool accepted = true;
  while (accepted && host_takes_more(host)) {
    LogicalUnit* const starved = host.starved.pop_front();
    if (starved == nullptr) break;
    fetch_ahead(host);
    starved->starved = false;
    accepted = co_await run_queue(cpu, *starved);
  }
}

}  // namespace vqlab::sim
