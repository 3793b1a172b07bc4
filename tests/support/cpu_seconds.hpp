// CPU time of this process: how long something takes, whatever else the machine does.
#pragma once

#include <ctime>

namespace vqlab::test {

[[nodiscard]] inline double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace vqlab::test
