#include "models/base/index_ranges.hpp"

#include <charconv>

namespace vqlab {
namespace {

std::optional<std::uint32_t> number(std::string_view text) {
  constexpr std::uint32_t kMost = 1'000'000;
  std::uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || read != end || value > kMost) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::vector<IndexRange>> parse_ranges(std::string_view text) {
  std::vector<IndexRange> ranges;
  std::uint32_t least = 0;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    const std::size_t dash = part.find('-');
    const auto first = number(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : number(part.substr(dash + 1));
    if (!first || !last || *first < least || *last < *first) return std::nullopt;
    ranges.push_back({*first, *last + 1});
    least = *last + 1;
    if (comma == std::string_view::npos) return ranges;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace vqlab
