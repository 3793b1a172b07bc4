// The driver's side of a packed virtqueue, with the face of the split one.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "models/base/access.hpp"
#include "models/virtqueue/fault.hpp"
#include "models/virtqueue/guest_memory.hpp"
#include "models/virtqueue/indirect_tables.hpp"
#include "models/virtqueue/packed_buffer_table.hpp"
#include "models/virtqueue/packed_layout.hpp"
#include "models/virtqueue/ring_driver.hpp"
#include "models/virtqueue/ring_options.hpp"

namespace vqlab {

// Answers *whether* to notify, never notifies. Not thread-safe: the caller serialises calls (the queue's lock). Writes
// what Linux 6.1 writes; RingOptions::flavour means nothing here.
template <class Access>
class BasicPackedDriver : public RingDriver<BasicPackedDriver<Access>, PackedBufferTable, Access> {
  using Base = RingDriver<BasicPackedDriver<Access>, PackedBufferTable, Access>;
  friend Base;

 public:
  // Clears the descriptors and both event words. `area` must lie inside `memory`; `memory` and `tables` must outlive
  // the driver. `tables` is needed with indirect_desc only; several rings may share it.
  BasicPackedDriver(const GuestMemory& memory, const RingArea& area, const RingOptions& options,
                    IndirectTablePool* tables, Access access = Access{})
      : BasicPackedDriver(resolve_packed(memory, area, options.size), options, tables, std::move(access)) {}

  // --- notifying

  // Whether the device must be notified of what was added since the last call. Notify outside the lock.
  [[nodiscard]] bool kick_prepare() {
    access_.full_barrier();  // the head must be visible before we look whether the device still sleeps
    const std::uint16_t moved = num_added_;
    num_added_ = 0;
    if (fault_ != RingFault::kNone) return false;
    return packed_need_event(get(*ring_.device_event), buffers_.next_avail(), moved, size_);
  }

  // --- taking back

  // The next used buffer, if there is one and the ring is not broken.
  [[nodiscard]] std::optional<Used> get_buf() {
    if (fault_ != RingFault::kNone) return std::nullopt;
    const Descriptor& desc = ring_.desc[last_used_.index];
    const std::uint32_t link = get(desc.link);  // flags, and with them the id that was there first
    if (!last_used_.is_used(packed_flags(link))) return std::nullopt;
    access_.read_barrier();
    const std::uint32_t len = get(desc.len);
    const std::uint16_t id = packed_id(link);
    if (id >= size_) return fail(RingFault::kUsedId);
    const Buffer& buffer = buffers_[id];
    if (buffer.chain == 0) return fail(RingFault::kUsedNoHead);
    if (check_used_ && len > buffer.writable) return fail(RingFault::kUsedLength);
    const Used used{buffer.token, len};
    last_used_.advance(buffer.chain, size_);
    release(id);
    if (event_flags_ == EventFlags::kDescriptor) {
      put_event(EventFlags::kDescriptor, last_used_.off_wrap());
      access_.full_barrier();  // the device must see it before our next look at its descriptor
    }
    return used;
  }

  // As the split ring's.
  [[nodiscard]] std::optional<Token> next_used() const noexcept {
    const std::uint32_t link = little_endian(ring_.desc[last_used_.index].link);
    if (!last_used_.is_used(packed_flags(link)) || packed_id(link) >= size_) return std::nullopt;
    return buffers_[packed_id(link)].token;
  }

  // Whether used buffers are waiting.
  [[nodiscard]] bool more_used() { return is_used(last_used_); }

  // The queue's interrupt has arrived: whether the callback has to run.
  [[nodiscard]] bool on_interrupt() {
    if (fault_ != RingFault::kNone || !more_used()) return false;
    event_triggered_ = event_idx_;
    return true;
  }

  // Asks for no interrupts: a hint, they may still come.
  void disable_cb() {
    if (event_flags_ == EventFlags::kDisable) return;
    event_flags_ = EventFlags::kDisable;
    if (event_triggered_) return;  // the device has just passed what we asked for and stays silent until that moves
    put_event(EventFlags::kDisable, event_off_wrap_);
  }

  // The two halves of enable_cb: the first asks and returns the position to hand to poll() (wrap counter in bit 15),
  // which says whether a buffer has been used there since.
  [[nodiscard]] std::uint16_t enable_cb_prepare() {
    allow_interrupts(last_used_);
    return last_used_.off_wrap();
  }
  [[nodiscard]] bool poll(std::uint16_t since) {
    access_.full_barrier();
    const RingPosition position = RingPosition::from(since);
    return position.index < size_ && is_used(position);
  }

