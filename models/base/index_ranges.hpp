// Lists of numbers as people write them: "0-3,7".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vqlab {

// From `first` to before `end`.
struct IndexRange {
  std::uint32_t first = 0;
  std::uint32_t end = 0;

  [[nodiscard]] std::uint32_t size() const noexcept { return end - first; }

  friend bool operator==(const IndexRange&, const IndexRange&) = default;
};

// Not empty, each number once, in ascending order; nothing if the text is no such list.
[[nodiscard]] std::optional<std::vector<IndexRange>> parse_ranges(std::string_view text);
// Whether it is one, or empty; and a regular expression that every such text matches.
[[nodiscard]] inline bool is_ranges_or_empty(const std::string& text) { return text.empty() || parse_ranges(text); }
inline constexpr const char* kRangesPattern = "^([0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*)?$";

}  // namespace vqlab
