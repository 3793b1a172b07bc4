// What an override excuses in a scenario file.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "analysis/scenario/fault.hpp"

namespace vqlab {

// Positions that the sweep does not visit are no mistakes of a file whose sweep was overridden, but mistakes where an
// override wrote them.
struct Leniency {
  bool overridden = false;
  std::vector<std::string> written;  // by overrides; JSON paths

  [[nodiscard]] bool excuses(const std::string& path) const {
    return overridden && std::none_of(written.begin(), written.end(),
                                      [&path](const std::string& place) { return is_below(path, place); });
  }
};

}  // namespace vqlab