  // Asks for an interrupt when three quarters of the descriptors in flight are used, or without event index at the next
  // one. False: some are waiting already, take them first.
  [[nodiscard]] bool enable_cb_delayed() {
    RingPosition asked = last_used_;
    asked.advance((size_ - buffers_.num_free()) * 3U / 4, size_);
    allow_interrupts(asked);
    access_.full_barrier();
    return !more_used();
  }

  // Takes back one buffer that the device has not used, the lowest id first. The device must be stopped: the positions
  // stay where they are, so nothing can be used any more.
  [[nodiscard]] std::optional<Token> detach_unused() {
    for (std::uint16_t id = 0; id < size_; ++id) {
      if (buffers_[id].chain == 0) continue;
      const Token token = buffers_[id].token;
      release(id);
      return token;
    }
    return std::nullopt;
  }

  // --- looking

  [[nodiscard]] std::uint16_t last_used_idx() const noexcept { return last_used_.index; }
  [[nodiscard]] bool last_used_wrap() const noexcept { return last_used_.wrap; }
  [[nodiscard]] std::uint16_t avail_idx() const noexcept { return buffers_.next_avail().index; }
  [[nodiscard]] bool avail_wrap() const noexcept { return buffers_.next_avail().wrap; }
  // What we asked for; after an interrupt with event index the ring is not told that it is disabled.
  [[nodiscard]] EventFlags event_flags() const noexcept { return event_flags_; }
  // Buffers added and not yet taken back.
  [[nodiscard]] std::uint16_t in_flight() const noexcept { return in_flight_; }

  template <class Visit>
  void visit_indices(Visit& visit) const {
    for (const RingPosition position : {last_used_, buffers_.next_avail()}) visit(position.off_wrap());
    visit(static_cast<std::uint64_t>(event_flags_));
    visit(event_off_wrap_);
  }

 private:
  // Linux leaves the device alone.
  static constexpr bool kNotifyWhenFull = false;
  // As far as the event word reaches.
  static constexpr std::uint32_t kMostAdded = 0x7fff;

  using Base::access_, Base::buffers_, Base::check_used_, Base::event_idx_, Base::event_triggered_, Base::fail,
      Base::fault_, Base::get, Base::last_head_, Base::num_added_, Base::put, Base::size_;

  BasicPackedDriver(const PackedWords& ring, const RingOptions& options, IndirectTablePool* tables, Access access)
      : Base(ring.desc, options, tables, std::move(access)), ring_(ring) {
    put(*ring_.driver_event, std::uint32_t{0});
    put(*ring_.device_event, std::uint32_t{0});
  }

  [[nodiscard]] bool is_used(RingPosition position) {
    return position.is_used(packed_flags(get(ring_.desc[position.index].link)));
  }

  void put_event(EventFlags flags, std::uint16_t off_wrap) {
    event_off_wrap_ = off_wrap;
    put(*ring_.driver_event, make_event(flags, off_wrap));
  }

  void release(std::uint16_t id) {
    buffers_.release(id);
    --in_flight_;
  }

  // Makes the buffer visible; returns whether the device must be notified because too much was added since the last
  // kick_prepare().
  [[nodiscard]] bool publish(const PackedCursor& cursor) {
    last_head_ = cursor.id;
    buffers_.publish(access_, cursor);
    ++in_flight_;
    const std::uint32_t added = std::uint32_t{num_added_} + cursor.chain;
    const bool too_many = added > kMostAdded;
    num_added_ = too_many ? std::uint16_t{0} : static_cast<std::uint16_t>(added);
    return too_many;
  }

  void allow_interrupts(RingPosition asked) {
    event_triggered_ = false;
    const bool disabled = event_flags_ == EventFlags::kDisable;
    if (disabled) event_flags_ = event_idx_ ? EventFlags::kDescriptor : EventFlags::kEnable;
    if (event_idx_)
      put_event(event_flags_, asked.off_wrap());
    else if (disabled)
      put_event(EventFlags::kEnable, 0);
  }

  PackedWords ring_;
  RingPosition last_used_;
  EventFlags event_flags_ = EventFlags::kEnable;
  std::uint16_t event_off_wrap_ = 0;  // in memory
  std::uint16_t in_flight_ = 0;
};

using PackedDriver = BasicPackedDriver<PlainAccess>;

}  // namespace vqlab
