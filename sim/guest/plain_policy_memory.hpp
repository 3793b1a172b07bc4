// Words, clock and random stream of a steering policy in the simulator.
#pragma once

#include <string>
#include <utility>

#include "models/steering/plain_memory.hpp"
#include "sim/engine/calendar.hpp"

namespace vqlab::sim {

class PlainPolicyMemory final : public PlainMemory {
 public:
  PlainPolicyMemory(const Calendar& calendar, std::string policy, const RandomStream& random, std::uint32_t vcpus,
                    PolicyWords& words)
      : PlainMemory(std::move(policy), random, vcpus, words), calendar_(calendar) {}
  Instant now() override { return calendar_.now(); }

 private:
  const Calendar& calendar_;
};

}  // namespace vqlab::sim
