// Words and clock of a steering policy where nobody explores interleavings.
#pragma once

#include "models/base/access.hpp"
#include "models/steering/policy_memory.hpp"
#include "sim/engine/calendar.hpp"

namespace vqlab::sim {

class PlainPolicyMemory final : public AccessedMemory<PlainAccess> {
 public:
  explicit PlainPolicyMemory(const Calendar& calendar) : calendar_(calendar) {}
  Instant now() override { return calendar_.now(); }

 private:
  const Calendar& calendar_;
};

}  // namespace vqlab::sim
