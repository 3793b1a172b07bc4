// The driver's side of the packed ring, fed by a malicious device.
#include "models/virtqueue/packed_driver.hpp"

#include "models/virtqueue/packed_device.hpp"
#include "tests/fuzz/driver_under_fuzz.hpp"

namespace {

using namespace vqlab;

struct Packed {
  using Driver = PackedDriver;
  using Device = PackedDevice;

  Packed(const GuestMemory& memory, const RingArea& area, std::uint16_t queue_size)
      : words(resolve_packed(memory, area, queue_size)), size(queue_size) {}

  static std::uint16_t queue_size(std::uint8_t byte) { return static_cast<std::uint16_t>(1 + byte % 20); }
  static RingArea layout(std::uint64_t base, std::uint16_t size) { return packed_layout(base, size); }

  // At the next place, or as far on as the input says.
  void use(fuzz::Input& input) {
    const std::uint8_t id = input.byte();
    const std::uint16_t used_id = id < 250 ? id % size : input.number<std::uint16_t>();
    words.desc[next.index].len = fuzz::Memory::length(input);
    words.desc[next.index].link = make_packed_link(next.used_flags(), used_id);
    next.advance(1 + input.byte() % size, size);
  }

  PackedWords words;
  std::uint16_t size;
  RingPosition next;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vqlab::fuzz::fuzz_driver<Packed>({data, size});
  return 0;
}
