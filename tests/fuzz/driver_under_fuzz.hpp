// A driver before a device that writes anything, at any time: whatever it hands back was in flight, and once, or the
// ring is broken.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "models/base/ensure.hpp"
#include "models/virtqueue/chain.hpp"
#include "models/virtqueue/indirect_tables.hpp"
#include "models/virtqueue/ring_options.hpp"
#include "tests/fuzz/input.hpp"

namespace vqlab::fuzz {

struct InFlight {
  std::uint32_t writable = 0;     // bytes
  std::uint16_t descriptors = 0;  // of the ring
};

// Adds a buffer in one of the three ways.
template <class Driver>
AddResult add(Driver& driver, Input& input, Token token, InFlight& buffer) {
  const std::uint8_t shape = input.byte();
  const std::uint8_t api = input.byte() % 3;
  const std::uint32_t out = shape % 4;
  const std::uint32_t in = shape / 4 % 8 + (out == 0 ? 1 : 0);
  std::vector<Segment> flat;
  for (std::uint32_t i = 0; i < out + in; ++i) flat.push_back({Memory::address(input), Memory::length(input)});
  std::uint64_t writable = 0;
  for (std::uint32_t i = out; i < out + in; ++i) writable += flat[i].len;
  buffer.writable = static_cast<std::uint32_t>(std::min<std::uint64_t>(writable, 0xffffffff));
  const std::uint16_t free = driver.num_free();
  const auto all = std::span<const Segment>(flat);
  const std::span<const Segment> lists[] = {all.first(out), all.subspan(out)};
  AddResult result;
  if (api == 0) {
    result = driver.add_buf(flat, static_cast<std::uint16_t>(out), static_cast<std::uint16_t>(in), token);
  } else if (api == 1) {
    result = driver.add_sgs(lists, 1, 1, token);
  } else {
    result = driver.start_buf(token, out + in, (out != 0) + (in != 0));
    if (result.ok()) {
      driver.add_sg(lists[0], Direction::kOut);
      driver.add_sg(lists[1], Direction::kIn);
      result = driver.end_buf();
    }
  }
  buffer.descriptors = static_cast<std::uint16_t>(free - driver.num_free());
  return result;
}

// `Format` has a Driver, a Device, layout(), queue_size(), and use(input) as a device would mark a buffer used, but for
// what the input says.
template <class Format>
void fuzz_driver(Input input) {
  constexpr std::uint64_t kTables = Memory::kBase + 4096;
  Memory memory;
  const std::uint8_t features = input.byte();
  RingOptions options;
  options.size = Format::queue_size(input.byte());
  options.indirect_desc = (features & 1) != 0;
  options.event_idx = (features & 2) != 0;
  options.flavour = (features & 4) != 0 ? RingFlavour::kLinux36 : RingFlavour::kLinux61;
  options.check_used = (features & 8) == 0;
  IndirectTablePool tables(memory.view, kTables, 6, 256);
  const RingArea area = Format::layout(Memory::kBase, options.size);
  typename Format::Driver driver(memory.view, area, options, &tables);
  DeviceOptions device_options;
  device_options.size = options.size;
  device_options.indirect_desc = options.indirect_desc;
  device_options.event_idx = options.event_idx;
  device_options.data = {0, ~std::uint64_t{0}};
  typename Format::Device honest(memory.view, area, device_options);
  Format format(memory.view, area, options.size);

  Chain chain;
  std::map<Token, InFlight> in_flight;
  Token next_token = 1;
  std::uint16_t opaque = 0;
  std::uint32_t held = 0;
  while (!input.empty()) {
    switch (input.byte() % 14) {
      case 0:
      case 1:
      case 2: {
        InFlight buffer;
        if (add(driver, input, next_token, buffer).ok()) {
          in_flight[next_token++] = buffer;
          held += buffer.descriptors;
        }
        break;
      }
      case 3: (void)driver.kick_prepare(); break;
      case 4:  // a device that behaves, for as long as nobody else writes
        if (honest.pop(chain)) honest.push(chain.head(), input.byte() % 16);
        break;
      case 5:
      case 6: format.use(input); break;
      case 7: memory.scribble(input); break;
      case 8:
      case 9: {
        const bool broken = driver.broken();
        const std::optional<Used> used = driver.get_buf();
        if (!used) break;
        ensure(!broken && !driver.broken(), "nothing comes from a broken ring");
        const auto it = in_flight.find(used->token);
        ensure(it != in_flight.end(), "what comes back was in flight");
        ensure(!options.check_used || used->len <= it->second.writable, "no more than there was room for");
        held -= it->second.descriptors;
        in_flight.erase(it);
        break;
      }
      case 10: driver.disable_cb(); break;
      case 11: (void)driver.enable_cb_delayed(); break;
      case 12: {
        const std::uint8_t which = input.byte() % 4;
        if (which == 0) (void)driver.enable_cb();
        if (which == 1) opaque = driver.enable_cb_prepare();
        if (which == 2) (void)driver.poll(opaque);
        if (which == 3) (void)driver.poll(input.number<std::uint16_t>());
        break;
      }
      case 13: (void)driver.on_interrupt(); break;
    }
    ensure(driver.num_free() + held == options.size, "every descriptor is free or in flight");
    ensure(tables.in_use() <= in_flight.size(), "a table belongs to a buffer");
  }
  while (const std::optional<Token> token = driver.detach_unused())
    ensure(in_flight.erase(*token) == 1, "what is taken back was in flight");
  ensure(in_flight.empty() && driver.num_free() == options.size && tables.in_use() == 0, "nothing is lost");
}

}  // namespace vqlab::fuzz
