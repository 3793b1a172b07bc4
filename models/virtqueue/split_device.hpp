// The device's side of a split virtqueue. Trusts nothing that the driver wrote.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "models/base/access.hpp"
#include "models/base/ensure.hpp"
#include "models/base/fetch_ahead.hpp"
#include "models/virtqueue/chain.hpp"
#include "models/virtqueue/fault.hpp"
#include "models/virtqueue/guest_memory.hpp"
#include "models/virtqueue/layout.hpp"
#include "models/virtqueue/segment.hpp"
#include "models/virtqueue/shared_words.hpp"

namespace vqlab {

// Answers *whether* to interrupt, never interrupts. Not thread-safe.
template <class Access>
class BasicSplitDevice {
 public:
  // `memory` must outlive the device. An `area` that does not fit makes the device broken from the start, since the
  // driver chose it.
  BasicSplitDevice(const GuestMemory& memory, const RingArea& area, const DeviceOptions& options,
                   Access access = Access{})
      : access_(std::move(access)),
        memory_(&memory),
        ring_(resolve(memory, area, options.size)),
        data_(options.data_in(memory)),
        size_(options.size),
        longest_chain_(options.longest()),
        indirect_(options.indirect_desc),
        event_idx_(options.event_idx) {
    if (!ring_.valid()) fault_ = RingFault::kRingArea;
  }

  // Takes the next available buffer. False if there is none or the ring is, or has just become, broken; `chain` then
  // holds nothing of use. Leaves notifications as they are.
  [[nodiscard]] bool pop(Chain& chain) {
    if (fault_ != RingFault::kNone) return false;
    const std::uint16_t avail_idx = get(ring_.avail->idx);
    const auto waiting = static_cast<std::uint16_t>(avail_idx - last_avail_idx_);
    if (waiting == 0) return false;
    if (waiting > size_) return fail(RingFault::kAvailIndex);
    access_.read_barrier();  // the entry and its descriptors after the index
    const std::uint16_t head = get(ring_.avail_ring[last_avail_idx_ & (size_ - 1U)]);
    if (head >= size_) return fail(RingFault::kAvailHead);
    if (chain.capacity_ < longest_chain_) [[unlikely]]
      chain.grow(longest_chain_);
    chain.head_ = head;
    if (!walk_whole_table(chain, head)) {
      if (const RingFault fault = walk(chain, head); fault != RingFault::kNone) return fail(fault);
    }
    ++last_avail_idx_;
    ++in_flight_;
    return true;
  }

  // Hints to the machine that simulates, without an access as the device's: has the descriptors of the buffer after the
  // next one fetched. The result is where the next one's first segment probably lies, null if none waits.
  [[nodiscard]] const std::byte* fetch_ahead() const noexcept {
    if (fault_ != RingFault::kNone) return nullptr;
    const auto waiting = static_cast<std::uint16_t>(little_endian(ring_.avail->idx) - last_avail_idx_);
    if (waiting == 0) return nullptr;
    if (waiting > 1) vqlab::fetch_ahead(first_of(1), 4 * kCacheLine);
    const Descriptor* const first = first_of(0);
    return first == nullptr ? nullptr : memory_->at(little_endian(first->addr), little_endian(first->len));
  }

  // Whether buffers are waiting to be taken.
  [[nodiscard]] bool has_available() { return fault_ == RingFault::kNone && get(ring_.avail->idx) != last_avail_idx_; }

  // Hands a taken buffer back, with `len` bytes written from the start of its writable part.
  void push(std::uint16_t head, std::uint32_t len) {
    ensure(head < size_ && in_flight_ > 0, "push: a buffer that was taken");
    --in_flight_;
    UsedElement& element = ring_.used_ring[used_idx_ & (size_ - 1U)];
    put(element.id, std::uint32_t{head});
    put(element.len, len);
    access_.write_barrier();  // the entry before the index
    put(ring_.used->idx, ++used_idx_);
    ++completed_;
  }

  // Whether what was pushed since the last call has to be announced by an interrupt.
  [[nodiscard]] bool should_interrupt() {
    if (fault_ == RingFault::kRingArea) return false;
    access_.full_barrier();  // the new index must be visible before we look at what the driver asked for
    if (!event_idx_) return (get(ring_.avail->flags) & kAvailNoInterrupt) == 0;
    const bool wrapped = completed_ > 0xffff;
    const auto before = static_cast<std::uint16_t>(used_idx_ - completed_);
    completed_ = 0;
    return wrapped || need_event(get(*ring_.used_event), used_idx_, before);
  }

