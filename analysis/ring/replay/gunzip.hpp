// gzip, from memory to memory.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace vqlab {

// Whether bytes begin as gzip does.
[[nodiscard]] bool is_gzip(std::string_view bytes) noexcept;

struct Unpacked {
  std::optional<std::string> text;
  std::string fault;  // why there is no text
};

// Unpacks all members of `bytes`; refuses what is damaged, cut short or longer than `limit` bytes.
[[nodiscard]] Unpacked gunzip(std::string_view bytes, std::size_t limit);

}  // namespace vqlab
