// The driver's side of a split virtqueue, with the three ways of adding a buffer that the December 2012 series is
// about.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "models/base/access.hpp"
#include "models/base/ensure.hpp"
#include "models/virtqueue/buffer_table.hpp"
#include "models/virtqueue/fault.hpp"
#include "models/virtqueue/guest_memory.hpp"
#include "models/virtqueue/indirect_tables.hpp"
#include "models/virtqueue/layout.hpp"
#include "models/virtqueue/ring_options.hpp"
#include "models/virtqueue/segment.hpp"
#include "models/virtqueue/shared_words.hpp"

namespace vqlab {

// Answers *whether* to notify, never notifies. Not thread-safe: the caller serialises calls (the queue's lock). What is
// shared with the device goes through Access; everything the driver must be able to trust is private.
template <class Access>
class BasicSplitDriver {
 public:
  // Clears the three parts and makes all descriptors free. `area` must lie inside `memory`; `memory` and `tables` must
  // outlive the driver. `tables` is needed with indirect_desc only; several rings may share it.
  BasicSplitDriver(const GuestMemory& memory, const RingArea& area, const RingOptions& options,
                   IndirectTablePool* tables, Access access = Access{})
      : access_(std::move(access)),
        ring_(resolve(memory, area, options.size)),
        tables_(tables),
        buffers_(access_, checked_desc(ring_), options.size, tables, options.flavour),
        size_(options.size),
        longest_chain_(options.longest_chain != 0 ? options.longest_chain : options.size),
        indirect_(options.indirect_desc),
        event_idx_(options.event_idx),
        linux36_(options.flavour == RingFlavour::kLinux36),
        check_used_length_(options.check_used_length) {
    ensure(!indirect_ || tables_ != nullptr, "indirect descriptors need tables");
    clear_ring();
  }

  // --- adding: one flat array (the driver before the series)

  // Adds flat[0, out) for the device to read and flat[out, out + in) for it to write; flat.size() == out + in > 0.
  // Goes indirect if negotiated, out + in > 1 and any descriptor is free; without a table it falls back to direct.
  [[nodiscard]] AddResult add_buf(std::span<const Segment> flat, std::uint16_t out, std::uint16_t in, Token token) {
    ensure(flat.size() == static_cast<std::size_t>(out) + in, "add_buf: as many segments as announced");
    const std::span<const Segment> lists[] = {flat.first(out), flat.subspan(out)};
    return add(lists, 1, flat.size(), out != 0, token);
  }

  // --- adding: arrays of lists (what was merged in place of the piecewise calls)

  // Adds lists[0, out_lists) for the device to read and the next in_lists for it to write. The same rules as add_buf.
  [[nodiscard]] AddResult add_sgs(std::span<const std::span<const Segment>> lists, std::size_t out_lists,
                                  std::size_t in_lists, Token token) {
    ensure(lists.size() == out_lists + in_lists, "add_sgs: as many lists as announced");
    std::size_t total = 0;
    for (const auto& list : lists) total += list.size();
    return add(lists, out_lists, total, out_lists != 0, token);
  }

  // --- adding: piece by piece (the series). start_buf, then add_sg for every list, then end_buf, under one lock.

  // Announces `nents` segments in `nsg` lists; nents >= nsg > 0. Goes indirect if negotiated and (nents > nsg or too
  // few descriptors are free for a direct buffer); then a missing table is kNoMemory, without falling back. Never
  // notifies.
  [[nodiscard]] AddResult start_buf(Token token, std::uint32_t nents, std::uint32_t nsg) {
    ensure(!building_, "start_buf: the previous buffer has ended");
    ensure(nents >= nsg && nsg > 0, "start_buf: nents >= nsg > 0");
    if (fault_ != RingFault::kNone) return {AddStatus::kBroken};
    if (nents > longest_chain_) return {AddStatus::kNeverFits};
    std::uint32_t slot = IndirectTablePool::kNone;
    if (indirect_ && (nents > nsg || buffers_.num_free() < nents)) {
      if (nents > tables_->capacity()) return {AddStatus::kNeverFits};
      if (buffers_.num_free() == 0) return {AddStatus::kFullNow};
      slot = tables_->allocate(nents);
      if (slot == IndirectTablePool::kNone) return {AddStatus::kNoMemory};
    } else if (buffers_.num_free() < nents) {
      return {nents > size_ ? AddStatus::kNeverFits : AddStatus::kFullNow};
    }
    building_ = true;
    wrote_in_ = false;
    left_ = nents;
    buffers_.open(access_, cursor_, slot, nents, token);
    return {};
  }

