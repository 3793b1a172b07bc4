#include "analysis/runs/csv.hpp"

#include <cmath>
#include <fmt/format.h>

namespace vqlab {
namespace {

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

std::string csv_number(double value) { return !std::isfinite(value) ? "" : fmt::format("{}", value); }

std::string csv_six_digits(double value) { return !std::isfinite(value) ? "" : fmt::format("{:.6g}", value); }

std::string csv_line(const std::vector<std::string>& fields) {
  std::string text;
  for (std::size_t i = 0; i < fields.size(); ++i) text += (i == 0 ? "" : ",") + csv_field(fields[i]);
  return text + '\n';
}

}  // namespace vqlab
