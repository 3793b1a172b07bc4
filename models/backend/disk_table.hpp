// What a group of disks may say, as tables of parameters: names, bounds, units, what each means.
#pragma once

#include <string>
#include <vector>

#include "models/base/device_sheet.hpp"
#include "models/base/params.hpp"

namespace vqlab {

// All but the device and the throttling, which are objects. A row is read, that is, may stand there, under its
// conditions.
[[nodiscard]] const ParamTable& params_of(const DiskGroup*);
// All but the name of the group.
[[nodiscard]] const ParamTable& params_of(const Throttling*);

// What contradicts each other in it, by name of the row.
struct ThrottlingFault {
  std::string row;
  std::string accepted;
};
[[nodiscard]] std::vector<ThrottlingFault> faults_of(const Throttling& throttling);

}  // namespace vqlab