  // Appends a list; all kOut lists come before the first kIn one. Cannot fail.
  void add_sg(std::span<const Segment> list, Direction direction) {
    ensure(building_ && list.size() <= left_, "add_sg: no more segments than announced");
    ensure(direction == Direction::kIn || !wrote_in_, "add_sg: what the device reads comes first");
    wrote_in_ = direction == Direction::kIn;
    left_ -= static_cast<std::uint32_t>(list.size());
    buffers_.append(access_, cursor_, list, direction == Direction::kIn ? kDescNext | kDescWrite : kDescNext);
  }

  // Publishes the buffer. All announced segments must have been added. `notify` only as a guard against 65535 adds.
  AddResult end_buf() {
    ensure(building_ && left_ == 0, "end_buf: as many segments as announced");
    building_ = false;
    buffers_.close(access_, cursor_);
    return {AddStatus::kOk, publish(cursor_.head)};
  }

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
    if (distance(last_used_idx_, used_idx) > distance(last_used_idx_, avail_idx_)) return fail(RingFault::kUsedIndex);
    const UsedElement& element = ring_.used_ring[last_used_idx_ & (size_ - 1U)];
    const std::uint32_t id = get(element.id);
    const std::uint32_t len = get(element.len);
    if (id >= size_) return fail(RingFault::kUsedId);
    const Buffer& buffer = buffers_[id];
    if (buffer.chain == 0) return fail(RingFault::kUsedNoHead);
    if (check_used_length_ && len > buffer.writable) return fail(RingFault::kUsedLength);
    const Used used{buffer.token, len};
    buffers_.release(access_, static_cast<std::uint16_t>(id));
    ++last_used_idx_;
    if ((avail_flags_ & kAvailNoInterrupt) == 0) {
      put(*ring_.used_event, last_used_idx_);
      access_.full_barrier();  // the device must see it before the next look at its index
    }
    return used;
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

  // Asks for an interrupt at the next used buffer. False: some are waiting already, take them first.
  [[nodiscard]] bool enable_cb() { return !poll(enable_cb_prepare()); }

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

  [[nodiscard]] std::uint16_t size() const noexcept { return size_; }
  [[nodiscard]] std::uint16_t num_free() const noexcept { return buffers_.num_free(); }
  [[nodiscard]] std::uint16_t free_head() const noexcept { return buffers_.free_head(); }
  [[nodiscard]] std::uint16_t num_added() const noexcept { return num_added_; }
  [[nodiscard]] std::uint16_t last_used_idx() const noexcept { return last_used_idx_; }
  [[nodiscard]] std::uint16_t avail_idx() const noexcept { return avail_idx_; }
  [[nodiscard]] std::uint16_t avail_flags() const noexcept { return avail_flags_; }
  [[nodiscard]] bool event_triggered() const noexcept { return event_triggered_; }
  [[nodiscard]] std::uint16_t last_head() const noexcept { return last_head_; }  // of the latest buffer added
  // Buffers added and not yet taken back.
  [[nodiscard]] std::uint16_t in_flight() const noexcept { return distance(last_used_idx_, avail_idx_); }
  [[nodiscard]] bool broken() const noexcept { return fault_ != RingFault::kNone; }
  [[nodiscard]] RingFault fault() const noexcept { return fault_; }

