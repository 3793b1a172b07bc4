#include "sim/guest/driver_code.hpp"

namespace vqlab::sim {

template class BasicVirtioScsiDriver<SimPlatform>;

}  // namespace vqlab::sim
