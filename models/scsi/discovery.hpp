// What a logical unit says about itself: sense data, and the answers to INQUIRY and READ CAPACITY.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "models/scsi/cdb.hpp"

namespace vqlab::scsi {

enum class SenseKey : std::uint8_t {
  kNoSense = 0,
  kNotReady = 2,
  kMediumError = 3,
  kIllegalRequest = 5,
  kUnitAttention = 6,
  kAbortedCommand = 11,
};

// Why a command ended with CHECK CONDITION.
struct Sense {
  SenseKey key = SenseKey::kNoSense;
  std::uint8_t code = 0;       // additional sense code
  std::uint8_t qualifier = 0;  // and its qualifier

  friend bool operator==(const Sense&, const Sense&) = default;
};

// Fixed and descriptor form, of the current command. Nothing if it is another form or too short.
[[nodiscard]] std::optional<Sense> decode_sense(std::span<const std::byte> in);

// Leading part of the standard INQUIRY data.
struct Inquiry {
  std::uint8_t device_type = 0;  // 0: a disk
  std::string vendor;            // without the blanks that fill it up
  std::string product;
};
inline constexpr std::size_t kInquiryBytes = 36;
[[nodiscard]] Inquiry decode_inquiry(std::span<const std::byte, kInquiryBytes> in);

struct Capacity {
  std::uint64_t blocks = 0;
  std::uint32_t block_bytes = 0;

  friend bool operator==(const Capacity&, const Capacity&) = default;
};
inline constexpr std::size_t kCapacity10Bytes = 8;
// A unit of 2^32 blocks or more answers as if it had 2^32.
[[nodiscard]] Capacity decode_capacity10(std::span<const std::byte, kCapacity10Bytes> in) noexcept;

[[nodiscard]] inline Cdb test_unit_ready() noexcept { return {}; }
// Standard data, of which at most `bytes` are sent.
[[nodiscard]] Cdb inquiry(std::uint16_t bytes) noexcept;
[[nodiscard]] inline Cdb read_capacity10() noexcept { return encode10(Opcode::kReadCapacity10, 0, 0); }

}  // namespace vqlab::scsi
