// vCPUs that go offline and return, and what runs on which vCPU meanwhile.
#include "analysis/order/explored_system.hpp"

namespace vqlab::order {
namespace {

constexpr std::uint32_t kReturnsAtOnce = 1;

}  // namespace

// The last vCPUs go and return, once, each at any moment. As in the simulator, driver and policy hear that they have
// gone when they have ended what they had begun, or not at all if they return before.
void ExploredSystem::plug_vcpus() {
  Processes& processes = stage_.processes;
  const std::uint32_t left = bounds_.vcpus - bounds_.hotplug;
  (void)processes.await({.object = online_object(), .writes = true});
  if (processes.finishing()) return;
  set_online(left);
  stage_.note([&] { return std::to_string(left) + " of " + std::to_string(bounds_.vcpus) + " vCPUs are online"; });
  const std::uint32_t at_once = processes.await({.object = online_object(),
                                                 .writes = false,
                                                 .gate = {.word = &left_behind_, .set = false},
                                                 .others = &kReturnsAtOnce});
  if (processes.finishing()) return;
  if (at_once == 0) {
    for (std::uint32_t vcpu = left; vcpu < bounds_.vcpus; ++vcpu)
      processes.touch(stage_.cpu_object(VcpuId(vcpu)), false);
    tell_drivers(left);
    (void)processes.await({.object = online_object(), .writes = true});
    if (processes.finishing()) return;
  }
  processes.touch(online_object(), true);
  set_online(bounds_.vcpus);
  stage_.note([] { return std::string("all vCPUs are online"); });
  tell_drivers(bounds_.vcpus);
}

void ExploredSystem::tell_drivers(std::uint32_t online) {
  for (const auto& driver : drivers_) {
    stage_.processes.touch(told_object(), true);
    ++told_;
    stage_.note([&] { return "tells driver and policy: " + std::to_string(online) + " vCPUs"; });
    driver->set_online_vcpus(online);
    if (stage_.processes.finishing()) return;
  }
}

void ExploredSystem::set_online(std::uint32_t online) {
  online_ = online;
  routing_.set_online(online);
  look_who_may_run();
  for (std::uint32_t queue = 0; queue < bounds_.lines(); ++queue)
    if (!device_[queue].handled) stage_.processes.redirect(bounds_.vcpus + queue, interrupt_gate(queue));
}

Gate ExploredSystem::interrupt_gate(std::uint32_t queue) const noexcept {
  return {.word = &stage_.irq_off[vcpu_of_queue(queue).index()], .set = false};
}

// A process whose vCPU has gone goes on on vCPU 0, with its next request, and stays there. Processes of one vCPU queue
// their commands one after the other.
VcpuId ExploredSystem::enter_call(std::uint32_t process) {
  if (bounds_.hotplug == 0) return VcpuId(process);
  (void)stage_.processes.await({.object = online_object(), .writes = false, .gate = {.word = &may_enter_[process]}});
  std::uint32_t& home = home_[process];
  if (home >= online_) home = 0;
  stage_.processes.learn(home);
  const VcpuId vcpu(home);
  specs_[process].always.word = &serving_[home];
  specs_[process].always_reads = stage_.cpu_object(vcpu);
  stage_.processes.touch(stage_.cpu_object(vcpu), true);
  in_call_[home] = 1;
  look_who_may_run();
  return vcpu;
}

void ExploredSystem::leave_call(std::uint32_t process) {
  if (bounds_.hotplug == 0) return;
  stage_.processes.touch(stage_.cpu_object(VcpuId(home_[process])), true);
  in_call_[home_[process]] = 0;
  look_who_may_run();
}

// How many vCPUs the driver has been told of is read somewhere before it takes a queue's lock.
void ExploredSystem::read_told(std::uint32_t process) {
  for (std::uint32_t queue = 0; queue < bounds_.lines(); ++queue)
    if (stage_.holds(queue, process)) return;
  stage_.processes.touch(told_object(), false);
  stage_.processes.learn(told_);
}

void ExploredSystem::look_who_may_run() {
  for (std::uint32_t process = 0; process < bounds_.vcpus; ++process)
    may_enter_[process] = in_call_[home_[process] < online_ ? home_[process] : 0] == 0 ? 1 : 0;
  left_behind_ = 0;
  for (std::uint32_t vcpu = online_; vcpu < bounds_.vcpus; ++vcpu) left_behind_ += in_call_[vcpu] + serving_[vcpu];
}

void ExploredSystem::begin_online() {
  online_ = bounds_.vcpus;
  routing_.set_online(online_);
  told_ = 0;
  in_call_.assign(bounds_.vcpus, 0);
  may_enter_.assign(bounds_.vcpus, 1);
  home_.clear();
  for (std::uint32_t process = 0; process < bounds_.vcpus; ++process) {
    home_.push_back(process);
    specs_[process].always.word = &serving_[process];
    specs_[process].always_reads = stage_.cpu_object(VcpuId(process));
  }
  left_behind_ = 0;
}

void ExploredSystem::add_online_to(Digest& digest) const {
  if (bounds_.hotplug == 0) return;
  digest.absorb(std::uint64_t{online_} << 32 | told_);
  for (std::uint32_t vcpu = 0; vcpu < bounds_.vcpus; ++vcpu)
    digest.absorb(std::uint64_t{home_[vcpu]} << 32 | in_call_[vcpu]);
}

}  // namespace vqlab::order
