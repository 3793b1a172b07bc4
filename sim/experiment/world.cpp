#include "sim/experiment/world.hpp"

#include "models/testbed/in_effect.hpp"
#include "sim/experiment/cpu_options.hpp"

namespace vqlab::sim {
namespace {

constexpr const char* kHost = "host";
constexpr const char* kGuest = "guest";

std::vector<PlatformHost> platform_of(const Testbed& testbed) {
  const Hardware& hardware = testbed.hardware;
  return {{kHost, hardware.physical_cpus, hardware.clock_ghz * 1e9, hardware.memory_gb_per_s * 1e9},
          {kGuest, testbed.guest.vcpus, hardware.clock_ghz * 1e9, 0.0}};
}

Testbed read_back(Testbed testbed, const SimGridWorld& simgrid) {
  const PlatformHost host = simgrid.host(kHost);
  testbed.hardware.physical_cpus = host.cores;
  testbed.hardware.clock_ghz = host.core_speed / 1e9;
  testbed.hardware.memory_gb_per_s = host.memory_bandwidth / 1e9;
  testbed.guest.vcpus = simgrid.host(kGuest).cores;
  return testbed;
}

Duration from_seconds(double s) { return Duration{static_cast<std::int64_t>(s * 1e9)}; }

}  // namespace

World::World(const Testbed& testbed, std::uint64_t seed, StepOrder* order, MachineTrace* trace)
    : simgrid_(platform_of(testbed), order, trace),
      testbed_(in_effect(read_back(testbed, simgrid_))),
      layout_(testbed_),
      memory_(0, layout_.end),
      observer_(testbed_.targets * testbed_.luns_per_target, layout_.commands, counters_,
                luns_per_ordered_unit(testbed_)),
      cpus_(simgrid_.calendar(), cpu_options(testbed_), seed),
      memory_bus_(simgrid_.calendar(), testbed_.hardware.memory_gb_per_s, testbed_.hardware.copy_gb_per_s),
      hand_overs_(hand_overs_of(testbed_, layout_.commands, seed)),
      machine_{.calendar = simgrid_.calendar(),
               .cpus = cpus_,
               .memory_bus = memory_bus_,
               .memory = memory_,
               .rings = ring_places(testbed_, layout_),
               .counters = counters_,
               .stages = StageAccounts(layout_.commands),
               .observers = CommandObservers(observer_),
               .wake_thread = CostSampler(testbed_.host_costs.wake_thread_ns, testbed_.hardware.speed()),
               .data_bytes = layout_.data_end,
               .hand_overs = hand_overs_.get()},
      host_(machine_, testbed_, seed),
      guest_(machine_, testbed_, layout_, seed,
             [this] {
               ended_ = true;
               simgrid_.wake();
             }),
      tenant_threads_(testbed_.tenant.physical_cpus) {
  if (trace != nullptr) machine_.record(*trace);
  if (!tenant_threads_.empty()) add_tenant();
}

void World::add_tenant() {
  for (std::size_t i = 0; i < tenant_threads_.size(); ++i) {
    tenant_threads_[i].group = 1;
    cpus_.name(tenant_threads_[i], TraceSink::Kind::kTenant, "tenant " + std::to_string(i));
  }
  const Tenant& tenant = testbed_.tenant;
  simgrid_.add_actor("tenant", kHost, SimGridWorld::Kind::kDaemon, [this, &tenant](CoarseActor& actor) {
    actor.sleep(from_seconds(tenant.start_s));
    for (HostThread& thread : tenant_threads_) (void)cpus_.wake(thread);
    actor.sleep(from_seconds(tenant.stop_s - tenant.start_s));
    for (HostThread& thread : tenant_threads_) cpus_.sleep(thread);
  });
}

}  // namespace vqlab::sim
