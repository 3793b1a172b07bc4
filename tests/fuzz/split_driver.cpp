// The driver's side of the split ring, fed by a malicious device.
#include "models/virtqueue/split_driver.hpp"

#include "models/virtqueue/split_device.hpp"
#include "tests/fuzz/driver_under_fuzz.hpp"

namespace {

using namespace vqlab;

struct Split {
  using Driver = SplitDriver;
  using Device = SplitDevice;

  Split(const GuestMemory& memory, const RingArea& area, std::uint16_t queue_size)
      : words(resolve(memory, area, queue_size)), size(queue_size) {}

  static std::uint16_t queue_size(std::uint8_t byte) { return static_cast<std::uint16_t>(1U << byte % 5); }
  static RingArea layout(std::uint64_t base, std::uint16_t size) { return compact_layout(base, size); }

  void use(fuzz::Input& input) const {
    const std::uint8_t id = input.byte();
    words.used_ring[words.used->idx % size] = {id < 250 ? id % size : input.number<std::uint32_t>(),
                                               fuzz::Memory::length(input)};
    words.used->idx = static_cast<std::uint16_t>(words.used->idx + (id % 32 == 31 ? input.byte() : 1));
  }

  RingWords words;
  std::uint16_t size;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vqlab::fuzz::fuzz_driver<Split>({data, size});
  return 0;
}
