// A rule about values that are good by themselves but may not go together.
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

}  // namespace vqlab
