// Values that are good by themselves but do not go together.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analysis/scenario/section.hpp"

namespace vqlab {

struct CrossCheck {
  std::vector<std::string> params;  // whose values it judges, by path
  std::string rule;                 // what is accepted
  std::function<bool(const PointSpec&)> holds;
  bool of_part = false;  // registered by a plug-in: nothing that is checked in may list it
};

// Each holds in every point of a study: those of the testbed, which the reference page prints, then those of drivers
// and parts.
[[nodiscard]] const std::vector<CrossCheck>& cross_checks();

}  // namespace vqlab