  // Asks to be notified of the next buffer that is added from now on, as QEMU does after each pop: with event index
  // avail_event becomes the *current* available index, so that an add made while earlier ones wait is silent only until
  // the next pop. Look for available buffers afterwards; pop() in a loop does.
  void arm_notifications() {
    if (fault_ != RingFault::kNone) return;
    if (event_idx_)
      put(*ring_.avail_event, get(ring_.avail->idx));
    else
      set_used_flags(0);
    access_.full_barrier();
  }

  // Asks to be notified of the first buffer not yet taken. False: one is waiting already, take it first.
  [[nodiscard]] bool enable_notifications() {
    if (fault_ != RingFault::kNone) return true;
    if (event_idx_)
      put(*ring_.avail_event, last_avail_idx_);
    else
      set_used_flags(0);
    access_.full_barrier();
    return get(ring_.avail->idx) == last_avail_idx_;
  }

  // Asks for no notifications: a hint. With event index nothing is written: an avail_event that stays where it is is
  // silent once the driver has passed it.
  void suppress_notifications() {
    if (fault_ == RingFault::kNone && !event_idx_) set_used_flags(kUsedNoNotify);
  }

  [[nodiscard]] std::uint16_t last_avail_idx() const noexcept { return last_avail_idx_; }
  [[nodiscard]] std::uint16_t used_idx() const noexcept { return used_idx_; }
  // Buffers pushed since should_interrupt() last looked; without event index it counts on, modulo 2^32.
  [[nodiscard]] std::uint32_t completed() const noexcept { return completed_; }
  [[nodiscard]] std::uint32_t in_flight() const noexcept { return in_flight_; }  // taken, not yet pushed
  [[nodiscard]] bool broken() const noexcept { return fault_ != RingFault::kNone; }
  [[nodiscard]] RingFault fault() const noexcept { return fault_; }

  // All private state that may change, number by number: two devices of equal options that show the same act alike.
  template <class Visit>
  void visit_state(Visit visit) const {
    for (const std::uint64_t value :
         {std::uint64_t{last_avail_idx_}, std::uint64_t{used_idx_}, std::uint64_t{used_flags_}})
      visit(value);
    visit(completed_);
    visit(static_cast<std::uint64_t>(fault_));
  }

 private:
  template <class T>
  [[nodiscard]] T get(const T& word) {
    return get_word(access_, word);
  }
  template <class T>
  void put(T& word, T value) {
    put_word(access_, word, value);
  }

  // The first descriptor of a waiting buffer, in its table if it has one; null if it lies nowhere.
  [[nodiscard]] const Descriptor* first_of(std::uint16_t ahead) const noexcept {
    const std::uint32_t place = (std::uint32_t{last_avail_idx_} + ahead) & (size_ - 1U);
    const Descriptor& head = ring_.desc[little_endian(ring_.avail_ring[place]) & (size_ - 1U)];
    if ((link_flags(little_endian(head.link)) & kDescIndirect) == 0) return &head;
    return reinterpret_cast<const Descriptor*>(memory_->at(little_endian(head.addr), sizeof(Descriptor)));
  }

  [[nodiscard]] bool fail(RingFault fault) noexcept {
    fault_ = fault;
    return false;
  }

  void set_used_flags(std::uint16_t flags) {
    if (used_flags_ == flags) return;
    used_flags_ = flags;
    put(ring_.used->flags, flags);
  }

