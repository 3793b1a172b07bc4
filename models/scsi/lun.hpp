// The 8-byte address of a logical unit in virtio-scsi requests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "models/base/endian.hpp"
#include "models/base/ids.hpp"

namespace vqlab::scsi {

inline constexpr std::size_t kLunBytes = 8;
inline constexpr std::uint32_t kMaxTarget = 255;
inline constexpr std::uint32_t kMaxLun = 16383;

struct LunAddress {
  TargetId target;  // at most kMaxTarget
  LunId lun;        // at most kMaxLun

  friend bool operator==(const LunAddress&, const LunAddress&) = default;
};

// 1, target, then the LUN in flat-space form (01 in the top bits and 14 bits of number), then four zeros.
inline void encode(const LunAddress& address, std::span<std::byte, kLunBytes> out) noexcept {
  const std::uint32_t lun = address.lun.value;
  out[0] = std::byte{1};
  out[1] = static_cast<std::byte>(address.target.value);
  out[2] = static_cast<std::byte>(0x40 | (lun >> 8 & 0x3f));
  out[3] = static_cast<std::byte>(lun);
  for (std::size_t i = 4; i < kLunBytes; ++i) out[i] = std::byte{0};
}

// Nothing unless the address has that form; a LUN below 256 may also come in peripheral form (third byte 0).
[[nodiscard]] inline std::optional<LunAddress> decode_lun(std::span<const std::byte, kLunBytes> in) noexcept {
  const auto word = load_little<std::uint64_t>(in.data());
  const std::uint32_t high = word >> 16 & 0xff;
  if ((word & 0xffff'ffff'0000'00ff) != 1 || (high != 0 && (high & 0xc0) != 0x40)) return std::nullopt;
  return LunAddress{TargetId(word >> 8 & 0xff), LunId((high & 0x3f) << 8 | (word >> 24 & 0xff))};
}

}  // namespace vqlab::scsi
