#include "analysis/ring/replay/difference.hpp"

#include <cstddef>

namespace vqlab {
namespace {

bool same_scalar(const Json& a, const Json& b) {
  const bool integers = a.is_number_integer() && b.is_number_integer();  // signed or not
  return (integers || a.type() == b.type()) && a == b;
}

}  // namespace

std::optional<Difference> first_difference(const Json& expected, const Json& found, const std::string& field) {
  if (expected.is_object() && found.is_object()) {
    for (const auto& [key, value] : found.items()) {
      const std::string name = field.empty() ? key : field + "." + key;
      const auto recorded = expected.find(key);
      if (recorded == expected.end()) return Difference{name, "no such field", show(value)};
      if (auto difference = first_difference(*recorded, value, name)) return difference;
    }
    for (const auto& [key, value] : expected.items())
      if (!found.contains(key))
        return Difference{field.empty() ? key : field + "." + key, show(value), "no such field"};
    return std::nullopt;
  }
  if (expected.is_array() && found.is_array() && expected.size() == found.size()) {
    for (std::size_t i = 0; i < found.size(); ++i)
      if (auto difference = first_difference(expected[i], found[i], field + "[" + std::to_string(i) + "]"))
        return difference;
    return std::nullopt;
  }
  if (!expected.is_structured() && !found.is_structured() && same_scalar(expected, found)) return std::nullopt;
  return Difference{field, show(expected), show(found)};
}

}  // namespace vqlab
