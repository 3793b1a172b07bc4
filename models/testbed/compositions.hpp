// What studies may make of a machine: guests of any kind on its host.
#pragma once

#include <functional>
#include <string>

#include "models/testbed/testbed.hpp"

namespace vqlab {

// Shows testbeds on the machine, one after the other, until `visit` has seen enough, which it says by true. All
// together read whatever some testbed on it reads; most of it is read by the first. Guest, controller and jobs are a
// study's to choose, whatever the machine suggests; of the host, so is what the machine does not say (`says`, by path).
void visit_compositions(const Testbed& machine, const std::function<bool(const std::string&)>& says,
                        const std::function<bool(const Testbed&)>& visit);

}  // namespace vqlab
