// The device's side of the split ring, fed by a malicious driver.
#include "models/virtqueue/split_device.hpp"

#include "tests/fuzz/device_under_fuzz.hpp"

namespace {

using namespace vqlab;

struct Split {
  using Device = SplitDevice;

  Split(const GuestMemory& memory, const RingArea& area, std::uint16_t queue_size)
      : words(resolve(memory, area, queue_size)), size(queue_size) {}

  static std::uint16_t queue_size(std::uint8_t byte) { return static_cast<std::uint16_t>(1U << byte % 5); }
  static RingArea layout(std::uint64_t base, std::uint16_t size) { return compact_layout(base, size); }
  [[nodiscard]] bool valid() const { return words.valid(); }

  static void write(const GuestMemory& memory, std::uint64_t at, std::uint64_t addr, std::uint32_t len,
                    std::uint8_t flags, std::uint8_t next) {
    const bool written = memory.store(at, addr) && memory.store(at + 8, len) &&
                         memory.store(at + 12, std::uint16_t{flags}) && memory.store(at + 14, std::uint16_t{next});
    ensure(written, "descriptors lie in memory");
  }
  void make_available(fuzz::Input& input) {
    if (!valid()) return;
    const std::uint8_t head = input.byte();
    words.avail_ring[words.avail->idx % size] = head < 240 ? head % size : input.number<std::uint16_t>();
    words.avail->idx = static_cast<std::uint16_t>(words.avail->idx + (head % 32 == 31 ? input.byte() : 1));
  }

  RingWords words;
  std::uint16_t size;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vqlab::fuzz::fuzz_device<Split>({data, size});
  return 0;
}
