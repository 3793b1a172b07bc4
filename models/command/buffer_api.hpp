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

}  // namespace vqlab