  // The shape that drivers write: an indirect table, all of it used, in order, readable before writable. Nearly every
  // buffer has it, and one comparison covers an entry's flags and next. False if anything is otherwise: walk() then
  // looks again from the start and finds out what.
  [[nodiscard]] bool walk_whole_table(Chain& chain, std::uint16_t head) {
    const Descriptor& ref = ring_.desc[head];
    if (link_flags(get(ref.link)) != kDescIndirect || !indirect_) return false;
    const std::uint32_t bytes = get(ref.len);
    if (bytes == 0 || bytes % sizeof(Descriptor) != 0 || bytes / sizeof(Descriptor) > longest_chain_) return false;
    const std::byte* const table = memory_->at(get(ref.addr), bytes);
    if (table == nullptr || reinterpret_cast<std::uintptr_t>(table) % alignof(Descriptor) != 0) return false;

    const Descriptor* desc = reinterpret_cast<const Descriptor*>(table);
    const Descriptor* const last = desc + bytes / sizeof(Descriptor) - 1;
    Segment* segment = chain.segments_.data();
    std::uint64_t total = 0;
    Reach reach{.base = data_.base};
    const auto take = [&]() __attribute__((always_inline)) {
      const std::uint64_t addr = get(desc->addr);
      const std::uint32_t len = get(desc->len);
      segment->addr = addr;
      segment->len = len;
      ++segment;
      ++desc;
      total += len;
      reach.add(addr, len);
    };
    std::uint32_t link = make_link(kDescNext, 1);
    for (; desc != last && get(desc->link) == link; link += make_link(0, 1)) take();
    const Segment* readable_end = segment;
    std::uint64_t readable_bytes = total;
    link |= kDescWrite;
    for (; desc != last && get(desc->link) == link; link += make_link(0, 1)) take();
    if (desc != last) return false;
    const std::uint16_t flags = link_flags(get(desc->link));
    const bool readable = (flags & kDescWrite) == 0;
    if ((flags & (kDescNext | kDescIndirect)) != 0 || (readable && segment != readable_end)) return false;
    take();
    if (readable) {
      readable_end = segment;
      readable_bytes = total;
    }
    if (!reach.inside(data_)) return false;
    return chain.set(segment, readable_end, readable_bytes, total);
  }

  // Follows any chain from `head`, through at most one indirect table. Every word is checked in the value that is then
  // used, so that a driver which changes it meanwhile cannot get past a check.
  [[nodiscard]] RingFault walk(Chain& chain, std::uint16_t head) {
    const Descriptor* table = ring_.desc;
    std::uint32_t entries = size_;
    bool in_table = false;
    std::uint32_t at = head;
    Segment* segment = chain.segments_.data();
    const Segment* const limit = segment + longest_chain_;
    const Segment* readable_end = segment;
    std::uint64_t readable_bytes = 0;
    std::uint64_t total = 0;
    for (;;) {
      const Descriptor& desc = table[at];
      const std::uint32_t link = get(desc.link);
      const std::uint16_t flags = link_flags(link);
      if ((flags & kDescIndirect) != 0) {
        if (in_table) return RingFault::kIndirectNested;
        if (const RingFault fault = enter_table(desc, flags, table, entries); fault != RingFault::kNone) return fault;
        in_table = true;
        at = 0;
        continue;
      }
      if (segment == limit) return RingFault::kChainTooLong;
      const bool readable = (flags & kDescWrite) == 0;
      if (readable && readable_end != segment) return RingFault::kReadableAfterWritable;
      const std::uint64_t addr = get(desc.addr);
      const std::uint32_t len = get(desc.len);
      if (!data_.contains(addr, len)) return RingFault::kSegmentAddress;
      *segment++ = {addr, len};
      total += len;
      if (readable) {
        readable_end = segment;
        readable_bytes = total;
      }
      if ((flags & kDescNext) == 0) break;
      at = link_next(link);
      if (at >= entries) return RingFault::kNext;
    }
    return chain.set(segment, readable_end, readable_bytes, total) ? RingFault::kNone : RingFault::kTooManyBytes;
  }

  [[nodiscard]] RingFault enter_table(const Descriptor& desc, std::uint16_t flags, const Descriptor*& table,
                                      std::uint32_t& entries) {
    if (!indirect_) return RingFault::kIndirectNotNegotiated;
    if ((flags & kDescNext) != 0) return RingFault::kIndirectWithNext;
    const std::uint32_t len = get(desc.len);
    const IndirectTable found = resolve_table(*memory_, get(desc.addr), len);
    table = found.entries;
    entries = found.count;
    return found.fault;
  }

  [[no_unique_address]] Access access_;
  const GuestMemory* memory_;
  RingWords ring_;
  AddressRange data_;
  std::uint16_t size_;
  std::uint16_t longest_chain_;
  bool indirect_;
  bool event_idx_;
  RingFault fault_ = RingFault::kNone;
  std::uint16_t last_avail_idx_ = 0;
  std::uint16_t used_idx_ = 0;
  std::uint16_t used_flags_ = 0;
  std::uint32_t in_flight_ = 0;
  std::uint32_t completed_ = 0;  // pushed since should_interrupt() last looked
};

using SplitDevice = BasicSplitDevice<PlainAccess>;

}  // namespace vqlab
