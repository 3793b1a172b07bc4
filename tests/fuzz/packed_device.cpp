// The device's side of the packed ring, fed by a malicious driver.
#include "models/virtqueue/packed_device.hpp"

#include "tests/fuzz/device_under_fuzz.hpp"

namespace {

using namespace vqlab;

struct Packed {
  using Device = PackedDevice;

  Packed(const GuestMemory& memory, const RingArea& area, std::uint16_t queue_size)
      : words(resolve_packed(memory, area, queue_size)), size(queue_size) {}

  static std::uint16_t queue_size(std::uint8_t byte) { return static_cast<std::uint16_t>(1 + byte % 20); }
  static RingArea layout(std::uint64_t base, std::uint16_t size) { return packed_layout(base, size); }
  [[nodiscard]] bool valid() const { return words.valid(); }

  // With the flags of AVAIL and USED as they are now.
  static void write(const GuestMemory& memory, std::uint64_t at, std::uint64_t addr, std::uint32_t len,
                    std::uint8_t flags, std::uint8_t id) {
    std::uint16_t now = 0;
    bool written = memory.load(at + 14, now) && memory.store(at, addr) && memory.store(at + 8, len);
    now = static_cast<std::uint16_t>((now & (kPackedAvail | kPackedUsed)) | (flags & ~kPackedAvail));
    written = written && memory.store(at + 12, std::uint16_t{id}) && memory.store(at + 14, now);
    ensure(written, "descriptors lie in memory");
  }
  // The next descriptors, as many as the input says.
  void make_available(fuzz::Input& input) {
    if (!valid()) return;
    for (std::uint32_t count = 1 + input.byte() % 8; count != 0; --count) {
      Descriptor& desc = words.desc[next.index];
      const auto flags = static_cast<std::uint16_t>(packed_flags(desc.link) & ~(kPackedAvail | kPackedUsed));
      desc.link = make_packed_link(flags | next.available_flags(), packed_id(desc.link));
      next.advance(1, size);
    }
  }

  PackedWords words;
  std::uint16_t size;
  RingPosition next;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vqlab::fuzz::fuzz_device<Packed>({data, size});
  return 0;
}
