// Faults on their way to the user.
#pragma once

#include <vector>

#include "analysis/scenario/fault.hpp"

namespace vqlab {

// Prints each to standard error, a line each, and answers it.
void say_faults(const std::vector<Fault>& faults);
inline void say_fault(const Fault& fault) { say_faults({fault}); }

}  // namespace vqlab