 private:
  template <class T>
  [[nodiscard]] T get(const T& word) {
    return get_word(access_, word);
  }
  template <class T>
  void put(T& word, T value) {
    put_word(access_, word, value);
  }

  [[nodiscard]] static std::uint16_t distance(std::uint16_t from, std::uint16_t to) noexcept {
    return static_cast<std::uint16_t>(to - from);
  }

  [[nodiscard]] std::nullopt_t fail(RingFault fault) noexcept {
    fault_ = fault;
    return std::nullopt;
  }

  [[nodiscard]] static Descriptor* checked_desc(const RingWords& ring) {
    ensure(ring.valid(), "ring has a valid size and lies aligned inside guest memory");
    return ring.desc;
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

  [[nodiscard]] AddResult add(std::span<const std::span<const Segment>> lists, std::size_t out_lists, std::size_t total,
                              bool has_out, Token token) {
    ensure(!building_, "add: a buffer added piecewise has ended");
    ensure(total > 0, "add: a buffer has at least one segment");
    if (fault_ != RingFault::kNone) [[unlikely]]
      return {AddStatus::kBroken};
    const bool may_go_indirect = indirect_ && total > 1;
    if (total > longest_chain_ || (total > size_ && !(may_go_indirect && total <= tables_->capacity()))) [[unlikely]]
      return {AddStatus::kNeverFits};
    const auto nents = static_cast<std::uint32_t>(total);
    const bool indirect = may_go_indirect && buffers_.num_free() > 0;
    const std::uint32_t slot = indirect ? tables_->allocate(nents) : IndirectTablePool::kNone;
    if (slot == IndirectTablePool::kNone && buffers_.num_free() < nents) [[unlikely]] {
      // With room for one descriptor but for no table, waiting for the ring to drain would not help a longer buffer.
      if (indirect && nents > size_) return {AddStatus::kNoMemory};
      // Perhaps the device sits on what we wait for: buffers with something to read are worth waking it.
      return {AddStatus::kFullNow, has_out};
    }
    BufferCursor cursor;
    buffers_.open(access_, cursor, slot, nents, token);
    for (std::size_t i = 0; i < out_lists; ++i) buffers_.append(access_, cursor, lists[i], kDescNext);
    for (std::size_t i = out_lists; i < lists.size(); ++i)
      buffers_.append(access_, cursor, lists[i], kDescNext | kDescWrite);
    buffers_.close(access_, cursor);
    return {AddStatus::kOk, publish(cursor.head)};
  }

  // Makes the buffer visible; returns whether the device must be notified because the count of adds is about to wrap.
  [[nodiscard]] bool publish(std::uint16_t head) {
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

  [[no_unique_address]] Access access_;
  RingWords ring_;
  IndirectTablePool* tables_;
  BufferTable buffers_;
  BufferCursor cursor_;  // of the buffer that is added piecewise
  std::uint16_t size_;
  std::uint16_t longest_chain_;
  bool indirect_;
  bool event_idx_;
  bool linux36_;
  bool check_used_length_;
  bool building_ = false;  // between start_buf and end_buf
  bool wrote_in_ = false;
  std::uint32_t left_ = 0;        // segments announced and not yet added
  bool event_triggered_ = false;  // kLinux61: an interrupt has come since callbacks were last enabled
  RingFault fault_ = RingFault::kNone;
  std::uint16_t last_head_ = 0;
  std::uint16_t num_added_ = 0;  // since the last kick_prepare
  std::uint16_t last_used_idx_ = 0;
  std::uint16_t avail_idx_ = 0;    // our copy: the device cannot change it
  std::uint16_t avail_flags_ = 0;  // what we asked for; with kLinux61 and event index the ring is not told
};

using SplitDriver = BasicSplitDriver<PlainAccess>;

}  // namespace vqlab
