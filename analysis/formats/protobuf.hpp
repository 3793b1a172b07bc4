// Writes messages in the wire format of Protocol Buffers: varints, 8-byte numbers, and what has a length.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace vqlab {

class ProtobufMessage {
 public:
  // Field numbers as the message's definition has them.
  void add(std::uint32_t field, std::uint64_t value) {
    varint(std::uint64_t{field} << 3 | kVarint);
    varint(value);
  }
  // A negative int64 takes ten bytes, as the format has it.
  void add_signed(std::uint32_t field, std::int64_t value) { add(field, static_cast<std::uint64_t>(value)); }
  void add_fixed64(std::uint32_t field, std::uint64_t value) {
    varint(std::uint64_t{field} << 3 | kFixed64);
    for (int byte = 0; byte < 8; ++byte) bytes_ += static_cast<char>(value >> (8 * byte) & 0xff);
  }
  void add(std::uint32_t field, double value) { add_fixed64(field, std::bit_cast<std::uint64_t>(value)); }
  void add(std::uint32_t field, std::string_view text) {
    varint(std::uint64_t{field} << 3 | kLengthDelimited);
    varint(text.size());
    bytes_ += text;
  }
  void add(std::uint32_t field, const ProtobufMessage& message) { add(field, std::string_view(message.bytes_)); }

  [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }
  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

 private:
  static constexpr std::uint64_t kVarint = 0;
  static constexpr std::uint64_t kFixed64 = 1;
  static constexpr std::uint64_t kLengthDelimited = 2;

  // Seven bits a byte, the lowest first; the top bit says that there are more.
  void varint(std::uint64_t value) {
    for (; value > 0x7f; value >>= 7) bytes_ += static_cast<char>((value & 0x7f) | 0x80);
    bytes_ += static_cast<char>(value);
  }

  std::string bytes_;
};

}  // namespace vqlab
