// The driver whose interleavings are explored: the series', or one that a test has broken.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "analysis/order/order_platform.hpp"
#include "models/testbed/testbed.hpp"
#include "sim/engine/process.hpp"
#include "sim/guest/driver/driver_series.hpp"

namespace vqlab::order {

using OrderTarget = sim::BasicTarget<OrderPlatform>;
using OrderQueue = sim::BasicRequestQueue<OrderPlatform>;

// What the exploration asks of it, and may look at.
class DriverUnderProof {
 public:
  virtual ~DriverUnderProof() = default;
  virtual sim::Task<bool> queue_command(OrderCpu& cpu, OrderCommand& command, OrderLock& host_lock) = 0;
  virtual sim::Task<> handle_interrupt(OrderCpu& cpu, std::uint32_t queue, OrderMidLayer& mid_layer) = 0;
  virtual OrderTarget& add_target(TargetId id) = 0;
  [[nodiscard]] virtual const PolicyWords& policy_words() const = 0;
  [[nodiscard]] virtual OrderQueue& queue(std::uint32_t queue) = 0;
};

// What a driver is made of; all of it outlives the driver.
struct DriverParts {
  sim::Machine& machine;
  const Testbed& testbed;
  IndirectTablePool& tables;
  std::vector<OrderCommand>& commands;
};
using MakeDriver = std::function<std::unique_ptr<DriverUnderProof>(const DriverParts&)>;

// Driver: BasicSeriesDriver<OrderPlatform>, or derived from it.
template <class Driver>
class Proven final : public DriverUnderProof {
 public:
  static std::unique_ptr<DriverUnderProof> make(const DriverParts& parts) { return std::make_unique<Proven>(parts); }

  explicit Proven(const DriverParts& parts)
      : driver_(parts.machine, parts.testbed, 0, parts.tables, parts.commands, 1) {}
  sim::Task<bool> queue_command(OrderCpu& cpu, OrderCommand& command, OrderLock& host_lock) override {
    return driver_.queue_command(cpu, command, host_lock, Duration{0});
  }
  sim::Task<> handle_interrupt(OrderCpu& cpu, std::uint32_t queue, OrderMidLayer& mid_layer) override {
    return driver_.handle_interrupt(cpu, queue, mid_layer);
  }
  OrderTarget& add_target(TargetId id) override { return driver_.add_target(id); }
  const PolicyWords& policy_words() const override { return driver_.policy_words(); }
  OrderQueue& queue(std::uint32_t queue) override { return driver_.queue(queue); }

 private:
  Driver driver_;
};

// The series' driver.
[[nodiscard]] std::unique_ptr<DriverUnderProof> series_driver(const DriverParts& parts);

}  // namespace vqlab::order
