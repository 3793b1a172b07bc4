// A device before a driver that writes anything into memory: whatever it takes lies inside memory, or the ring is
// broken.
#include "models/virtqueue/split_device.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "models/base/ensure.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kBytes = 8192;
  constexpr std::uint16_t kQueueSize = 16;
  if (size == 0) return 0;
  const std::uint8_t features = data[0];
  const vqlab::GuestMemory memory(0, kBytes);
  std::memcpy(memory.at(0, kBytes), data + 1, std::min(size - 1, kBytes));
  vqlab::SplitDevice device(
      memory, vqlab::legacy_layout(0, kQueueSize),
      {.size = kQueueSize, .indirect_desc = (features & 1) != 0, .event_idx = (features & 2) != 0});
  vqlab::Chain chain;
  for (int turn = 0; turn < 2 * kQueueSize && device.pop(chain); ++turn) {
    for (const auto& part : {chain.readable(), chain.writable()})
      for (const vqlab::Segment& segment : part)
        vqlab::ensure(memory.contains(segment.addr, segment.len), "what the device takes lies in memory");
    device.arm_notifications();
    device.push(chain.head(), 0);
    (void)device.should_interrupt();
  }
  return 0;
}
