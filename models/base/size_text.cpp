#include "models/base/size_text.hpp"

#include <cctype>
#include <cstddef>

namespace vqlab {
namespace {

constexpr std::string_view kLetters = "kmgt";
constexpr std::uint64_t kMost = std::uint64_t{1} << 62;

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t bytes = 0;
  std::size_t i = 0;
  for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
    if (bytes > kMost / 10 - 1) return std::nullopt;
    bytes = bytes * 10 + static_cast<std::uint64_t>(text[i] - '0');
  }
  if (i == 0 || i + 1 < text.size()) return std::nullopt;
  if (i == text.size()) return bytes;
  const std::size_t letter = kLetters.find(static_cast<char>(std::tolower(static_cast<unsigned char>(text[i]))));
  if (letter == std::string_view::npos) return std::nullopt;
  const auto shift = static_cast<unsigned>(10 * (letter + 1));
  if (bytes > kMost >> shift) return std::nullopt;
  return bytes << shift;
}

std::optional<SizeRange> parse_size_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto low = parse_size(text.substr(0, dash));
  const auto high = dash == std::string_view::npos ? low : parse_size(text.substr(dash + 1));
  if (!low || !high) return std::nullopt;
  return SizeRange{*low, *high};
}

std::string size_text(std::uint64_t bytes) {
  std::size_t letter = 0;
  while (letter < kLetters.size() && bytes != 0 && bytes % 1024 == 0) {
    bytes /= 1024;
    ++letter;
  }
  std::string text = std::to_string(bytes);
  if (letter > 0) text += kLetters[letter - 1];
  return text;
}

std::string size_text(const SizeRange& range) { return size_text(range.min_bytes) + "-" + size_text(range.max_bytes); }

}  // namespace vqlab
