// Sizes as fio spells them: "512", "64k", "1g"; letters are powers of 1024.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/base/params.hpp"

namespace vqlab {

// Nothing if the text is no size or exceeds 2^62.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);

// "4k-64k", or "4k" for a single size. The order of the two is not checked.
[[nodiscard]] std::optional<SizeRange> parse_size_range(std::string_view text);

// With the largest letter that leaves a whole number: 65536 gives "64k", 1000 gives "1000".
[[nodiscard]] std::string size_text(std::uint64_t bytes);
[[nodiscard]] std::string size_text(const SizeRange& range);

}  // namespace vqlab
