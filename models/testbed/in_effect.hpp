// What is left of a testbed when its mechanisms have been switched off.
#pragma once

#include "models/testbed/testbed.hpp"

namespace vqlab {

// The testbed without the mechanisms that are switched off: costs that are part of one are 0, its other values have no
// effect.
[[nodiscard]] Testbed in_effect(Testbed testbed);

// Whether both are the same to a simulation.
[[nodiscard]] bool same_in_effect(const Testbed& a, const Testbed& b);

}  // namespace vqlab
