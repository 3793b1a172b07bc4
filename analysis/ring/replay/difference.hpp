// Where two JSON documents first differ.
#pragma once

#include <optional>
#include <string>

#include "analysis/scenario/document.hpp"

namespace vqlab {

struct Difference {
  std::string field;     // "driver.num_free", "desc[3].next", "used.ring[0][1]"
  std::string expected;  // as recorded
  std::string found;     // what our ring has
};

// The first difference in the order of `found`; `field` names the two. A key that only one of them has is a
// difference, as is a number written in another type (1 and 1.0).
[[nodiscard]] std::optional<Difference> first_difference(const Json& expected, const Json& found,
                                                         const std::string& field);

}  // namespace vqlab
