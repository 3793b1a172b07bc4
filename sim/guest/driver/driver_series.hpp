// The driver of the December 2012 series: several request queues, steering, piecewise buffers.
#pragma once

#include "models/steering/policy.hpp"
#include "sim/guest/driver/driver.hpp"

namespace vqlab::sim {

template <class Platform>
class BasicSeriesDriver : public BasicVirtioScsiDriver<Platform> {
  using Base = BasicVirtioScsiDriver<Platform>;

 public:
  using typename Base::Command, typename Base::Cpu, typename Base::RequestQueue, typename Base::Target;

  BasicSeriesDriver(Machine& machine, const Testbed& testbed, LineIndex first_line, IndirectTablePool& tables,
                    std::vector<Command>& commands, std::uint64_t seed);

  void set_online_vcpus(std::uint32_t online) override;

  [[nodiscard]] const PolicyWords& policy_words() const noexcept { return policy_words_; }

 private:
  using Base::access_, Base::buffers_of, Base::direct_up_to_, Base::draw_linearise, Base::linearise, Base::machine_,
      Base::queues_, Base::speed_, Base::steer;
  using typename Base::TargetLock;

  [[nodiscard]] static const PolicyEntry& entry_of(const Testbed& testbed);
  [[nodiscard]] static TargetLock target_lock_of(const Testbed& testbed);
  [[nodiscard]] static PolicySetup setup_of(const Testbed& testbed, LineIndex first_line, std::uint64_t seed,
                                            PolicyWords& words);

  Duration draw_pick(Cpu& cpu, std::uint32_t descriptors) override;
  RequestQueue* pick_queue(Cpu& cpu, Command& command) override;  // pick_vq
  AddResult add(RequestQueue& queue, const Command& command) override;
  void submitted(Command& command, RequestQueue& queue) override;
  void forget(Command& command, RequestQueue& queue, bool refused) override;

  [[nodiscard]] SteeredCommand steered(const Command& command, const RequestQueue& queue) {
    return {command.lun->target->id, command.lun->lun, queue.id, memory_};
  }

  PolicyWords policy_words_;
  std::unique_ptr<SteeringPolicy> policy_;
  typename Platform::PolicyMemory memory_;
  BufferApi api_;
  std::uint32_t vcpus_online_;
  bool drop_reqs_on_failed_add_;
  std::uint32_t decision_locks_;
  std::uint32_t decision_lines_;
  CostSampler target_lock_cost_;
  CostSampler line_cost_;
};
using SeriesDriver = BasicSeriesDriver<SimPlatform>;

}  // namespace vqlab::sim
