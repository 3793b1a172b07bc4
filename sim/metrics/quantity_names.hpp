// Names of the quantities that a simulation gives.
#pragma once

#include <string>
#include <vector>

namespace vqlab {

// Those of every result, in the order of points.csv. A result has one more for each vCPU: "vcpu0_utilization" ...
[[nodiscard]] const std::vector<std::string>& quantity_names();

// Whether it is one of them, or that of a vCPU.
[[nodiscard]] bool is_quantity_name(const std::string& name);

}  // namespace vqlab
