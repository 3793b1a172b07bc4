// A value inside a list of a testbed that changes nothing.
#pragma once

#include <string>

namespace vqlab {

struct IdleMember {
  std::string member;  // of the list: "[0].throttling.iops_read", "[1].rwmixread"
  std::string unless;  // what would have to be so: "some job reads from its targets"

  friend bool operator==(const IdleMember&, const IdleMember&) = default;
};

}  // namespace vqlab
