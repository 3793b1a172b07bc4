// Values that are good by themselves but do not go together.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/section.hpp"

namespace vqlab {

struct CrossCheck {
  std::vector<std::string> params;  // whose values it judges, by path
  std::string rule;                 // what is accepted
  bool (*holds)(const PointSpec&);
};

// Each holds in every point of a study. The reference page prints them.
[[nodiscard]] const std::vector<CrossCheck>& cross_checks();

}  // namespace vqlab
