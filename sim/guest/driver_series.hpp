// The driver of the December 2012 series: several request queues, steering, piecewise buffers.
#pragma once

#include "models/steering/policy.hpp"
#include "sim/guest/driver.hpp"

namespace vqlab::sim {

class SeriesDriver final : public VirtioScsiDriver {
 public:
  SeriesDriver(Machine& machine, const Testbed& testbed, LineIndex first_line, IndirectTablePool& tables,
               std::vector<Command>& commands, std::uint64_t seed);

  void set_online_vcpus(std::uint32_t online) override { vcpus_online_ = online; }

 private:
  [[nodiscard]] static TargetLock target_lock_of(const Testbed& testbed);

  Duration draw_target_work(Vcpu& cpu, std::uint32_t descriptors) override;
  RequestQueue& pick_queue(Vcpu& cpu, Command& command) override;  // pick_vq
  AddResult add(RequestQueue& queue, const Command& command) override;
  void forget(Command& command, bool refused) override;

  std::unique_ptr<SteeringPolicy> policy_;
  BufferApi api_;
  std::uint32_t vcpus_online_;
  bool drop_reqs_on_failed_add_;
  CostSampler target_lock_cost_;
};

}  // namespace vqlab::sim
