// The driver of the December 2012 series: several request queues, steering, piecewise buffers.
#pragma once

#include "models/steering/policy.hpp"
#include "sim/guest/driver.hpp"

namespace vqlab::sim {

class SeriesDriver final : public VirtioScsiDriver {
 public:
  SeriesDriver(Machine& machine, const Testbed& testbed, LineIndex first_line, IndirectTablePool& tables,
               std::deque<Command>& commands, std::uint64_t seed);

 private:
  enum class BufferApi : std::uint8_t { kAddBuf, kPiecewise, kAddSgs };

  Task<Added> add_command(Vcpu& cpu, Command& command) override;
  void forget(Command& command, bool refused) override;

  // pick_vq: under the target's lock.
  RequestQueue& pick_queue(Vcpu& cpu, const Command& command);
  AddResult add(RequestQueue& queue, const Target& target, const Command& command);

  std::unique_ptr<SteeringPolicy> policy_;
  BufferApi api_;
  std::uint32_t vcpus_;
  bool drop_reqs_on_failed_add_;
  CostSampler target_lock_cost_;
};

}  // namespace vqlab::sim
