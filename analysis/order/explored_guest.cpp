// What the guest's processes do: submit, be refused, serve interrupts.
#include <utility>

#include "analysis/order/explored_system.hpp"

namespace vqlab::order {

void ExploredSystem::submit(std::uint32_t vcpu) {
  for (std::uint32_t request = vcpu; request < bounds_.requests; request += bounds_.vcpus) {
    Digest next;
    next.absorb(request);
    stage_.processes.forget_all_but(next);
    bool accepted = false;
    while (!accepted) {
      if (stage_.processes.finishing()) return;
      const VcpuId where = enter_call(vcpu);
      if (stage_.processes.finishing()) return;
      ++in_flight_[bounds_.device_of(request)];
      if (refusals_) stage_.processes.touch(host_object(), true);
      ExploredDriver& driver = *drivers_[bounds_.device_of(request)];
      sim::Task<bool> call = driver.queue_command(vcpus_[where.index()], commands_[request]);
      ensure(call.await_ready(), "nothing suspends a coroutine here");
      accepted = call.await_resume();
      leave_call(vcpu);
      if (!accepted) wait_for_completion(vcpu, bounds_.device_of(request));
    }
  }
}

// "Host busy": a command that comes back makes room. If none is on its way, it is tried again at once.
void ExploredSystem::wait_for_completion(std::uint32_t vcpu, std::uint32_t device) {
  if (!std::exchange(refusals_, true)) discovered_ = true;
  stage_.processes.touch(host_object(), true);
  may_retry_[vcpu] = --in_flight_[device] == 0 ? 1 : 0;
  stage_.note([] { return "is refused: host busy"; });
  (void)stage_.processes.await({.object = host_object(), .writes = false, .gate = {.word = &may_retry_[vcpu]}});
}

void ExploredSystem::serve_interrupts(std::uint32_t queue) {
  DeviceQueue& line = device_[queue];
  while (!stage_.processes.finishing()) {
    stage_.processes.forget_all_but(Digest{});
    (void)stage_.processes.await({.object = interrupt_object(queue),
                                  .writes = true,
                                  .gate = {.word = &line.interrupt},
                                  .also = interrupt_gate(queue)});
    if (stage_.processes.finishing()) return;
    const VcpuId vcpu = vcpu_of_queue(queue);
    if (bounds_.hotplug > 0) {
      stage_.processes.touch(online_object(), false);
      stage_.processes.learn(vcpu.value);
    }
    stage_.note([&] { return "is served on vCPU " + std::to_string(vcpu.value); });
    stage_.processes.touch(stage_.cpu_object(vcpu), true);
    stage_.words.acquire(line.interrupt_clock);
    line.interrupt = 0;
    line.handled = true;
    serving_[vcpu.index()] = 1;
    look_who_may_run();
    ++stage_.irq_off[vcpu.index()];
    ExploredDriver& driver = driver_of(queue);
    OrderCpu& cpu = vcpus_[vcpu.index()];
    const sim::Task<> handler = bounds_.one_vector
                                    ? driver.handle_shared_interrupt(cpu, mid_layers_[queue])
                                    : driver.handle_interrupt(cpu, queue % bounds_.queues, mid_layers_[queue]);
    ensure(handler.await_ready(), "nothing suspends a coroutine here");
    // The softirq.
    for (const OrderCommand* command : mid_layers_[queue].take()) {
      check_->completed(static_cast<std::uint32_t>(command->tag));
      stage_.note([&] { return "request " + std::to_string(command->tag) + " is completed"; });
      --in_flight_[queue / bounds_.queues];
      may_retry_.assign(bounds_.vcpus, 1);
      if (refusals_) stage_.processes.touch(host_object(), true);
    }
    stage_.processes.touch(stage_.cpu_object(vcpu), true);
    --stage_.irq_off[vcpu.index()];
    serving_[vcpu.index()] = 0;
    look_who_may_run();
    line.handled = false;
  }
}

// The later a command is queued, the more others must be taken before it: so the call is looked at when the first step
// in it is made, and no execution that breaks order is lost.
void ExploredSystem::called(std::uint32_t, std::uint64_t tag) {
  calls_[stage_.processes.running()] = static_cast<std::uint32_t>(tag);
}

void ExploredSystem::call(std::uint32_t vcpu) {
  if (bounds_.hotplug > 0) read_told(vcpu);
  const auto request = std::exchange(calls_[vcpu], std::nullopt);
  if (!request) return;
  stage_.processes.touch(unit_object(*request, false), false);
  check_->called(*request);
  stage_.note([&] { return "queue_command(request " + std::to_string(*request) + ") is called"; });
}

void ExploredSystem::accepted(std::uint64_t tag) {
  const auto request = static_cast<std::uint32_t>(tag);
  stage_.processes.touch(unit_object(request, false), true);
  check_->accepted(request);
  stage_.note([&] { return "queue_command(request " + std::to_string(tag) + ") returns success"; });
}

void ExploredSystem::refused(std::uint64_t) {}

bool ExploredSystem::kicked(sim::LineIndex queue) {
  DeviceQueue& line = device_[queue];
  (void)stage_.processes.await({.object = kick_object(queue), .writes = true});
  line.kicked = 1;
  stage_.words.release(line.kick_clock);
  stage_.note([&] { return "rings the doorbell of " + queue_name(queue); });
  return false;
}

}  // namespace vqlab::order
