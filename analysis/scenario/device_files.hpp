// The data sheets that scenarios and machines name: scenarios/devices/NAME.json.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/scenario_place.hpp"

namespace vqlab {

// A copy of a scenario or a machine in which each name of a device has become its sheet, as an object. A name that is
// not known, or whose file has faults, becomes null; its faults are noted.
[[nodiscard]] Json with_device_sheets(const Json& document, const std::string& path, const ScenarioPlace& place,
                                      FaultList& faults);

}  // namespace vqlab
