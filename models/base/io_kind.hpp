// What an I/O of a guest asks its disk for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vqlab {

enum class IoKind : std::uint8_t { kRead, kWrite, kTrim, kFlush };
inline constexpr std::size_t kIoKinds = 4;

// By IoKind, as result files spell them.
inline constexpr std::array<std::string_view, kIoKinds> kIoKindNames{"read", "write", "trim", "flush"};

[[nodiscard]] constexpr std::size_t index_of(IoKind kind) noexcept { return static_cast<std::size_t>(kind); }

}  // namespace vqlab
