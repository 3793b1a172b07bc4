#include "models/scsi/discovery.hpp"

#include "models/base/endian.hpp"

namespace vqlab::scsi {
namespace {

std::string text(std::span<const std::byte> in) {
  std::string result;
  for (const std::byte byte : in) result += std::to_integer<char>(byte);
  result.erase(result.find_last_not_of(' ') + 1);
  return result;
}

}  // namespace

std::optional<Sense> decode_sense(std::span<const std::byte> in) {
  if (in.empty()) return std::nullopt;
  const auto byte = [&](std::size_t i) { return std::to_integer<std::uint8_t>(in[i]); };
  const unsigned form = byte(0) & 0x7fU;
  if (form == 0x70 && in.size() >= 14) return Sense{static_cast<SenseKey>(byte(2) & 0xf), byte(12), byte(13)};
  if (form == 0x72 && in.size() >= 4) return Sense{static_cast<SenseKey>(byte(1) & 0xf), byte(2), byte(3)};
  return std::nullopt;
}

Inquiry decode_inquiry(std::span<const std::byte, kInquiryBytes> in) {
  return {static_cast<std::uint8_t>(std::to_integer<unsigned>(in[0]) & 0x1f), text(in.subspan(8, 8)),
          text(in.subspan(16, 16))};
}

Capacity decode_capacity10(std::span<const std::byte, kCapacity10Bytes> in) noexcept {
  return {load_big<std::uint32_t>(&in[0]) + std::uint64_t{1}, load_big<std::uint32_t>(&in[4])};
}

Cdb inquiry(std::uint16_t bytes) noexcept {
  Cdb cdb{};
  cdb[0] = static_cast<std::byte>(Opcode::kInquiry);
  store_big(&cdb[3], bytes);
  return cdb;
}

}  // namespace vqlab::scsi
