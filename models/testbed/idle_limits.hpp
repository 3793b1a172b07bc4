// Limits of disks that hold back nothing, because no job does what they limit.
#pragma once

#include <string>
#include <vector>

#include "models/testbed/testbed.hpp"

namespace vqlab {

struct IdleLimit {
  std::string member;  // of the list `disks`: "[0].throttling.iops_read"
  std::string unless;  // what would have to be so: "some job reads from its targets"

  friend bool operator==(const IdleLimit&, const IdleLimit&) = default;
};

[[nodiscard]] std::vector<IdleLimit> idle_limits(const Testbed& testbed);

}  // namespace vqlab
