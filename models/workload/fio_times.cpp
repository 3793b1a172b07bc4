#include "models/workload/fio_times.hpp"

#include <charconv>
#include <string_view>

namespace vqlab {
namespace {

constexpr double kMostNs = 1e15;

struct Unit {
  std::string_view name;
  double ns;
};
constexpr Unit kUnits[] = {{"", 1e9}, {"s", 1e9}, {"us", 1e3}, {"ms", 1e6}, {"m", 60e9}, {"h", 3600e9}};

}  // namespace

std::optional<Duration> parse_time(const std::string& text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc() || number < 0) return std::nullopt;
  const std::string_view unit(read, static_cast<std::size_t>(end - read));
  for (const Unit& one : kUnits)
    if (unit == one.name && number * one.ns <= kMostNs)
      return Duration{static_cast<std::int64_t>(number * one.ns + 0.5)};
  return std::nullopt;
}

}  // namespace vqlab
