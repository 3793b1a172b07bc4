// Times in fio's spelling.
#pragma once

#include <optional>
#include <string>

#include "models/base/units.hpp"

namespace vqlab {

// "30" and "30s", "500ms", "100us", "2m" or "1h", each with or without a fraction. Nothing if it is no such text, or
// more than 10^6 s.
[[nodiscard]] std::optional<Duration> parse_time(const std::string& text);

}  // namespace vqlab
