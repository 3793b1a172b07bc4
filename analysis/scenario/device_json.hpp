// Storage devices in JSON: the figures of a data sheet.
#pragma once

#include <optional>
#include <string>

#include "analysis/scenario/document.hpp"
#include "models/base/device_sheet.hpp"
#include "models/base/params.hpp"

namespace vqlab {

inline constexpr const char* kDeviceAccepted =
    "the name of a file in devices/, or an object with the figures of a data sheet";

// read_value() and write_value() (value.hpp), which read and write these, too.
using ReadFigure = std::optional<ParamValue> (*)(const Param& row, const Json& json, const ParamValue& current,
                                                 const std::string& path, FaultList& faults);
using WriteFigure = Json (*)(const ParamValue& value);

// An object with the figures; names have been replaced before (device_files.hpp). `in_file`: each figure must have its
// source. Nothing, and faults, if something is wrong; of null no fault, as its name was one.
[[nodiscard]] std::optional<DeviceChoice> read_device(const Json& json, const std::string& path, ReadFigure read,
                                                      FaultList& faults, bool in_file = false);

// read_device gives it back.
[[nodiscard]] Json write_device(const DeviceChoice& device, WriteFigure write);

}  // namespace vqlab
