// Groups of disks in JSON.
#pragma once

#include <optional>
#include <string>

#include "analysis/scenario/device_json.hpp"
#include "analysis/scenario/document.hpp"
#include "models/base/device_sheet.hpp"

namespace vqlab {

inline constexpr const char* kDisksAccepted =
    "a list of groups of disks, such as {\"targets\": 2, \"device\": \"hdd_7200_2012\"}";

// Nothing, and faults, if something is wrong.
[[nodiscard]] std::optional<Disks> read_disks(const Json& json, const std::string& path, ReadFigure read,
                                              FaultList& faults);
// read_disks gives it back.
[[nodiscard]] Json write_disks(const Disks& disks, WriteFigure write);

// In one word: "2*hdd_7200_2012+4*null(shared)"; "none".
[[nodiscard]] std::string disks_text(const Disks& disks);

}  // namespace vqlab
