#include "analysis/ring/replay/ring_bytes.hpp"

#include <array>
#include <fmt/format.h>

#include "models/base/endian.hpp"

namespace vqlab {
namespace {

struct Member {
  const char* name;
  std::size_t bytes;
};

constexpr std::array kSplitDesc = {Member{"addr", 8}, Member{"len", 4}, Member{"flags", 2}, Member{"next", 2}};
constexpr std::array kPackedDesc = {Member{"addr", 8}, Member{"len", 4}, Member{"id", 2}, Member{"flags", 2}};
constexpr std::array kEvent = {Member{"off_wrap", 2}, Member{"flags", 2}};
constexpr std::array kHeader = {Member{"flags", 2}, Member{"idx", 2}};
constexpr std::array kUsedElement = {Member{"id", 4}, Member{"len", 4}};

constexpr std::size_t kDescBytes = 16;
constexpr std::size_t kHeaderBytes = 4;
constexpr std::size_t kEventIndexBytes = 2;
constexpr std::size_t kUsedElementBytes = 8;

std::uint64_t value_at(std::span<const std::byte> bytes, std::size_t begin, std::size_t count) {
  switch (count) {
    case 2: return load_little<std::uint16_t>(bytes.data() + begin);
    case 4: return load_little<std::uint32_t>(bytes.data() + begin);
    default: return load_little<std::uint64_t>(bytes.data() + begin);
  }
}

template <std::size_t kCount>
Json list_of(const std::array<Member, kCount>& members, std::span<const std::byte> bytes, std::size_t begin) {
  Json list = Json::array();
  for (const Member& member : members) {
    const std::uint64_t value = value_at(bytes, begin, member.bytes);
    if (member.bytes == 8)
      list.push_back(address_text(value));
    else
      list.push_back(value);
    begin += member.bytes;
  }
  return list;
}

template <std::size_t kCount>
Json rows_of(const std::array<Member, kCount>& members, std::span<const std::byte> bytes) {
  Json rows = Json::array();
  for (std::size_t at = 0; at < bytes.size(); at += kDescBytes) rows.push_back(list_of(members, bytes, at));
  return rows;
}

// The available and the used ring: header, elements, the other side's event index.
Json ring_of(std::span<const std::byte> bytes, std::size_t element_bytes, const char* event_name) {
  Json ring;
  ring["flags"] = value_at(bytes, 0, 2);
  ring["idx"] = value_at(bytes, 2, 2);
  Json elements = Json::array();
  const std::size_t end = bytes.size() - kEventIndexBytes;
  for (std::size_t at = kHeaderBytes; at < end; at += element_bytes) {
    if (element_bytes == kUsedElementBytes)
      elements.push_back(list_of(kUsedElement, bytes, at));
    else
      elements.push_back(value_at(bytes, at, element_bytes));
  }
  ring["ring"] = std::move(elements);
  ring[event_name] = value_at(bytes, end, kEventIndexBytes);
  return ring;
}

template <std::size_t kCount>
RingField member_at(const std::array<Member, kCount>& members, const std::string& prefix, std::size_t begin,
                    std::size_t offset) {
  for (const Member& member : members) {
    if (offset < begin + member.bytes) return {prefix + "." + member.name, begin, member.bytes};
    begin += member.bytes;
  }
  return {prefix, begin, 1};
}

template <std::size_t kCount>
RingField row_at(const std::array<Member, kCount>& members, std::size_t offset) {
  const std::size_t row = offset / kDescBytes;
  return member_at(members, fmt::format("[{}]", row), row * kDescBytes, offset);
}

RingField ring_field_at(std::size_t part_bytes, std::size_t element_bytes, const char* event_name, std::size_t offset) {
  if (offset < kHeaderBytes) return member_at(kHeader, "", 0, offset);
  if (offset >= part_bytes - kEventIndexBytes)
    return {std::string(".").append(event_name), part_bytes - kEventIndexBytes, kEventIndexBytes};
  const std::size_t element = (offset - kHeaderBytes) / element_bytes;
  const std::size_t begin = kHeaderBytes + element * element_bytes;
  const std::string name = fmt::format(".ring[{}]", element);
  if (element_bytes == kUsedElementBytes) return member_at(kUsedElement, name, begin, offset);
  return {name, begin, element_bytes};
}

}  // namespace

std::string to_hex(std::span<const std::byte> bytes) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::byte byte : bytes) {
    text += kDigits[std::to_integer<unsigned>(byte) >> 4];
    text += kDigits[std::to_integer<unsigned>(byte) & 15];
  }
  return text;
}

std::string address_text(std::uint64_t address) { return fmt::format("{:x}", address); }

Json to_fields(RingPart part, std::span<const std::byte> bytes) {
  switch (part) {
    case RingPart::kSplitDesc: return rows_of(kSplitDesc, bytes);
    case RingPart::kPackedDesc: return rows_of(kPackedDesc, bytes);
    case RingPart::kAvail: return ring_of(bytes, 2, "used_event");
    case RingPart::kUsed: return ring_of(bytes, kUsedElementBytes, "avail_event");
    case RingPart::kEvent: break;
  }
  return list_of(kEvent, bytes, 0);
}

RingField field_at(RingPart part, std::size_t part_bytes, std::size_t offset) {
  switch (part) {
    case RingPart::kSplitDesc: return row_at(kSplitDesc, offset);
    case RingPart::kPackedDesc: return row_at(kPackedDesc, offset);
    case RingPart::kAvail: return ring_field_at(part_bytes, 2, "used_event", offset);
    case RingPart::kUsed: return ring_field_at(part_bytes, kUsedElementBytes, "avail_event", offset);
    case RingPart::kEvent: break;
  }
  return member_at(kEvent, "", 0, offset);
}

}  // namespace vqlab
