// A driver that writes anything: the device agrees with a plain reading of the specification on what is a buffer, and
// never leaves its memory (checked by the sanitizers).
#include <gtest/gtest.h>
#include <optional>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <vector>

#include "tests/support/ring_fixture.hpp"

namespace vqlab {
namespace {

using Ring = test::Ring<>;

struct Buffer {
  std::vector<Segment> readable;
  std::vector<Segment> writable;
};

Descriptor load(const GuestMemory& memory, std::uint64_t addr) {
  Descriptor desc{};
  RC_ASSERT(memory.load(addr, desc.addr));
  RC_ASSERT(memory.load(addr + 8, desc.len));
  RC_ASSERT(memory.load(addr + 12, desc.link));
  return desc;
}

// The specification, one sentence after the other; no thought for speed.
std::optional<Buffer> read_buffer(const GuestMemory& memory, std::uint64_t ring, std::uint16_t head) {
  Buffer buffer;
  std::uint64_t table = ring;
  std::uint64_t entries = 8;
  bool in_table = false;
  std::uint64_t at = head;
  for (;;) {
    if (at >= entries) return std::nullopt;
    const Descriptor desc = load(memory, table + 16 * at);
    const std::uint16_t flags = link_flags(desc.link);
    if ((flags & kDescIndirect) != 0) {
      if (in_table || (flags & kDescNext) != 0) return std::nullopt;
      if (desc.len == 0 || desc.len % 16 != 0 || desc.addr % 8 != 0) return std::nullopt;
      if (memory.at(desc.addr, desc.len) == nullptr) return std::nullopt;
      table = desc.addr;
      entries = desc.len / 16;
      in_table = true;
      at = 0;
      continue;
    }
    if (memory.at(desc.addr, desc.len) == nullptr) return std::nullopt;
    if ((flags & kDescWrite) != 0)
      buffer.writable.push_back({desc.addr, desc.len});
    else if (buffer.writable.empty())
      buffer.readable.push_back({desc.addr, desc.len});
    else
      return std::nullopt;
    if (buffer.readable.size() + buffer.writable.size() > 8) return std::nullopt;
    if ((flags & kDescNext) == 0) return buffer;
    at = link_next(desc.link);
  }
}

// Descriptors that are right more often than not, or hardly anything would get past the first.
rc::Gen<Descriptor> descriptors(std::uint16_t index) {
  const auto addr = rc::gen::weightedOneOf<std::uint64_t>({
      {12, rc::gen::inRange<std::uint64_t>(Ring::kData, Ring::kEnd - 64)},
      {1, rc::gen::inRange<std::uint64_t>(Ring::kEnd - 40, Ring::kEnd + 8)},
      {1, rc::gen::arbitrary<std::uint64_t>()},
  });
  const auto len = rc::gen::weightedOneOf<std::uint32_t>({
      {12, rc::gen::inRange<std::uint32_t>(0, 40)},
      {1, rc::gen::arbitrary<std::uint32_t>()},
  });
  const auto flags = rc::gen::weightedElement<std::uint16_t>({{6, kDescNext},
                                                              {12, kDescNext | kDescWrite},
                                                              {3, kDescWrite},
                                                              {2, 0},
                                                              {1, kDescIndirect},
                                                              {1, kDescNext | kDescIndirect},
                                                              {1, 8 | kDescWrite | kDescNext}});
  const auto next = rc::gen::weightedOneOf<std::uint16_t>({
      {20, rc::gen::just(static_cast<std::uint16_t>(index + 1))},
      {1, rc::gen::inRange<std::uint16_t>(0, 10)},
      {1, rc::gen::arbitrary<std::uint16_t>()},
  });
  return rc::gen::map(rc::gen::tuple(addr, len, flags, next), [](const auto& t) {
    return Descriptor{std::get<0>(t), std::get<1>(t), make_link(std::get<2>(t), std::get<3>(t))};
  });
}

RC_GTEST_PROP(RingHostile, TheDeviceReadsBuffersAsTheSpecificationDoes, ()) {
  Ring ring(test::options(8, true, true));
  for (std::uint16_t i = 0; i < 8; ++i) {
    ring.words.desc[i] = *descriptors(i);
    ring.pool.table(0)[i] = *descriptors(i);
  }
  ring.pool.table(0)[8] = *descriptors(8);
  // Half of the time the head refers to the table, with a length that is mostly right.
  const auto head = *rc::gen::inRange<std::uint16_t>(0, 8);
  if (*rc::gen::inRange(0, 4) != 0) {
    const auto entries = *rc::gen::inRange<std::uint32_t>(1, 10);
    const auto odd = *rc::gen::weightedElement<std::uint32_t>({{20, 0}, {1, 8}});
    ring.words.desc[head] = {Ring::kTables, 16 * entries + odd, make_link(kDescIndirect, 0)};
    // And mostly the last entry ends the chain.
    Descriptor& last = ring.pool.table(0)[entries - 1];
    if (*rc::gen::inRange(0, 4) != 0) last.link &= ~std::uint32_t{kDescNext};
  }
  ring.words.avail_ring[0] = head;
  ring.words.avail->idx = 1;

  const std::optional<Buffer> expected = read_buffer(ring.memory, ring.area.desc, head);
  const bool popped = ring.device.pop(ring.chain);
  RC_CLASSIFY(popped, "a buffer");
  RC_ASSERT(popped == expected.has_value());
  RC_ASSERT(popped == !ring.device.broken());
  if (!popped) return;
  const auto readable = ring.chain.readable();
  const auto writable = ring.chain.writable();
  RC_ASSERT(std::vector<Segment>(readable.begin(), readable.end()) == expected->readable);
  RC_ASSERT(std::vector<Segment>(writable.begin(), writable.end()) == expected->writable);
  std::uint64_t readable_bytes = 0;
  std::uint64_t writable_bytes = 0;
  for (const Segment& segment : expected->readable) readable_bytes += segment.len;
  for (const Segment& segment : expected->writable) writable_bytes += segment.len;
  RC_ASSERT(ring.chain.readable_bytes() == readable_bytes);
  RC_ASSERT(ring.chain.writable_bytes() == writable_bytes);
}

// A device that writes anything into the used ring: whatever the driver hands back was in flight, and once.
RC_GTEST_PROP(RingHostile, TheDriverHandsBackOnlyWhatIsInFlight, ()) {
  Ring ring(test::options(8, true, true));
  std::vector<bool> in_flight(8, false);
  for (Token token = 0; token < 8; ++token) {
    if (!ring.add(1, 1, token).ok()) break;
    in_flight[token] = true;
  }
  const auto pushes = *rc::gen::inRange(1, 12);
  for (int i = 0; i < pushes && !ring.driver.broken(); ++i) {
    const auto id = *rc::gen::weightedOneOf<std::uint32_t>(
        {{8, rc::gen::inRange<std::uint32_t>(0, 9)}, {1, rc::gen::arbitrary<std::uint32_t>()}});
    const auto len = *rc::gen::weightedElement<std::uint32_t>({{8, 0}, {8, 17}, {1, 18}, {1, 0xffffffff}});
    ring.words.used_ring[ring.words.used->idx & 7] = {id, len};
    ++ring.words.used->idx;
    const auto used = ring.driver.get_buf();
    const bool good = id < 8 && in_flight[id] && len <= 17;  // segments of 16 readable and 17 writable bytes
    RC_ASSERT(used.has_value() == good);
    RC_ASSERT(ring.driver.broken() == !good);
    if (!good) break;
    RC_ASSERT(used->token == id);
    RC_ASSERT(used->len == len);
    in_flight[id] = false;
  }
}

}  // namespace
}  // namespace vqlab
