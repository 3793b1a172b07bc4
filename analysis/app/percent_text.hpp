// Differences in percent, for tables on a terminal.
#pragma once

#include <string>

#include "sim/metrics/interval.hpp"

namespace vqlab {

// "+12.3": about three digits that matter, more if the half-width would not show.
[[nodiscard]] std::string percent_text(const Estimate& percent);

// "+-0.4", with as many decimals; blank if it is unknown.
[[nodiscard]] std::string half_width_text(const Estimate& percent);

}  // namespace vqlab
