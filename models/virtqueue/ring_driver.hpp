// What the drivers of both ring formats do alike: the three ways to add a buffer, their rules, and saying how things
// stand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "models/base/ensure.hpp"
#include "models/virtqueue/fault.hpp"
#include "models/virtqueue/indirect_tables.hpp"
#include "models/virtqueue/layout.hpp"
#include "models/virtqueue/ring_options.hpp"
#include "models/virtqueue/segment.hpp"
#include "models/virtqueue/shared_words.hpp"

namespace vqlab {

// Base of a format's `Driver`, which has kNotifyWhenFull, publish(cursor), enable_cb_prepare() and poll(opaque).
// `Buffers` keeps the format's descriptors: open() a buffer, append() to it, close() it.
template <class Driver, class Buffers, class Access>
class RingDriver {
 public:
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
  void add_sg(std::span<const Segment> list, Direction direction) { add_list(list, direction); }
  // The same for any range of segments that knows its size.
  template <class List>
  [[gnu::always_inline]] void add_list(const List& list, Direction direction) {
    ensure(list.size() <= left_, "add_sg: no more segments than announced");  // none if no buffer has been started
    ensure(direction == Direction::kIn || !wrote_in_, "add_sg: what the device reads comes first");
    wrote_in_ = direction == Direction::kIn;
    left_ -= static_cast<std::uint32_t>(list.size());
    buffers_.append(access_, cursor_, list, direction == Direction::kIn ? kDescNext | kDescWrite : kDescNext);
  }

  // Publishes the buffer. All announced segments must have been added. `notify` only as a guard: the count of what was
  // added since the last kick_prepare() must not wrap.
  AddResult end_buf() {
    ensure(building_ && left_ == 0, "end_buf: as many segments as announced");
    building_ = false;
    buffers_.close(access_, cursor_);
    return {AddStatus::kOk, self().publish(cursor_)};
  }

  // --- callbacks

  // Asks for an interrupt at the next used buffer. False: some are waiting already, take them first.
  [[nodiscard]] bool enable_cb() { return !self().poll(self().enable_cb_prepare()); }

  // --- looking

  [[nodiscard]] std::uint16_t size() const noexcept { return size_; }
  [[nodiscard]] std::uint16_t num_free() const noexcept { return buffers_.num_free(); }
  [[nodiscard]] std::uint16_t free_head() const noexcept { return buffers_.free_head(); }
  // Since the last kick_prepare(); split: buffers, packed: descriptors.
  [[nodiscard]] std::uint16_t num_added() const noexcept { return num_added_; }
  [[nodiscard]] bool event_triggered() const noexcept { return event_triggered_; }
  [[nodiscard]] std::uint16_t last_head() const noexcept { return last_head_; }  // of the latest buffer added
  [[nodiscard]] bool broken() const noexcept { return fault_ != RingFault::kNone; }
  [[nodiscard]] RingFault fault() const noexcept { return fault_; }

  // All private state that may change, number by number: two drivers of equal options that show the same act alike.
  template <class Visit>
  void visit_state(Visit visit) const {
    for (std::uint16_t head = 0; head < size_; ++head) visit_buffer(buffers_[head], visit);
    for (const std::uint16_t value : {num_free(), free_head(), num_added_}) visit(value);
    visit(event_triggered_);
    visit(static_cast<std::uint64_t>(fault_));
    static_cast<const Driver*>(this)->visit_indices(visit);
  }

 protected:
  // `ring`: the descriptors, or null if the ring does not lie in memory as it must.
  RingDriver(Descriptor* ring, const RingOptions& options, IndirectTablePool* tables, Access access)
      : access_(std::move(access)),
        tables_(tables),
        buffers_(access_, checked(ring), options, tables),
        size_(options.size),
        longest_chain_(options.longest_chain != 0 ? options.longest_chain : options.size),
        indirect_(options.indirect_desc),
        event_idx_(options.event_idx),
        check_used_(options.check_used) {
    ensure(!indirect_ || tables_ != nullptr, "indirect descriptors need tables");
  }

  template <class T>
  [[nodiscard]] T get(const T& word) {
    return get_word(access_, word);
  }
  template <class T>
  void put(T& word, T value) {
    put_word(access_, word, value);
  }

  [[nodiscard]] std::nullopt_t fail(RingFault fault) noexcept {
    fault_ = fault;
    return std::nullopt;
  }

  [[no_unique_address]] Access access_;
  IndirectTablePool* tables_;
  Buffers buffers_;
  typename Buffers::Cursor cursor_;  // of the buffer that is added piecewise
  std::uint16_t size_;
  std::uint16_t longest_chain_;
  bool indirect_;
  bool event_idx_;
  bool check_used_;
  bool building_ = false;  // between start_buf and end_buf
  bool wrote_in_ = false;
  bool event_triggered_ = false;  // an interrupt has come since callbacks were last enabled
  RingFault fault_ = RingFault::kNone;
  std::uint16_t last_head_ = 0;
  std::uint16_t num_added_ = 0;
  std::uint32_t left_ = 0;  // segments announced and not yet added

 private:
  [[nodiscard]] Driver& self() noexcept { return static_cast<Driver&>(*this); }

  [[nodiscard]] static Descriptor* checked(Descriptor* ring) {
    ensure(ring != nullptr, "ring has a valid size and lies aligned inside guest memory");
    return ring;
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
      return {AddStatus::kFullNow, Driver::kNotifyWhenFull && has_out};
    }
    typename Buffers::Cursor cursor;
    buffers_.open(access_, cursor, slot, nents, token);
    for (std::size_t i = 0; i < out_lists; ++i) buffers_.append(access_, cursor, lists[i], kDescNext);
    for (std::size_t i = out_lists; i < lists.size(); ++i)
      buffers_.append(access_, cursor, lists[i], kDescNext | kDescWrite);
    buffers_.close(access_, cursor);
    return {AddStatus::kOk, self().publish(cursor)};
  }
};

}  // namespace vqlab
