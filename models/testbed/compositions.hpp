// What studies may make of a machine: guests of any kind on its host.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "models/testbed/testbed.hpp"

namespace vqlab {

// Testbeds on the machine that together read whatever some testbed on it reads. Guest, controller and jobs are a
// study's to choose, whatever the machine suggests; of the host, so is what the machine does not say (`says`, by path).
[[nodiscard]] std::vector<Testbed> compositions(const Testbed& machine,
                                                const std::function<bool(const std::string&)>& says);

}  // namespace vqlab
