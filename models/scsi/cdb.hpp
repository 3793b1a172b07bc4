// Command descriptor blocks of the few commands that move data.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "models/base/endian.hpp"

namespace vqlab::scsi {

inline constexpr std::uint32_t kSectorBytes = 512;  // a logical block of every disk here
inline constexpr std::size_t kCdbBytes = 32;        // virtio-scsi's default cdb_size
using Cdb = std::array<std::byte, kCdbBytes>;

enum class Opcode : std::uint8_t {
  kTestUnitReady = 0x00,
  kInquiry = 0x12,
  kReadCapacity10 = 0x25,
  kRead10 = 0x28,
  kWrite10 = 0x2a,
  kSynchronizeCache10 = 0x35,
  kUnmap = 0x42,
  kRead16 = 0x88,
  kWrite16 = 0x8a,
};

// The 10-byte form: at most 2^32 - 1 as address and 65535 blocks.
[[nodiscard]] inline Cdb encode10(Opcode opcode, std::uint32_t lba, std::uint16_t blocks) noexcept {
  Cdb cdb{};
  cdb[0] = static_cast<std::byte>(opcode);
  store_big(&cdb[2], lba);
  store_big(&cdb[7], blocks);
  return cdb;
}
[[nodiscard]] inline Cdb encode16(Opcode opcode, std::uint64_t lba, std::uint32_t blocks) noexcept {
  Cdb cdb{};
  cdb[0] = static_cast<std::byte>(opcode);
  store_big(&cdb[2], lba);
  store_big(&cdb[10], blocks);
  return cdb;
}
[[nodiscard]] inline Cdb read10(std::uint32_t lba, std::uint16_t blocks) noexcept {
  return encode10(Opcode::kRead10, lba, blocks);
}
[[nodiscard]] inline Cdb write10(std::uint32_t lba, std::uint16_t blocks) noexcept {
  return encode10(Opcode::kWrite10, lba, blocks);
}
[[nodiscard]] inline Cdb read16(std::uint64_t lba, std::uint32_t blocks) noexcept {
  return encode16(Opcode::kRead16, lba, blocks);
}
[[nodiscard]] inline Cdb write16(std::uint64_t lba, std::uint32_t blocks) noexcept {
  return encode16(Opcode::kWrite16, lba, blocks);
}

// The whole medium's cache.
[[nodiscard]] inline Cdb synchronize_cache10() noexcept { return encode10(Opcode::kSynchronizeCache10, 0, 0); }

// UNMAP of one range: which it is stands in the parameter list (SBC-3, 5.28), which is data of the command.
inline constexpr std::uint32_t kUnmapListBytes = 24;  // a header of 8 bytes and one descriptor
[[nodiscard]] inline Cdb unmap() noexcept { return encode10(Opcode::kUnmap, 0, kUnmapListBytes); }
[[nodiscard]] inline bool is_command(std::span<const std::byte, kCdbBytes> cdb, Opcode opcode) noexcept {
  return cdb[0] == static_cast<std::byte>(opcode);
}

// The shortest form that has room for the address.
[[nodiscard]] inline Cdb read_of(std::uint64_t lba, std::uint16_t blocks) noexcept {
  const auto short_lba = static_cast<std::uint32_t>(lba);
  return short_lba == lba ? read10(short_lba, blocks) : read16(lba, blocks);
}
[[nodiscard]] inline Cdb write_of(std::uint64_t lba, std::uint16_t blocks) noexcept {
  const auto short_lba = static_cast<std::uint32_t>(lba);
  return short_lba == lba ? write10(short_lba, blocks) : write16(lba, blocks);
}

// A command that moves data, whichever form it came in.
struct Transfer {
  bool write = false;        // to the medium
  std::uint64_t lba = 0;     // first logical block
  std::uint32_t blocks = 0;  // 0: none, which is no error

  friend bool operator==(const Transfer&, const Transfer&) = default;
};

// Nothing if the command is none of the four.
[[nodiscard]] inline std::optional<Transfer> decode_transfer(std::span<const std::byte, kCdbBytes> cdb) noexcept {
  const auto opcode = static_cast<Opcode>(cdb[0]);
  switch (opcode) {
    case Opcode::kRead10:
    case Opcode::kWrite10:
      return Transfer{opcode == Opcode::kWrite10, load_big<std::uint32_t>(&cdb[2]), load_big<std::uint16_t>(&cdb[7])};
    case Opcode::kRead16:
    case Opcode::kWrite16:
      return Transfer{opcode == Opcode::kWrite16, load_big<std::uint64_t>(&cdb[2]), load_big<std::uint32_t>(&cdb[10])};
    default: return std::nullopt;
  }
}

}  // namespace vqlab::scsi
