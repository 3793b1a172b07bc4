// Both sides of a ring whose format is known at run time only: the same faces, and one look at the format for each
// call.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include "models/virtqueue/chain.hpp"
#include "models/virtqueue/guest_memory.hpp"
#include "models/virtqueue/indirect_tables.hpp"
#include "models/virtqueue/layout.hpp"
#include "models/virtqueue/packed_device.hpp"
#include "models/virtqueue/packed_driver.hpp"
#include "models/virtqueue/ring_options.hpp"
#include "models/virtqueue/split_device.hpp"
#include "models/virtqueue/split_driver.hpp"

namespace vqlab {

enum class RingFormat : std::uint8_t { kSplit, kPacked };

// Where a ring of the format lies from `base`, a multiple of 4096, and how many bytes it takes.
[[nodiscard]] constexpr RingArea ring_layout(RingFormat format, std::uint64_t base, std::uint32_t size) noexcept {
  return format == RingFormat::kPacked ? packed_layout(base, size) : legacy_layout(base, size);
}
[[nodiscard]] constexpr std::uint64_t ring_bytes(RingFormat format, std::uint32_t size) noexcept {
  return format == RingFormat::kPacked ? packed_bytes(size) : legacy_bytes(size);
}

// One side of either. The packed one's code stands apart, so that the split one's is as if it were alone.
template <class Split, class Packed>
class EitherSide {
 public:
  // What `use` makes of the ring, whichever it is. Taken by value: what it refers to need then not lie in memory for
  // the packed ring's sake.
  template <class Use>
  decltype(auto) with(Use use) {
    if (Split* const split = std::get_if<Split>(&side_)) [[likely]]
      return use(*split);
    return with_packed(use);
  }

 protected:
  template <class... Arguments>
  explicit EitherSide(RingFormat format, Arguments&&... arguments) : side_(make(format, arguments...)) {}

 private:
  template <class... Arguments>
  static std::variant<Split, Packed> make(RingFormat format, Arguments&... arguments) {
    if (format == RingFormat::kPacked) return Packed(arguments...);
    return Split(arguments...);
  }

  template <class Use>
  [[gnu::noinline, gnu::cold]] decltype(auto) with_packed(Use use) {
    return use(std::get<Packed>(side_));
  }

  std::variant<Split, Packed> side_;
};

// Buffers are added through with(), the three ways to do so being many calls.
template <class Access>
class BasicEitherDriver : public EitherSide<BasicSplitDriver<Access>, BasicPackedDriver<Access>> {
 public:
  BasicEitherDriver(RingFormat format, const GuestMemory& memory, const RingArea& area, const RingOptions& options,
                    IndirectTablePool* tables, Access access = Access{})
      : BasicEitherDriver::EitherSide(format, memory, area, options, tables, access) {}

  using BasicEitherDriver::EitherSide::with;

  [[nodiscard]] bool kick_prepare() {
    return with([](auto& ring) { return ring.kick_prepare(); });
  }
  [[nodiscard]] std::optional<Used> get_buf() {
    return with([](auto& ring) { return ring.get_buf(); });
  }
  [[nodiscard]] std::optional<Token> next_used() {
    return with([](auto& ring) { return ring.next_used(); });
  }
  void disable_cb() {
    with([](auto& ring) { ring.disable_cb(); });
  }
  // Whether a used buffer waits: what an interrupt handler looks at first.
  [[nodiscard]] bool more_used() {
    return with([](auto& ring) { return ring.more_used(); });
  }
  [[nodiscard]] bool enable_cb() {
    return with([](auto& ring) { return ring.enable_cb(); });
  }
  [[nodiscard]] bool broken() {
    return with([](auto& ring) { return ring.broken(); });
  }
};

template <class Access>
class BasicEitherDevice : public EitherSide<BasicSplitDevice<Access>, BasicPackedDevice<Access>> {
 public:
  BasicEitherDevice(RingFormat format, const GuestMemory& memory, const RingArea& area, const DeviceOptions& options,
                    Access access = Access{})
      : BasicEitherDevice::EitherSide(format, memory, area, options, access) {}

  using BasicEitherDevice::EitherSide::with;

  [[nodiscard]] bool pop(Chain& chain) {
    return with([&](auto& ring) { return ring.pop(chain); });
  }
  [[nodiscard]] const std::byte* fetch_ahead() {
    return with([](auto& ring) { return ring.fetch_ahead(); });
  }
  void push(std::uint16_t head, std::uint32_t len) {
    with([=](auto& ring) { ring.push(head, len); });
  }
  [[nodiscard]] bool has_available() {
    return with([](auto& ring) { return ring.has_available(); });
  }
  [[nodiscard]] bool should_interrupt() {
    return with([](auto& ring) { return ring.should_interrupt(); });
  }
  void arm_notifications() {
    with([](auto& ring) { ring.arm_notifications(); });
  }
  [[nodiscard]] bool enable_notifications() {
    return with([](auto& ring) { return ring.enable_notifications(); });
  }
  void suppress_notifications() {
    with([](auto& ring) { ring.suppress_notifications(); });
  }
  [[nodiscard]] bool broken() {
    return with([](auto& ring) { return ring.broken(); });
  }
};
using EitherDevice = BasicEitherDevice<PlainAccess>;

}  // namespace vqlab
