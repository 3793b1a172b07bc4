// The driver's side of a split virtqueue, with the three ways of adding a buffer that the December 2012 series is
// about.
//
// The life of a buffer, by the calls of the series:
//
//   GuestMemory memory(/*base=*/0, /*bytes=*/1 << 16);
//   const RingArea area = legacy_layout(0, /*size=*/8);
//   SplitDriver driver(memory, area, {.size = 8, .indirect_desc = false}, nullptr);
//   SplitDevice device(memory, area, {.size = 8, .indirect_desc = false});
//
//   // The driver adds a buffer of two lists: the device reads the first one and writes the second one.
//   const Segment question[] = {{.addr = 0x8000, .len = 16}};
//   const Segment answer[] = {{.addr = 0x9000, .len = 512}};
//   const AddResult started = driver.start_buf(/*token=*/7, /*nents=*/2, /*nsg=*/2);
//   driver.add_sg(question, Direction::kOut);
//   driver.add_sg(answer, Direction::kIn);
//   const AddResult added = driver.end_buf();  // from here on the device sees it
//   const bool kick = driver.kick_prepare();   // true: the driver rings the doorbell
//
//   // The device takes the buffer, does what it asks for, and gives it back.
//   Chain chain;
//   const bool taken = device.pop(chain);  // chain.readable(): question, chain.writable(): answer
//   device.push(chain.head(), /*len=*/512);
//   const bool interrupt = device.should_interrupt();  // true: the device raises an interrupt
//
//   // The driver takes it back.
//   const std::optional<Used> used = driver.get_buf();  // token 7, len 512
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "models/base/access.hpp"
#include "models/virtqueue/buffer_table.hpp"
#include "models/virtqueue/fault.hpp"
#include "models/virtqueue/guest_memory.hpp"
#include "models/virtqueue/indirect_tables.hpp"
#include "models/virtqueue/layout.hpp"
#include "models/virtqueue/ring_driver.hpp"
#include "models/virtqueue/ring_options.hpp"

namespace vqlab {

// Answers *whether* to notify, never notifies. Not thread-safe: the caller serialises calls (the queue's lock). What is
// shared with the device goes through Access; everything the driver must be able to trust is private.
template <class Access>
class BasicSplitDriver : public RingDriver<BasicSplitDriver<Access>, BufferTable, Access> {
  using Base = RingDriver<BasicSplitDriver<Access>, BufferTable, Access>;
  friend Base;

 public:
  // Clears the three parts and makes all descriptors free. `area` must lie inside `memory`; `memory` and `tables` must
  // outlive the driver. `tables` is needed with indirect_desc only; several rings may share it.
  BasicSplitDriver(const GuestMemory& memory, const RingArea& area, const RingOptions& options,
                   IndirectTablePool* tables, Access access = Access{})
      : BasicSplitDriver(resolve(memory, area, options.size), options, tables, std::move(access)) {}

  // --- notifying

  // Whether the device must be notified of what was added since the last call. Notify outside the lock.
  [[nodiscard]] bool kick_prepare() {
    access_.full_barrier();  // the new index must be visible before we look whether the device still sleeps
    const std::uint16_t before = static_cast<std::uint16_t>(avail_idx_ - num_added_);
    num_added_ = 0;
    if (fault_ != RingFault::kNone) return false;
    if (event_idx_) return need_event(get(*ring_.avail_event), avail_idx_, before);
    return (get(ring_.used->flags) & kUsedNoNotify) == 0;
  }

  // --- taking back

  // The next used buffer, if there is one and the ring is not broken.
  [[nodiscard]] std::optional<Used> get_buf() {
    if (fault_ != RingFault::kNone) return std::nullopt;
    const std::uint16_t used_idx = get(ring_.used->idx);
    if (used_idx == last_used_idx_) return std::nullopt;
    access_.read_barrier();
    if (distance(last_used_idx_, used_idx) > distance(last_used_idx_, avail_idx_)) [[unlikely]]
      if (check_used_) return fail(RingFault::kUsedIndex);
    const UsedElement& element = ring_.used_ring[last_used_idx_ & (size_ - 1U)];
    const std::uint32_t id = get(element.id);
    const std::uint32_t len = get(element.len);
    if (id >= size_) return fail(RingFault::kUsedId);
    const Buffer& buffer = buffers_[id];
    if (buffer.chain == 0) return fail(RingFault::kUsedNoHead);
    if (check_used_ && len > buffer.writable) return fail(RingFault::kUsedLength);
    const Used used{buffer.token, len};
    buffers_.release(access_, static_cast<std::uint16_t>(id));
    ++last_used_idx_;
    if ((avail_flags_ & kAvailNoInterrupt) == 0) {
      put(*ring_.used_event, last_used_idx_);
      access_.full_barrier();  // the device must see it before the next look at its index
    }
    return used;
  }

  // The token of the buffer that get_buf() would take next, if nothing is wrong: a guess, without an access as the
  // driver's.
  [[nodiscard]] std::optional<Token> next_used() const noexcept {
    if (little_endian(ring_.used->idx) == last_used_idx_) return std::nullopt;
    const std::uint32_t id = little_endian(ring_.used_ring[last_used_idx_ & (size_ - 1U)].id);
    return buffers_[id & (size_ - 1U)].token;
  }

  // Whether used buffers are waiting.
  [[nodiscard]] bool more_used() { return get(ring_.used->idx) != last_used_idx_; }

