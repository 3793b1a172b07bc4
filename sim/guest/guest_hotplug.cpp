// vCPUs of the guest that go offline and return.
#include "sim/guest/guest.hpp"

namespace vqlab::sim {
namespace {

constexpr Duration kLook = 10us;  // how often the kernel looks whether a vCPU that goes has ended what it had begun

Duration duration(double s) { return Duration{static_cast<std::int64_t>(s * 1e9)}; }

}  // namespace

Process Guest::plug_vcpus(Hotplug hotplug) {
  const auto all = static_cast<std::uint32_t>(vcpus_.size());
  const auto until = [this](Instant when) { return machine_.calendar.sleep(when - machine_.calendar.now()); };
  Instant offline = Instant{} + duration(hotplug.offline_s);
  do {
    const Instant online = offline + duration(hotplug.online_s - hotplug.offline_s);
    co_await until(offline);
    set_online(all - hotplug.vcpus);
    while (!vcpu_set_.drained() && machine_.calendar.now() + kLook < online) co_await machine_.calendar.sleep(kLook);
    if (vcpu_set_.drained()) notify_drivers();
    co_await until(online);
    set_online(all);
    notify_drivers();
    offline += duration(hotplug.period_s);
  } while (hotplug.period_s > 0);
}

void Guest::set_online(std::uint32_t online) {
  vcpu_set_.set_online(online);
  for (InterruptRouting& routing : routings_) routing.set_online(online);
  for (FioProcess& process : processes_) process.leave_offline_vcpu();
}

// The one place where drivers, and through them their policies, hear of vCPUs that come and go.
void Guest::notify_drivers() {
  for (const auto& driver : drivers_) driver->set_online_vcpus(vcpu_set_.online());
}

}  // namespace vqlab::sim
