// Peers that write anything into a packed ring: the device agrees with a plain reading of the specification on what is
// a buffer, the driver hands back only what is in flight.
#include <gtest/gtest.h>
#include <optional>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <vector>

#include "tests/support/ring_fixture.hpp"

namespace vqlab {
namespace {

using Ring = test::Ring<PlainAccess, test::Packed>;

constexpr std::uint16_t kSize = 7;

struct Buffer {
  std::vector<Segment> readable;
  std::vector<Segment> writable;
  std::uint16_t id = 0;
};

// The specification, one sentence after the other; no thought for speed. The ring is in its first round and begins at
// descriptor 0, so everything available has AVAIL set and USED clear.
std::optional<Buffer> read_buffer(const Ring& ring) {
  Buffer buffer;
  const auto take = [&](const Descriptor& desc) {
    const bool writable = (packed_flags(desc.link) & kDescWrite) != 0;
    if (!writable && !buffer.writable.empty()) return false;
    (writable ? buffer.writable : buffer.readable).push_back({desc.addr, desc.len});
    return ring.memory.at(desc.addr, desc.len) != nullptr && buffer.readable.size() + buffer.writable.size() <= kSize;
  };
  for (std::uint16_t at = 0; at < kSize; ++at) {
    const Descriptor desc = ring.desc(at);
    const std::uint16_t flags = packed_flags(desc.link);
    if ((flags & (kPackedAvail | kPackedUsed)) != kPackedAvail) return std::nullopt;
    if ((flags & kDescIndirect) != 0) {
      if (at != 0 || (flags & kDescNext) != 0) return std::nullopt;
      if (desc.len == 0 || desc.len % 16 != 0 || desc.addr % 8 != 0) return std::nullopt;
      if (ring.memory.at(desc.addr, desc.len) == nullptr) return std::nullopt;
      for (std::uint32_t i = 0; i < desc.len / 16; ++i) {
        Descriptor entry{};
        RC_ASSERT(ring.memory.load(desc.addr + 16 * i, entry.addr));
        RC_ASSERT(ring.memory.load(desc.addr + 16 * i + 8, entry.len));
        RC_ASSERT(ring.memory.load(desc.addr + 16 * i + 12, entry.link));
        if ((packed_flags(entry.link) & kDescIndirect) != 0 || !take(entry)) return std::nullopt;
      }
    } else if (!take(desc)) {
      return std::nullopt;
    }
    if ((flags & kDescNext) == 0) {
      buffer.id = packed_id(desc.link);
      return buffer.id < kSize ? std::optional(buffer) : std::nullopt;
    }
  }
  return std::nullopt;
}

// Descriptors that are right more often than not, or hardly anything would get past the first.
rc::Gen<Descriptor> descriptors(bool last) {
  const auto addr = rc::gen::weightedOneOf<std::uint64_t>({
      {15, rc::gen::inRange<std::uint64_t>(Ring::kData, Ring::kEnd - 64)},
      {1, rc::gen::inRange<std::uint64_t>(Ring::kEnd - 40, Ring::kEnd + 8)},
      {1, rc::gen::arbitrary<std::uint64_t>()},
  });
  const auto len = rc::gen::weightedOneOf<std::uint32_t>({
      {15, rc::gen::inRange<std::uint32_t>(0, 40)},
      {1, rc::gen::arbitrary<std::uint32_t>()},
  });
  const auto flags = rc::gen::map(
      rc::gen::tuple(rc::gen::weightedElement<std::uint16_t>({{4, 0}, {8, kDescWrite}, {1, kDescIndirect}, {1, 8}}),
                     rc::gen::weightedElement<std::uint16_t>({{30, kPackedAvail}, {1, 0}, {1, kPackedUsed}}),
                     rc::gen::weightedElement<std::uint16_t>({{last ? 1U : 4U, kDescNext}, {last ? 4U : 1U, 0}})),
      [](const auto& t) { return static_cast<std::uint16_t>(std::get<0>(t) | std::get<1>(t) | std::get<2>(t)); });
  const auto id = rc::gen::weightedOneOf<std::uint16_t>({
      {15, rc::gen::inRange<std::uint16_t>(0, kSize)},
      {1, rc::gen::inRange<std::uint16_t>(kSize, 10)},
      {1, rc::gen::arbitrary<std::uint16_t>()},
  });
  return rc::gen::map(rc::gen::tuple(addr, len, flags, id), [](const auto& t) {
    return Descriptor{std::get<0>(t), std::get<1>(t), make_packed_link(std::get<2>(t), std::get<3>(t))};
  });
}

RC_GTEST_PROP(PackedHostile, TheDeviceReadsBuffersAsTheSpecificationDoes, ()) {
  Ring ring(test::options(kSize, true, true));
  for (std::uint16_t i = 0; i < kSize; ++i) {
    ring.words.desc[i] = *descriptors(i + 1 == kSize);
    ring.pool.table(0)[i] = *descriptors(false);
  }
  ring.pool.table(0)[kSize] = *descriptors(false);
  // Half of the time the head refers to the table, with a length that is mostly right.
  if (*rc::gen::arbitrary<bool>()) {
    const auto entries = *rc::gen::inRange<std::uint32_t>(1, kSize + 2);
    const auto odd = *rc::gen::weightedElement<std::uint32_t>({{20, 0}, {1, 8}});
    const auto id = *rc::gen::inRange<std::uint16_t>(0, kSize + 1);
    ring.words.desc[0] = {Ring::kTables, 16 * entries + odd, make_packed_link(kPackedAvail | kDescIndirect, id)};
  }

  const std::uint16_t head = packed_flags(ring.desc(0).link);
  const bool available = (head & (kPackedAvail | kPackedUsed)) == kPackedAvail;
  const std::optional<Buffer> expected = read_buffer(ring);
  RC_ASSERT(ring.device.has_available() == available);
  const bool popped = ring.device.pop(ring.chain);
  RC_CLASSIFY(popped, "a buffer");
  RC_ASSERT(popped == expected.has_value());
  RC_ASSERT(ring.device.broken() == (available && !popped));
  if (!popped) return;
  const auto readable = ring.chain.readable();
  const auto writable = ring.chain.writable();
  RC_ASSERT(std::vector<Segment>(readable.begin(), readable.end()) == expected->readable);
  RC_ASSERT(std::vector<Segment>(writable.begin(), writable.end()) == expected->writable);
  RC_ASSERT(ring.chain.head() == expected->id);
}

// A device that writes anything where the driver looks next: whatever the driver hands back was in flight, and once.
RC_GTEST_PROP(PackedHostile, TheDriverHandsBackOnlyWhatIsInFlight, ()) {
  Ring ring(test::options(kSize, true, true));
  std::vector<bool> in_flight(kSize, false);
  for (Token token = 0; token < kSize; ++token) {
    RC_ASSERT(ring.add(1, 1, token).ok());
    in_flight[token] = true;
  }
  RingPosition at;
  const auto pushes = *rc::gen::inRange(1, 12);
  for (int i = 0; i < pushes && !ring.driver.broken(); ++i) {
    const auto id = *rc::gen::weightedOneOf<std::uint16_t>(
        {{8, rc::gen::inRange<std::uint16_t>(0, kSize + 1)}, {1, rc::gen::arbitrary<std::uint16_t>()}});
    const auto len = *rc::gen::weightedElement<std::uint32_t>({{8, 0}, {8, 17}, {1, 18}, {1, 0xffffffff}});
    ring.words.desc[at.index].len = len;
    ring.words.desc[at.index].link = make_packed_link(at.used_flags(), id);
    const auto used = ring.driver.get_buf();
    const bool good = id < kSize && in_flight[id] && len <= 17;  // segments of 16 readable and 17 writable bytes
    RC_ASSERT(used.has_value() == good);
    RC_ASSERT(ring.driver.broken() == !good);
    if (!good) break;
    RC_ASSERT(used->token == id);
    RC_ASSERT(used->len == len);
    in_flight[id] = false;
    at.advance(1, kSize);
  }
}

}  // namespace
}  // namespace vqlab