  // The queue's interrupt has arrived: whether the callback has to run.
  [[nodiscard]] bool on_interrupt() {
    if (fault_ != RingFault::kNone || !more_used()) return false;
    event_triggered_ = !linux36_ && event_idx_;
    return true;
  }

  // Asks for no interrupts: a hint, they may still come.
  void disable_cb() {
    if ((avail_flags_ & kAvailNoInterrupt) != 0) return;
    avail_flags_ |= kAvailNoInterrupt;
    if (event_triggered_) return;  // the device has just crossed used_event and stays silent until that moves again
    if (!event_idx_ || linux36_)
      put(ring_.avail->flags, avail_flags_);
    else
      put(*ring_.used_event, std::uint16_t{0});
  }

  // The two halves of enable_cb: the first asks and returns the index to hand to poll(), which says whether a buffer
  // has been used since.
  [[nodiscard]] std::uint16_t enable_cb_prepare() {
    allow_interrupts();
    put(*ring_.used_event, last_used_idx_);
    return last_used_idx_;
  }
  [[nodiscard]] bool poll(std::uint16_t since) {
    access_.full_barrier();
    return get(ring_.used->idx) != since;
  }

  // Asks for an interrupt when three quarters of what is in flight is used. False: that many are waiting already.
  [[nodiscard]] bool enable_cb_delayed() {
    allow_interrupts();
    const auto delay = static_cast<std::uint16_t>(distance(last_used_idx_, avail_idx_) * 3U / 4);
    put(*ring_.used_event, static_cast<std::uint16_t>(last_used_idx_ + delay));
    access_.full_barrier();
    return distance(last_used_idx_, get(ring_.used->idx)) <= delay;
  }

  // Takes back one buffer that the device has not used, the lowest head first. The device must be stopped.
  [[nodiscard]] std::optional<Token> detach_unused() {
    for (std::uint16_t head = 0; head < size_; ++head) {
      if (buffers_[head].chain == 0) continue;
      const Token token = buffers_[head].token;
      buffers_.release(access_, head);
      put(ring_.avail->idx, --avail_idx_);
      return token;
    }
    return std::nullopt;
  }

  // --- looking

  [[nodiscard]] std::uint16_t last_used_idx() const noexcept { return last_used_idx_; }
  [[nodiscard]] std::uint16_t avail_idx() const noexcept { return avail_idx_; }
  [[nodiscard]] std::uint16_t avail_flags() const noexcept { return avail_flags_; }
  // Buffers added and not yet taken back.
  [[nodiscard]] std::uint16_t in_flight() const noexcept { return distance(last_used_idx_, avail_idx_); }

  template <class Visit>
  void visit_indices(Visit& visit) const {
    for (const std::uint16_t value : {last_used_idx_, avail_idx_, avail_flags_}) visit(value);
  }

 private:
  // The device may sit on what we wait for.
  static constexpr bool kNotifyWhenFull = true;

  using Base::access_, Base::buffers_, Base::check_used_, Base::event_idx_, Base::event_triggered_, Base::fail,
      Base::fault_, Base::get, Base::last_head_, Base::num_added_, Base::put, Base::size_;

  BasicSplitDriver(const RingWords& ring, const RingOptions& options, IndirectTablePool* tables, Access access)
      : Base(ring.desc, options, tables, std::move(access)),
        ring_(ring),
        linux36_(options.flavour == RingFlavour::kLinux36) {
    clear_ring();
  }

  [[nodiscard]] static std::uint16_t distance(std::uint16_t from, std::uint16_t to) noexcept {
    return static_cast<std::uint16_t>(to - from);
  }

  void clear_ring() {
    put(ring_.avail->flags, std::uint16_t{0});
    put(ring_.avail->idx, std::uint16_t{0});
    put(*ring_.used_event, std::uint16_t{0});
    put(ring_.used->flags, std::uint16_t{0});
    put(ring_.used->idx, std::uint16_t{0});
    put(*ring_.avail_event, std::uint16_t{0});
    for (std::uint16_t i = 0; i < size_; ++i) {
      put(ring_.avail_ring[i], std::uint16_t{0});
      put(ring_.used_ring[i].id, std::uint32_t{0});
      put(ring_.used_ring[i].len, std::uint32_t{0});
    }
  }

  // Makes the buffer visible; returns whether the device must be notified because the count of adds is about to wrap.
  [[nodiscard]] bool publish(const BufferCursor& cursor) {
    const std::uint16_t head = cursor.head;
    last_head_ = head;
    put(ring_.avail_ring[avail_idx_ & (size_ - 1U)], head);
    access_.write_barrier();  // descriptors and entry before the index
    put(ring_.avail->idx, ++avail_idx_);
    return ++num_added_ == 0xffff && kick_prepare();
  }

  void allow_interrupts() {
    event_triggered_ = false;
    if ((avail_flags_ & kAvailNoInterrupt) == 0) return;
    avail_flags_ = static_cast<std::uint16_t>(avail_flags_ & ~kAvailNoInterrupt);
    if (!event_idx_ || linux36_) put(ring_.avail->flags, avail_flags_);
  }

  RingWords ring_;
  bool linux36_;
  std::uint16_t last_used_idx_ = 0;
  std::uint16_t avail_idx_ = 0;    // our copy: the device cannot change it
  std::uint16_t avail_flags_ = 0;  // what we asked for; with kLinux61 and event index the ring is not told
};

using SplitDriver = BasicSplitDriver<PlainAccess>;

}  // namespace vqlab
