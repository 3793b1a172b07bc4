// How a virtio-scsi driver uses the control and the event queue.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "models/base/ensure.hpp"
#include "models/command/headers.hpp"
#include "models/scsi/virtio_scsi.hpp"
#include "models/virtqueue/ring_options.hpp"
#include "models/virtqueue/segment.hpp"

namespace vqlab {

// Writes a task management request at `address`, where kTaskManagementBytes and one more lie in `memory`, and adds it.
template <class Ring>
[[nodiscard]] AddResult add_task_management(Ring& ring, const GuestMemory& memory, std::uint64_t address,
                                            const scsi::TaskManagement& request, Token token) {
  scsi::encode(request, header_at<scsi::kTaskManagementBytes>(memory, address));
  const std::array<Segment, 2> buffer{
      {{address, scsi::kTaskManagementBytes}, {address + scsi::kTaskManagementBytes, 1}}};
  return ring.add_buf(buffer, 1, 1, token);
}

// The device's answer; means something once the ring has handed the buffer back.
[[nodiscard]] inline scsi::Response task_management_response(const GuestMemory& memory, std::uint64_t address) {
  return static_cast<scsi::Response>(header_at<1>(memory, address + scsi::kTaskManagementBytes)[0]);
}

// The buffers that a driver keeps in the event queue: `count` of them in a row, each its index for a token.
class EventBuffers {
 public:
  // [base, base + count * scsi::kEventBytes) must lie in `memory`, which must outlive this object.
  EventBuffers(const GuestMemory& memory, std::uint64_t base, std::uint32_t count)
      : memory_(&memory), base_(base), count_(count) {
    ensure(memory.contains(base, count * scsi::kEventBytes), "event buffers lie in guest memory");
  }

  // Puts all of them into the ring, which must have room for them.
  template <class Ring>
  void post_all(Ring& ring) const {
    for (std::uint32_t index = 0; index < count_; ++index) post(ring, index);
  }

  // The next event that the device has written, if there is one; its buffer goes back into the ring.
  template <class Ring>
  [[nodiscard]] std::optional<scsi::Event> take(Ring& ring) const {
    const std::optional<Used> used = ring.get_buf();
    if (!used) return std::nullopt;
    const auto index = static_cast<std::uint32_t>(used->token);
    const scsi::Event event = scsi::decode_event(header_at<scsi::kEventBytes>(*memory_, address(index)));
    post(ring, index);
    return event;
  }

 private:
  [[nodiscard]] std::uint64_t address(std::uint32_t index) const noexcept { return base_ + index * scsi::kEventBytes; }

  template <class Ring>
  void post(Ring& ring, std::uint32_t index) const {
    const std::array<Segment, 1> buffer{{{address(index), scsi::kEventBytes}}};
    const AddResult added = ring.add_buf(buffer, 0, 1, index);
    ensure(added.ok(), "the event queue has room for its buffers");
  }

  const GuestMemory* memory_;
  std::uint64_t base_;
  std::uint32_t count_;
};

}  // namespace vqlab
