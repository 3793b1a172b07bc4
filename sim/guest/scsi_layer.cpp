#include "sim/guest/scsi_layer.hpp"

#include "sim/guest/fio_process.hpp"

namespace vqlab::sim {

ScsiLayer::ScsiLayer(Machine& machine, const GuestCosts& costs, double speed, std::uint32_t cmd_per_lun,
                     bool rq_affinity)
    : machine_(machine),
      host_lock_cost_(costs.host_lock_ns, speed),
      complete_cost_(costs.complete_ns, speed),
      complete_page_cost_(costs.complete_page_ns, speed),
      cmd_per_lun_(cmd_per_lun),
      rq_affinity_(rq_affinity) {}

bool ScsiLayer::admit(Command& command) {
  LogicalUnit& lun = *command.lun;
  if (lun.waiting.empty() && lun.in_flight < cmd_per_lun_) return true;
  lun.waiting.push_back(command);
  return false;
}

Task<bool> ScsiLayer::dispatch(Vcpu& cpu, Command& command) {
  LogicalUnit& lun = *command.lun;
  ScsiHost& host = *lun.host;
  ++lun.in_flight;
  ++host.in_flight;
  while (true) {
    co_await host.lock.acquire(cpu.cpu());
    co_await cpu.spend(cpu.draw_shared(host_lock_cost_));
    host.lock.release(cpu.cpu());
    const bool accepted = co_await host.driver.queue_command(cpu, command);
    if (accepted) co_return true;
    machine_.counters.add(Count::kRequeues);
    // The next command to come back makes room, and retries. If all did while this one was being refused, none is left
    // to do so.
    if (host.in_flight > 1) break;
  }
  --lun.in_flight;
  --host.in_flight;
  lun.waiting.push_front(command);
  starve(lun);
  co_return false;
}

void ScsiLayer::starve(LogicalUnit& lun) {
  if (lun.starved) return;
  lun.starved = true;
  lun.host->starved.push_back(lun);
}

Task<bool> ScsiLayer::run_queue(Vcpu& cpu, LogicalUnit& lun) {
  bool accepted = true;
  while (accepted && !lun.waiting.empty() && lun.in_flight < cmd_per_lun_)
    accepted = co_await dispatch(cpu, *lun.waiting.pop_front());
  co_return accepted;
}

PriorityCpu::Claim ScsiLayer::done(Vcpu& cpu, Command& command) {
  if (rq_affinity_ && command.submitter != &cpu) return cpu.send_completion(*command.submitter, command);
  cpu.raise_softirq(command);
  return cpu.spend(Duration{0});
}

Task<> ScsiLayer::complete(Vcpu& cpu, Command& command) {
  co_await cpu.spend(cpu.draw_shared(complete_cost_, complete_page_cost_, pages(command.length_bytes)));
  LogicalUnit& lun = *command.lun;
  --lun.in_flight;
  FioProcess& process = *command.process;
  if (Vcpu* const home = process.completed(command)) co_await cpu.wake_process(process, *home);
  // A command has come back: there is room for those that the driver refused, and for this unit's own.
  --lun.host->in_flight;
  if (!lun.waiting.empty()) starve(lun);
  bool accepted = true;
  while (accepted) {
    LogicalUnit* const starved = lun.host->starved.pop_front();
    if (starved == nullptr) break;
    starved->starved = false;
    accepted = co_await run_queue(cpu, *starved);
  }
}

}  // namespace vqlab::sim
