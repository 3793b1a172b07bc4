// What the tests of `vqlab order` share.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "analysis/order/explored_driver.hpp"

namespace vqlab::order {

// What is not runs twenty times as long.
#ifdef NDEBUG
inline constexpr bool kOptimised = true;
#else
inline constexpr bool kOptimised = false;
#endif

// A driver that enables callbacks and does not look once more.
class NeverLooksAgain final : public ExploredDriver {
 public:
  static std::unique_ptr<ExploredDriver> always(const DriverParts& parts) {
    return std::make_unique<NeverLooksAgain>(parts, true);
  }
  static std::unique_ptr<ExploredDriver> on_packed_rings(const DriverParts& parts) {
    return std::make_unique<NeverLooksAgain>(parts, parts.testbed.controller.ring == "packed");
  }
  NeverLooksAgain(const DriverParts& parts, bool never)
      : never_(never), queues_(queues_in_use(parts.testbed)), commands_(parts.commands), driver_(guest_driver(parts)) {}

  sim::Task<bool> queue_command(OrderCpu& cpu, OrderCommand& command) override {
    return driver_->queue_command(cpu, command);
  }
  sim::Task<> handle_interrupt(OrderCpu& cpu, std::uint32_t index, OrderMidLayer& mid_layer) override {
    OrderQueue& queue = driver_->queue(index);
    co_await queue.lock.acquire(cpu, {}, Work::kTakeUsed);
    do {
      queue.ring.disable_cb();
      while (const auto used = queue.ring.get_buf()) {
        OrderCommand& command = commands_[used->token];
        (void)mid_layer.done(cpu, command);
        YieldingAccess().add(command.lun->target->reqs, ~0u);
      }
    } while (!queue.ring.enable_cb() && !never_);
    queue.lock.release(cpu);
  }
  sim::Task<> handle_shared_interrupt(OrderCpu& cpu, OrderMidLayer& mid_layer) override {
    for (std::uint32_t index = queues_; index-- > 0;)
      if (driver_->queue(index).ring.more_used()) co_await handle_interrupt(cpu, index, mid_layer);
  }
  OrderTarget& add_target(TargetId id) override { return driver_->add_target(id); }
  void set_online_vcpus(std::uint32_t online) override { driver_->set_online_vcpus(online); }
  const PolicyWords& policy_words() const override { return driver_->policy_words(); }
  OrderQueue& queue(std::uint32_t queue) override { return driver_->queue(queue); }

 private:
  bool never_;
  std::uint32_t queues_;
  std::vector<OrderCommand>& commands_;
  std::unique_ptr<ExploredDriver> driver_;
};

}  // namespace vqlab::order
