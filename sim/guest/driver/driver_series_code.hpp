// The code of the series' driver, for whoever gives it a platform.
#pragma once

#include "sim/guest/driver/driver_series.hpp"

namespace vqlab::sim {

template <class Platform>
const PolicyEntry& BasicSeriesDriver<Platform>::entry_of(const Testbed& testbed) {
  return *Registry<PolicyEntry>::instance().find(testbed.guest.policy);  // the parameter table admits no other name
}

template <class Platform>
auto BasicSeriesDriver<Platform>::target_lock_of(const Testbed& testbed) -> TargetLock {
  // Without the piecewise API the command is linearised into the target's table.
  if (testbed.guest.buffer_api == name_of(BufferApi::kAddBuf)) return TargetLock::kUntilAdded;
  // A device with one queue has an entry point of its own: requests are counted, no lock is taken.
  if (testbed.controller.queues(testbed.guest.vcpus) == 1) return TargetLock::kNone;
  return entry_of(testbed).cost.lock == PickLock::kTarget ? TargetLock::kToPick : TargetLock::kNone;
}

template <class Platform>
PolicySetup BasicSeriesDriver<Platform>::setup_of(const Testbed& testbed, LineIndex first_line, std::uint64_t seed,
                                                  PolicyWords& words) {
  return {.queues = testbed.controller.queues(testbed.guest.vcpus),
          .vcpus = testbed.guest.vcpus,
          .targets = (testbed.targets + testbed.controller.devices - 1) / testbed.controller.devices,
          .luns_per_target = testbed.luns_per_target,
          .random = RandomStream(seed, "policy/" + std::to_string(first_line)),
          .words = words};
}

template <class Platform>
BasicSeriesDriver<Platform>::BasicSeriesDriver(Machine& machine, const Testbed& testbed, LineIndex first_line,
                                               IndirectTablePool& tables, std::vector<Command>& commands,
                                               std::uint64_t seed)
    : Base(machine, testbed, first_line, tables, commands, target_lock_of(testbed), seed),
      policy_(entry_of(testbed).make(setup_of(testbed, first_line, seed, policy_words_))),
      memory_(machine.calendar),
      api_(*buffer_api_named(testbed.guest.buffer_api)),  // the parameter table admits no other name
      vcpus_online_(testbed.guest.vcpus),
      drop_reqs_on_failed_add_(testbed.guest.drop_reqs_on_failed_add),
      decision_locks_(target_lock_of(testbed) == TargetLock::kNone ? 0 : 1),
      // With one queue nothing is decided; with one vCPU no line ever leaves it.
      decision_lines_(queues_.size() == 1 || testbed.guest.vcpus == 1
                          ? 0
                          : entry_of(testbed).cost.lines(static_cast<std::uint32_t>(queues_.size()))),
      target_lock_cost_(testbed.guest_costs.target_lock_ns, speed_),
      line_cost_(testbed.guest_costs.line_transfer_ns, speed_) {
  // start_buf goes direct where there are no more segments than lists: two headers and one page.
  if (api_ == BufferApi::kPiecewise) direct_up_to_ = 3;
}

template <class Platform>
void BasicSeriesDriver<Platform>::set_online_vcpus(std::uint32_t online) {
  vcpus_online_ = online;
  policy_->vcpus_changed(online);
}

template <class Platform>
Duration BasicSeriesDriver<Platform>::draw_pick(Cpu& cpu, std::uint32_t descriptors) {
  if (decision_locks_ + decision_lines_ == 0) return Duration{0};
  Duration pick = decision_locks_ == 0 ? cpu.draw(line_cost_, decision_lines_) : cpu.draw(target_lock_cost_);
  if (decision_locks_ > 0 && decision_lines_ > 0) pick += cpu.draw(line_cost_, decision_lines_);
  return api_ == BufferApi::kAddBuf ? pick + draw_linearise(cpu, descriptors) : pick;
}

template <class Platform>
auto BasicSeriesDriver<Platform>::pick_queue(Cpu& cpu, Command& command) -> RequestQueue* {
  Target& target = *command.lun->target;
  if (api_ == BufferApi::kAddBuf) linearise(command);
  const std::uint32_t in_flight = access_.add(target.reqs, 1u) - 1;
  if (queues_.size() == 1) return queues_[0].get();
  const QueueId picked = policy_->pick({.submitter = cpu.id(),
                                        .vcpus_online = vcpus_online_,
                                        .queues = static_cast<std::uint32_t>(queues_.size()),
                                        .target = target.id,
                                        .lun = command.lun->lun,
                                        .target_in_flight = in_flight,
                                        .target_queue = QueueId(access_.load(target.req_vq)),
                                        .memory = memory_});
  if (picked == kHold) {
    // With nothing in flight nobody would try again.
    ensure(in_flight > 0, "a policy holds only what another command of the target will come back before");
    access_.add(target.reqs, ~0u);
    return nullptr;
  }
  RequestQueue& queue = *queues_[picked.index()];
  steer(target, queue);
  return &queue;
}

template <class Platform>
AddResult BasicSeriesDriver<Platform>::add(RequestQueue& queue, const Command& command) {
  return queue.ring.with([this, &command](auto& ring) {
    switch (api_) {
      case BufferApi::kPiecewise: return add_piecewise(ring, buffers_of(command), command.tag);
      case BufferApi::kAddSgs: return add_lists(ring, buffers_of(command), command.tag);
      case BufferApi::kAddBuf: break;
    }
    return Base::add_linearised(ring, command);
  });
}

template <class Platform>
void BasicSeriesDriver<Platform>::submitted(Command& command, RequestQueue& queue) {
  if (queues_.size() > 1) policy_->submitted(steered(command, queue));
}

template <class Platform>
void BasicSeriesDriver<Platform>::forget(Command& command, RequestQueue& queue, bool refused) {
  if (refused && !drop_reqs_on_failed_add_) return;
  access_.add(command.lun->target->reqs, ~0u);
  if (queues_.size() > 1) policy_->completed(steered(command, queue));
}

}  // namespace vqlab::sim
