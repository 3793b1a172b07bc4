// What the driver's code stands on in the simulator.
#pragma once

#include "models/base/access.hpp"
#include "models/steering/policy_memory.hpp"
#include "sim/engine/calendar.hpp"
#include "sim/engine/sync.hpp"

namespace vqlab::sim {

struct Command;
class ScsiLayer;
class Vcpu;

// Words and clock of a policy.
class PlainPolicyMemory final : public PolicyMemory {
 public:
  explicit PlainPolicyMemory(const Calendar& calendar) : calendar_(calendar) {}
  std::uint32_t load(const std::uint32_t& word) override { return access_.load(word); }
  void store(std::uint32_t& word, std::uint32_t value) override { access_.store(word, value); }
  std::uint32_t add(std::uint32_t& word, std::uint32_t delta) override { return access_.add(word, delta); }
  std::uint32_t await_clear(const std::uint32_t& word, std::uint32_t mask) override {
    return access_.await_clear(word, mask);
  }
  Instant now() override { return calendar_.now(); }

 private:
  const Calendar& calendar_;
  PlainAccess access_;
};

// The driver is a template over its platform, so that the very same coroutines run in simulated time and under the
// explorer of interleavings. A platform names: the Access to shared words; the Lock, whose acquire() and release() are
// SpinLock's; the PolicyMemory; the Cpu, with the members of Vcpu that the driver calls; the Command; and the MidLayer,
// whose done() takes commands back.
struct SimPlatform {
  using Access = PlainAccess;
  using Lock = SpinLock;
  using PolicyMemory = PlainPolicyMemory;
  using Cpu = Vcpu;
  using Command = sim::Command;
  using MidLayer = ScsiLayer;
};

}  // namespace vqlab::sim
