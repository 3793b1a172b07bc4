// The figures that a data sheet may have, as a table of parameters: names, bounds, units, what each means.
#pragma once

#include "models/base/device_sheet.hpp"
#include "models/base/params.hpp"

namespace vqlab {

// All but the name. A row is read, that is, may stand in a sheet, under its conditions.
[[nodiscard]] const ParamTable& params_of(const DeviceSheet*);

}  // namespace vqlab
