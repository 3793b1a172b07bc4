// Parameters that a testbed does not read: whatever they are, its results are the same.
#pragma once

#include <string>
#include <vector>

#include "models/testbed/idle_member.hpp"
#include "models/testbed/testbed.hpp"

namespace vqlab {

// A row of the parameter table of `object`, which is a part of the testbed, or one of its registered parts.
struct RowOf {
  const ParamTable& table;
  const Param& row;
  const void* object;
  bool of_part = false;
};

// Empty if the testbed reads the parameter, else what would have to be so: "hotplug.vcpus is above 0".
[[nodiscard]] std::string unread_unless(const Testbed& testbed, const RowOf& param);

// The values of a list's elements (`row` is of kind kNamedSets) that the testbed does not read.
[[nodiscard]] std::vector<IdleMember> idle_members(const Testbed& testbed, const Param& row);

// Empty if results depend on the parameter, as far as is known before a run, else what would have to be so.
[[nodiscard]] std::string no_effect_unless(const Testbed& testbed, const RowOf& param);

// All that must be so for the row to be read, but for what its section asks: "mechanisms.halts is true; ...".
[[nodiscard]] std::string read_if_words(const Param& row);

}  // namespace vqlab
