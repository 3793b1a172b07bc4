// What is the packed ring's own when a trace is replayed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/ring/replay/replayed_ring_of.hpp"
#include "models/base/ensure.hpp"
#include "models/virtqueue/packed_device.hpp"
#include "models/virtqueue/packed_driver.hpp"

namespace vqlab {

struct ReplayedPacked {
  using Driver = PackedDriver;
  using Device = PackedDevice;
  using Position = RingPosition;
  static constexpr bool kRefusalWakes = false;

  [[nodiscard]] static RingArea layout(std::uint64_t base, std::uint32_t size) { return packed_layout(base, size); }
  [[nodiscard]] static std::uint64_t bytes(std::uint32_t size) { return packed_bytes(size); }
  [[nodiscard]] static std::vector<TracedPart> parts(const RingArea& area, std::uint32_t size) {
    return {{"desc", RingPart::kPackedDesc, area.desc, desc_bytes(size)},
            {"driver_event", RingPart::kEvent, area.avail, kEventBytes},
            {"device_event", RingPart::kEvent, area.used, kEventBytes}};
  }

  [[nodiscard]] static Position position(const Device& device) {
    return {device.last_avail_idx(), device.last_avail_wrap()};
  }
  [[nodiscard]] static Position position_of_used(const Device& device) {
    return {device.used_idx(), device.used_wrap()};
  }
  static void show_popped(Json& result, std::uint16_t id, Position before, Position after, std::uint16_t size) {
    result["id"] = id;
    result["ndesc"] = after.index - before.index + (after.wrap != before.wrap ? size : 0);
  }
  [[nodiscard]] static bool may_poll(std::uint16_t opaque, std::uint16_t size) {
    return Position::from(opaque).index < size;
  }
  [[nodiscard]] static Json notify_on(Device& device) {
    device.arm_notifications();
    return Json::object();
  }

  // The device side was written for the recordings. Where nothing says what it does, it is followed.

  // WRITE in a used descriptor says that the device has written something. What it says of a buffer that takes no bytes
  // or got none is the device's choice: it is taken over from the recording.
  static void follow_used(const GuestMemory& memory, const RingArea& area, Position used, const Json& recorded) {
    const std::string& hex = recorded["hex"]["desc"].get_ref<const std::string&>();
    const std::size_t flags_at = sizeof(Descriptor) * used.index + 14;
    const char digit = hex[2 * flags_at + 1];  // the low four bits
    if (digit != '0' && digit != '2') return;
    std::byte& flags = *memory.at(area.desc + flags_at, 1);
    flags &= ~std::byte{kDescWrite};
    if (digit == '2') flags |= std::byte{kDescWrite};
  }

  // Whether the position of an event that nobody is to wait for is kept or cleared.
  static void follow_suppressed(const GuestMemory& memory, const RingArea& area, const Json& recorded) {
    constexpr const char* kCleared = "00000100";
    if (recorded["hex"]["device_event"] == kCleared)
      ensure(memory.store(area.used, make_event(EventFlags::kDisable, 0)), "event words lie in memory");
  }

  // Whether an interrupt may be asked for that nobody needs: once the ring has wrapped between `looked` and `now`,
  // where the device last thought of an interrupt is a larger number than where it is.
  [[nodiscard]] static bool may_interrupt(const GuestMemory& memory, const RingArea& area, Position looked,
                                          Position now, std::uint16_t size) {
    std::uint32_t event = 0;
    ensure(memory.load(area.avail, event), "event words lie in memory");
    if (packed_flags(event) != static_cast<std::uint16_t>(EventFlags::kDescriptor)) return false;
    const auto asked = Position::from(static_cast<std::uint16_t>(event));
    const auto at = static_cast<std::uint16_t>(asked.wrap == now.wrap ? asked.index : asked.index - size);
    return need_event(at, now.index, looked.index);
  }

  [[nodiscard]] static Json state(const Driver& driver, const TraceConfig&) {
    return {{"num_free", driver.num_free()},
            {"free_head", driver.free_head()},
            {"num_added", driver.num_added()},
            {"last_used_idx", driver.last_used_idx()},
            {"last_used_wrap", driver.last_used_wrap() ? 1 : 0},
            {"next_avail_idx", driver.avail_idx()},
            {"avail_wrap_counter", driver.avail_wrap() ? 1 : 0},
            {"event_flags_shadow", static_cast<std::uint16_t>(driver.event_flags())},
            {"event_triggered", driver.event_triggered() ? 1 : 0},
            {"broken", driver.broken() ? 1 : 0}};
  }
  [[nodiscard]] static Json state(const Device& device) {
    return {{"avail_idx", device.last_avail_idx()},
            {"avail_wrap", device.last_avail_wrap() ? 1 : 0},
            {"used_idx", device.used_idx()},
            {"used_wrap", device.used_wrap() ? 1 : 0}};
  }
};

}  // namespace vqlab
