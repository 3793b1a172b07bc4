// The driver whose interleavings are explored: the guest's own, or one that a test has broken.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "analysis/order/order_platform.hpp"
#include "models/testbed/testbed.hpp"
#include "sim/engine/process.hpp"

namespace vqlab::order {

using OrderTarget = sim::BasicTarget<OrderPlatform>;
using OrderQueue = sim::BasicRequestQueue<OrderPlatform>;

// What the exploration asks of it, and may look at.
class ExploredDriver {
 public:
  virtual ~ExploredDriver() = default;
  virtual sim::Task<bool> queue_command(OrderCpu& cpu, OrderCommand& command) = 0;
  virtual sim::Task<> handle_interrupt(OrderCpu& cpu, std::uint32_t queue, OrderMidLayer& mid_layer) = 0;
  virtual sim::Task<> handle_shared_interrupt(OrderCpu& cpu, OrderMidLayer& mid_layer) = 0;
  virtual OrderTarget& add_target(TargetId id) = 0;
  virtual void set_online_vcpus(std::uint32_t online) = 0;
  [[nodiscard]] virtual const PolicyWords& policy_words() const = 0;
  [[nodiscard]] virtual OrderQueue& queue(std::uint32_t queue) = 0;
};

// What a driver is made of; all of it outlives the driver.
struct DriverParts {
  sim::Machine& machine;
  const Testbed& testbed;
  IndirectTablePool& tables;
  std::vector<OrderCommand>& commands;
  sim::LineIndex first_line;  // of the device's queues
};
using MakeDriver = std::function<std::unique_ptr<ExploredDriver>(const DriverParts&)>;

// The guest's driver, in the version that the testbed names.
[[nodiscard]] std::unique_ptr<ExploredDriver> guest_driver(const DriverParts& parts);

}  // namespace vqlab::order
