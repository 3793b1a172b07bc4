// What is the split ring's own when a trace is replayed.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/ring/replay/replayed_ring_of.hpp"
#include "models/virtqueue/split_device.hpp"
#include "models/virtqueue/split_driver.hpp"

namespace vqlab {

struct ReplayedSplit {
  using Driver = SplitDriver;
  using Device = SplitDevice;
  using Position = std::uint16_t;
  static constexpr bool kRefusalWakes = true;

  [[nodiscard]] static RingArea layout(std::uint64_t base, std::uint32_t size) { return compact_layout(base, size); }
  [[nodiscard]] static std::uint64_t bytes(std::uint32_t size) { return compact_bytes(size); }
  [[nodiscard]] static std::vector<TracedPart> parts(const RingArea& area, std::uint32_t size) {
    return {{"desc", RingPart::kSplitDesc, area.desc, desc_bytes(size)},
            {"avail", RingPart::kAvail, area.avail, avail_bytes(size)},
            {"used", RingPart::kUsed, area.used, used_bytes(size)}};
  }

  [[nodiscard]] static Position position(const Device& device) { return device.last_avail_idx(); }
  [[nodiscard]] static Position position_of_used(const Device& device) { return device.used_idx(); }
  static void show_popped(Json& result, std::uint16_t head, Position, Position, std::uint16_t) {
    result["head"] = head;
  }
  [[nodiscard]] static bool may_poll(std::uint16_t, std::uint16_t) { return true; }  // any index
  [[nodiscard]] static Json notify_on(Device& device) { return {{"ok", device.enable_notifications() ? 1 : 0}}; }

  // The recorded device is vringh, and ours does what it does.
  static void follow_used(const GuestMemory&, const RingArea&, Position, const Json&) {}
  static void follow_suppressed(const GuestMemory&, const RingArea&, const Json&) {}
  [[nodiscard]] static bool may_interrupt(const GuestMemory&, const RingArea&, Position, Position, std::uint16_t) {
    return false;
  }

  [[nodiscard]] static Json state(const Driver& driver, const TraceConfig& config) {
    Json state = {{"num_free", driver.num_free()},
                  {"free_head", driver.free_head()},
                  {"num_added", driver.num_added()},
                  {"last_used_idx", driver.last_used_idx()}};
    if (config.flavour != RingFlavour::kLinux36) {
      state["avail_flags_shadow"] = driver.avail_flags();
      state["avail_idx_shadow"] = driver.avail_idx();
      state["event_triggered"] = driver.event_triggered() ? 1 : 0;
    }
    state["broken"] = driver.broken() ? 1 : 0;
    return state;
  }
  // The recorded device counts on from where it last looked whether to interrupt; with event index off it never does.
  [[nodiscard]] static Json state(const Device& device) {
    return {{"last_avail_idx", device.last_avail_idx()},
            {"last_used_idx", static_cast<std::uint16_t>(device.used_idx() - device.completed())},
            {"completed", device.completed()}};
  }
};

}  // namespace vqlab
