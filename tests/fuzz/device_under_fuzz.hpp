// A device before a driver that writes anything, at any time: whatever it takes lies inside memory, or the ring is
// broken.
#pragma once

#include <cstdint>
#include <vector>

#include "models/base/ensure.hpp"
#include "models/virtqueue/chain.hpp"
#include "tests/fuzz/input.hpp"

namespace vqlab::fuzz {

// `Format` knows the ring's bytes: a Device, layout(), queue_size(), valid(), write() of a descriptor, and
// make_available() as a driver would do it, but for what the input says.
template <class Format>
void fuzz_device(Input input) {
  constexpr std::uint64_t kTables = 2048;  // behind the ring
  Memory memory;
  const std::uint8_t features = input.byte();
  DeviceOptions options;
  options.size = Format::queue_size(input.byte());
  options.indirect_desc = (features & 1) != 0;
  options.event_idx = (features & 2) != 0;
  options.longest_chain = (features & 4) != 0 ? 64 : 0;
  RingArea area = Format::layout(Memory::kBase, options.size);
  if ((features & 0x30) == 0x30) area.used = Memory::address(input);
  Format format(memory.view, area, options.size);
  typename Format::Device device(memory.view, area, options);
  ensure(format.valid() != device.broken(), "a device without its ring is broken");

  Chain chain;
  std::vector<std::uint16_t> taken;
  while (!input.empty()) {
    switch (input.byte() % 12) {
      case 0:
      case 1: {  // a descriptor of the ring
        const std::uint32_t at = input.below(options.size);
        const std::uint64_t addr = Memory::address(input);
        const std::uint32_t len = Memory::length(input);
        format.write(memory.view, Memory::kBase + 16 * at, addr, len, input.byte(), input.byte());
        break;
      }
      case 2: {  // one of an indirect table
        const std::uint32_t at = input.byte() % 64;
        const std::uint64_t addr = Memory::address(input);
        const std::uint32_t len = Memory::length(input);
        format.write(memory.view, Memory::kBase + kTables + 16 * at, addr, len, input.byte(), input.byte());
        break;
      }
      case 3: {  // one that refers to such a table
        const std::uint32_t at = input.below(options.size);
        const std::uint32_t len = 16U * (input.byte() % 66) + (input.byte() < 250 ? 0 : 8);
        format.write(memory.view, Memory::kBase + 16 * at, Memory::kBase + kTables, len, kDescIndirect, input.byte());
        break;
      }
      case 4:
      case 5: format.make_available(input); break;
      case 6: memory.scribble(input); break;
      case 7:
      case 8: {
        if (!device.pop(chain)) break;
        ensure(!device.broken(), "nothing comes from a broken ring");
        const std::size_t segments = chain.readable().size() + chain.writable().size();
        ensure(segments != 0 && segments <= options.longest(), "no chain is longer than agreed");
        std::uint32_t sum = 0;
        for (const Segment& segment : chain.readable())
          for (std::uint32_t i = 0; i < segment.len; ++i)
            sum += std::to_integer<std::uint32_t>(*memory.view.at(segment.addr + i, 1));
        for (const Segment& segment : chain.writable())
          if (segment.len != 0)
            std::memset(memory.view.at(segment.addr, segment.len), static_cast<int>(sum), segment.len);
        taken.push_back(chain.head());
        break;
      }
      case 9: {
        if (taken.empty()) break;
        const auto it = taken.begin() + input.byte() % static_cast<std::ptrdiff_t>(taken.size());
        device.push(*it, input.byte());
        taken.erase(it);
        break;
      }
      case 10: (void)device.should_interrupt(); break;
      case 11: {
        const std::uint8_t which = input.byte() % 4;
        if (which == 0) device.arm_notifications();
        if (which == 1) (void)device.enable_notifications();
        if (which == 2) device.suppress_notifications();
        if (which == 3) (void)device.has_available();
        break;
      }
    }
    ensure(device.in_flight() == taken.size(), "what is taken is in flight");
  }
}

}  // namespace vqlab::fuzz
