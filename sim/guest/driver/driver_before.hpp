// The driver before the series: one request queue; each command is copied into its target's scatterlist, under the
// target's lock.
#pragma once

#include "sim/guest/driver/driver.hpp"

namespace vqlab::sim {

class BeforeDriver final : public VirtioScsiDriver {
 public:
  BeforeDriver(Machine& machine, const Testbed& testbed, LineIndex first_line, IndirectTablePool& tables,
               std::vector<Command>& commands, std::uint64_t seed)
      : VirtioScsiDriver(machine, testbed, first_line, tables, commands, TargetLock::kUntilAdded, seed) {}

 private:
  Duration draw_pick(Vcpu& cpu, std::uint32_t descriptors) override { return draw_linearise(cpu, descriptors); }
  RequestQueue* pick_queue(Vcpu&, Command& command) override {
    linearise(command);
    return queues_[0].get();
  }
  AddResult add(RequestQueue& queue, const Command& command) override {
    return queue.ring.with([&command](auto& ring) { return add_linearised(ring, command); });
  }
  void forget(Command&, RequestQueue&, bool) override {}
};

}  // namespace vqlab::sim
