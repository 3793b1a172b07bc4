// Ring memory as text: in hex, field by field, and which field a byte belongs to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "analysis/scenario/document.hpp"

namespace vqlab {

// Parts of a ring, each with its own layout.
enum class RingPart { kSplitDesc, kAvail, kUsed, kPackedDesc, kEvent };

// Two lower-case digits for each byte.
[[nodiscard]] std::string to_hex(std::span<const std::byte> bytes);

// An address as traces write it: lower-case hex without leading zeros.
[[nodiscard]] std::string address_text(std::uint64_t address);

// The part as traces write it beside the hex: descriptors as lists of four, the rings as objects, an event word as a
// list of two.
[[nodiscard]] Json to_fields(RingPart part, std::span<const std::byte> bytes);

// A field of a part: "[3].next", ".ring[0].len", ".off_wrap".
struct RingField {
  std::string name;
  std::size_t begin = 0;  // offset in the part
  std::size_t bytes = 0;
};

// The field that has the byte at `offset` of a part that is `part_bytes` long. offset < part_bytes.
[[nodiscard]] RingField field_at(RingPart part, std::size_t part_bytes, std::size_t offset);

}  // namespace vqlab
