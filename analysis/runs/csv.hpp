// Lines of CSV files.
#pragma once

#include <string>
#include <vector>

namespace vqlab {

// The shortest text that reads back as the same double; blank for what is not finite.
[[nodiscard]] std::string csv_number(double value);

// Six digits; blank for what is not finite. For what came through libm, whose last digits differ between machines.
[[nodiscard]] std::string csv_six_digits(double value);

// With its newline; fields are quoted where they have to be (RFC 4180).
[[nodiscard]] std::string csv_line(const std::vector<std::string>& fields);

}  // namespace vqlab
