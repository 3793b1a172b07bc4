// The whole simulated testbed: SimGrid's platform, the machine, guest and host on it.
#pragma once

#include <cstdint>

#include "models/testbed/testbed.hpp"
#include "sim/engine/bus.hpp"
#include "sim/engine/simgrid_world.hpp"
#include "sim/experiment/ordering_observer.hpp"
#include "sim/guest/guest.hpp"
#include "sim/host/host.hpp"
#include "sim/machine/machine.hpp"

namespace vqlab::sim {

class World {
 public:
  // Preconditions as run_point(). `order` and `trace` as in Calendar.
  World(const Testbed& testbed, std::uint64_t seed, StepOrder* order = nullptr, MachineTrace* trace = nullptr);

  [[nodiscard]] SimGridWorld& simgrid() noexcept { return simgrid_; }
  // The testbed in effect, with the capacities that SimGrid's platform holds.
  [[nodiscard]] const Testbed& testbed() const noexcept { return testbed_; }
  [[nodiscard]] Counters& counters() noexcept { return counters_; }
  [[nodiscard]] Machine& machine() noexcept { return machine_; }
  [[nodiscard]] Instant now() noexcept { return simgrid_.calendar().now(); }
  [[nodiscard]] const StageAccounts& stages() const noexcept { return machine_.stages; }
  [[nodiscard]] const Guest& guest() const noexcept { return guest_; }
  [[nodiscard]] Guest& guest() noexcept { return guest_; }
  [[nodiscard]] const HostServer& server() const noexcept { return host_.server(); }
  [[nodiscard]] const Storage& storage() const noexcept { return host_.storage(); }
  [[nodiscard]] const PhysicalCpus& cpus() const noexcept { return cpus_; }
  [[nodiscard]] const SharedBus& memory_bus() const noexcept { return memory_bus_; }

  // Whether every process has issued all its loops.
  [[nodiscard]] bool ended() const noexcept { return ended_; }

 private:
  void add_tenant();

  SimGridWorld simgrid_;
  Testbed testbed_;
  GuestLayout layout_;
  GuestMemory memory_;
  Counters counters_;
  OrderingObserver observer_;
  PhysicalCpus cpus_;
  SharedBus memory_bus_;
  std::unique_ptr<HandOvers> hand_overs_;  // null: no physical CPU is nearer than another
  Machine machine_;
  Host host_;
  Guest guest_;
  std::vector<HostThread> tenant_threads_;
  bool ended_ = false;
};

}  // namespace vqlab::sim
