// Words in byte order: little-endian for virtio, big-endian for SCSI commands.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace vqlab {

template <class T>
[[nodiscard]] constexpr T swap_bytes(T value) noexcept {
  T swapped = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    const T byte = static_cast<T>((value >> (8 * i)) & 0xff);
    swapped = static_cast<T>(swapped | static_cast<T>(byte << (8 * (sizeof(T) - 1 - i))));
  }
  return swapped;
}

// Between host order and the named order; the same function both ways. T: an unsigned integer.
template <class T>
[[nodiscard]] constexpr T little_endian(T value) noexcept {
  if constexpr (std::endian::native == std::endian::little) return value;
  return swap_bytes(value);
}
template <class T>
[[nodiscard]] constexpr T big_endian(T value) noexcept {
  if constexpr (std::endian::native == std::endian::big) return value;
  return swap_bytes(value);
}

// Words at any alignment; `p` points at sizeof(T) bytes.
template <class T>
[[nodiscard]] T load_little(const std::byte* p) noexcept {
  T value;
  std::memcpy(&value, p, sizeof(T));
  return little_endian(value);
}
template <class T>
[[nodiscard]] T load_big(const std::byte* p) noexcept {
  T value;
  std::memcpy(&value, p, sizeof(T));
  return big_endian(value);
}
template <class T>
void store_little(std::byte* p, T value) noexcept {
  value = little_endian(value);
  std::memcpy(p, &value, sizeof(T));
}
template <class T>
void store_big(std::byte* p, T value) noexcept {
  value = big_endian(value);
  std::memcpy(p, &value, sizeof(T));
}

}  // namespace vqlab
