#include "models/testbed/in_effect.hpp"

#include <set>
#include <string>

#include "models/testbed/change_rows.hpp"

namespace vqlab {

Testbed in_effect(Testbed testbed) {
  std::set<std::string> off;
  for (const Param& row : params_of(&testbed.mechanisms).rows)
    if (!std::get<bool>(row.get(&testbed.mechanisms))) off.insert(row.name);
  if (off.empty()) return testbed;
  change_rows(
      testbed, [&off](const Param& row) { return off.count(row.mechanism) > 0; },
      [](const Param& row, const ParamValue& value) -> ParamValue {
        if (const Cost* cost = std::get_if<Cost>(&value)) return Cost{row.without_mechanism, cost->shape};
        if (std::holds_alternative<bool>(value)) return row.without_mechanism != 0;
        return row.without_mechanism;
      });
  return testbed;
}

bool same_in_effect(const Testbed& a, const Testbed& b) {
  Testbed one = in_effect(a);
  one.mechanisms = b.mechanisms;  // they have had their effect
  return one == in_effect(b);
}

}  // namespace vqlab
