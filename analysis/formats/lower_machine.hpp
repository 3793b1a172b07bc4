// From a virtual machine to members of a scenario.
#pragma once

#include "analysis/formats/classed_option.hpp"
#include "analysis/formats/virtual_machine.hpp"

namespace vqlab {

// Adds them to part.scenario. What can only be said approximately or not at all makes its option, which stood in
// part.options as modelled, approximated or refused.
void lower_machine(const VirtualMachine& machine, ImportedPart& part);

}  // namespace vqlab
