// A finished point as one line of JSON: for the journal, and for the pipe from a worker process to its parent.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analysis/runs/point_row.hpp"

namespace vqlab {

// Without a newline, inside or at the end. Doubles come back bit for bit; what is not finite comes back as NaN.
[[nodiscard]] std::string to_line(const PointRow& row);

// A line in two parts: whose result it is, and the result, which is the same wherever the point stands.
[[nodiscard]] std::string result_text(const PointResult& result);
[[nodiscard]] std::string line_with(const PointRow& whose, std::string_view result_text);

// Nothing if the line is not all there or not such a line.
[[nodiscard]] std::optional<PointRow> point_from_line(std::string_view line);

}  // namespace vqlab
