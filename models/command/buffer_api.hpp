// The three ways to add a buffer to a ring.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vqlab {

enum class BufferApi : std::uint8_t {
  kAddBuf,     // one flat array, into which the command is linearised (before the series)
  kPiecewise,  // start_buf, add_sg for every list, end_buf (the series)
  kAddSgs,     // arrays of lists (merged in place of the piecewise calls)
};

inline constexpr BufferApi kBufferApis[] = {BufferApi::kAddBuf, BufferApi::kPiecewise, BufferApi::kAddSgs};

// As scenarios name them.
[[nodiscard]] constexpr const char* name_of(BufferApi api) noexcept {
  switch (api) {
    case BufferApi::kAddBuf: return "add_buf";
    case BufferApi::kPiecewise: return "piecewise";
    case BufferApi::kAddSgs: break;
  }
  return "add_sgs";
}

[[nodiscard]] constexpr std::optional<BufferApi> buffer_api_named(std::string_view name) noexcept {
  for (const BufferApi api : kBufferApis)
    if (name == name_of(api)) return api;
  return std::nullopt;
}

// Longest buffer, in descriptors, that takes no indirect table while the ring has room for it: start_buf goes direct
// where there are no more segments than lists, of which a command has two headers and its data.
[[nodiscard]] constexpr std::uint32_t direct_up_to(BufferApi api) noexcept {
  return api == BufferApi::kPiecewise ? 3 : 1;
}

}  // namespace vqlab
