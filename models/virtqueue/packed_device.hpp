// The device's side of a packed virtqueue, with the face of the split one. Trusts nothing that the driver wrote.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "models/base/access.hpp"
#include "models/base/ensure.hpp"
#include "models/base/fetch_ahead.hpp"
#include "models/virtqueue/chain.hpp"
#include "models/virtqueue/fault.hpp"
#include "models/virtqueue/guest_memory.hpp"
#include "models/virtqueue/packed_layout.hpp"
#include "models/virtqueue/segment.hpp"
#include "models/virtqueue/shared_words.hpp"

namespace vqlab {

// Answers *whether* to interrupt, never interrupts. Not thread-safe. Chain::head() is the buffer's id.
template <class Access>
class BasicPackedDevice {
 public:
  // `memory` must outlive the device. An `area` that does not fit makes the device broken from the start, since the
  // driver chose it.
  BasicPackedDevice(const GuestMemory& memory, const RingArea& area, const DeviceOptions& options,
                    Access access = Access{})
      : access_(std::move(access)),
        memory_(&memory),
        ring_(resolve_packed(memory, area, options.size)),
        data_(options.data_in(memory)),
        chains_(options.size),
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
    const Descriptor& head = ring_.desc[avail_.index];
    const std::uint32_t link = get(head.link);
    if (!avail_.is_available(packed_flags(link))) return false;
    access_.read_barrier();  // the rest of the chain after its head's flags
    if (chain.capacity_ < longest_chain_) [[unlikely]]
      chain.grow(longest_chain_);
    Taken taken{packed_id(link), 1};
    const RingFault fault = (packed_flags(link) & kDescIndirect) != 0 ? read_table(chain, head, packed_flags(link))
                                                                      : read_ring(chain, link, taken);
    if (fault != RingFault::kNone) return fail(fault);
    if (taken.id >= size_) return fail(RingFault::kBufferId);
    if (chains_[taken.id] != 0) return fail(RingFault::kBufferIdInUse);
    if (held_ + taken.descriptors > size_) return fail(RingFault::kOverrun);
    chains_[taken.id] = taken.descriptors;
    held_ += taken.descriptors;
    chain.head_ = taken.id;
    avail_.advance(taken.descriptors, size_);
    ++in_flight_;
    return true;
  }

  // As the split ring's. After a buffer without a table nothing is known of the next one.
  [[nodiscard]] const std::byte* fetch_ahead() const noexcept {
    if (fault_ != RingFault::kNone) return nullptr;
    const Descriptor* const first = first_of(avail_);
    if (first == nullptr) return nullptr;
    if (first != &ring_.desc[avail_.index]) {
      RingPosition after = avail_;
      after.advance(1, size_);
      vqlab::fetch_ahead(first_of(after), 4 * kCacheLine);
    }
    return memory_->at(little_endian(first->addr), little_endian(first->len));
  }

  // Whether buffers are waiting to be taken.
  [[nodiscard]] bool has_available() { return fault_ == RingFault::kNone && next_is_available(); }

  // Hands a taken buffer back, with `len` bytes written from the start of its writable part.
  void push(std::uint16_t id, std::uint32_t len) {
    ensure(id < size_ && chains_[id] != 0, "push: a buffer that was taken");
    const std::uint16_t descriptors = std::exchange(chains_[id], std::uint16_t{0});
    --in_flight_;
    held_ -= descriptors;
    Descriptor& desc = ring_.desc[used_.index];
    put(desc.len, len);
    access_.write_barrier();  // the length before the flags
    const auto wrote = static_cast<std::uint16_t>(len != 0 ? kDescWrite : 0);
    put(desc.link, make_packed_link(used_.used_flags() | wrote, id));
    used_.advance(descriptors, size_);
    completed_ += descriptors;
  }

  // Whether what was pushed since the last call has to be announced by an interrupt.
  [[nodiscard]] bool should_interrupt() {
    if (fault_ == RingFault::kRingArea) return false;
    access_.full_barrier();  // the used descriptor must be visible before we look at what the driver asked for
    const std::uint32_t moved = std::exchange(completed_, 0U);
    // Beyond that many the event word says nothing; an interrupt too many does no harm.
    return packed_need_event(get(*ring_.driver_event), used_, moved < 0x7fff ? moved : 0x7fff, size_);
  }

  // Asks to be notified of the first buffer not yet taken: unlike on a split ring, how many are waiting cannot be seen.
  // Look for available buffers afterwards; pop() in a loop does.
  void arm_notifications() {
    if (fault_ != RingFault::kNone) return;
    if (event_idx_) event_off_wrap_ = avail_.off_wrap();
    put_event(event_idx_ ? EventFlags::kDescriptor : EventFlags::kEnable);
    access_.full_barrier();
  }

  // The same. False: one is waiting already, take it first.
  [[nodiscard]] bool enable_notifications() {
    if (fault_ != RingFault::kNone) return true;
    arm_notifications();
    return !next_is_available();
  }

  // Asks for no notifications: a hint.
  void suppress_notifications() {
    if (fault_ == RingFault::kNone) put_event(EventFlags::kDisable);
  }

  // Where the next buffer is taken, and where the next one is handed back.
  [[nodiscard]] std::uint16_t last_avail_idx() const noexcept { return avail_.index; }
  [[nodiscard]] bool last_avail_wrap() const noexcept { return avail_.wrap; }
  [[nodiscard]] std::uint16_t used_idx() const noexcept { return used_.index; }
  [[nodiscard]] bool used_wrap() const noexcept { return used_.wrap; }
  // Descriptors pushed since should_interrupt() last looked.
  [[nodiscard]] std::uint32_t completed() const noexcept { return completed_; }
  [[nodiscard]] std::uint32_t in_flight() const noexcept { return in_flight_; }  // buffers taken, not yet pushed
  [[nodiscard]] bool broken() const noexcept { return fault_ != RingFault::kNone; }
  [[nodiscard]] RingFault fault() const noexcept { return fault_; }

  // All private state that may change, number by number: two devices of equal options that show the same act alike.
  template <class Visit>
  void visit_state(Visit visit) const {
    for (const RingPosition position : {avail_, used_}) visit(position.off_wrap());
    for (const std::uint16_t chain : chains_) visit(chain);
    visit(event_off_wrap_);
    visit(completed_);
    visit(static_cast<std::uint64_t>(fault_));
  }

 private:
  struct Taken {
    std::uint16_t id;
    std::uint16_t descriptors;  // of the ring
  };

  template <class T>
  [[nodiscard]] T get(const T& word) {
    return get_word(access_, word);
  }
  template <class T>
  void put(T& word, T value) {
    put_word(access_, word, value);
  }

  // The first descriptor of the buffer there, in its table if it has one; null if none waits or it lies nowhere.
  [[nodiscard]] const Descriptor* first_of(RingPosition at) const noexcept {
    const Descriptor& head = ring_.desc[at.index];
    const std::uint16_t flags = packed_flags(little_endian(head.link));
    if (!at.is_available(flags)) return nullptr;
    if ((flags & kDescIndirect) == 0) return &head;
    return reinterpret_cast<const Descriptor*>(memory_->at(little_endian(head.addr), sizeof(Descriptor)));
  }

  void put_event(EventFlags flags) { put(*ring_.device_event, make_event(flags, event_off_wrap_)); }

  [[nodiscard]] bool fail(RingFault fault) noexcept {
    fault_ = fault;
    return false;
  }

  [[nodiscard]] bool next_is_available() {
    return avail_.is_available(packed_flags(get(ring_.desc[avail_.index].link)));
  }

  // What has been read of a chain. Every word is checked in the value that is then used, so that a driver which changes
  // it meanwhile cannot get past a check.
  struct Reader {
    Segment* segment;
    Segment* readable_end;
    std::uint64_t readable_bytes = 0;
    std::uint64_t total = 0;
  };

  [[nodiscard]] RingFault take(Reader& reader, const Descriptor& desc, std::uint16_t flags) {
    const bool readable = (flags & kDescWrite) == 0;
    if (readable && reader.readable_end != reader.segment) return RingFault::kReadableAfterWritable;
    const std::uint64_t addr = get(desc.addr);
    const std::uint32_t len = get(desc.len);
    if (!data_.contains(addr, len)) return RingFault::kSegmentAddress;
    *reader.segment++ = {addr, len};
    reader.total += len;
    if (readable) {
      reader.readable_end = reader.segment;
      reader.readable_bytes = reader.total;
    }
    return RingFault::kNone;
  }
  [[nodiscard]] static RingFault finish(Chain& chain, const Reader& reader) noexcept {
    const bool good = chain.set(reader.segment, reader.readable_end, reader.readable_bytes, reader.total);
    return good ? RingFault::kNone : RingFault::kTooManyBytes;
  }

  // A chain in the ring, whose head has `link`; its id is in its last descriptor.
  [[nodiscard]] RingFault read_ring(Chain& chain, std::uint32_t link, Taken& taken) {
    Segment* const first = chain.segments_.data();
    Reader reader{first, first};
    RingPosition at = avail_;
    for (;;) {
      const std::uint16_t flags = packed_flags(link);
      if (const RingFault fault = take(reader, ring_.desc[at.index], flags); fault != RingFault::kNone) return fault;
      if ((flags & kDescNext) == 0) break;
      if (reader.segment == first + longest_chain_) return RingFault::kChainTooLong;
      at.advance(1, size_);
      link = get(ring_.desc[at.index].link);
      if (!at.is_available(packed_flags(link))) return RingFault::kNotAvailable;
      if ((packed_flags(link) & kDescIndirect) != 0) return RingFault::kIndirectInChain;
    }
    taken = {packed_id(link), static_cast<std::uint16_t>(reader.segment - first)};
    return finish(chain, reader);
  }

  // A table that `ref` refers to: all its entries in order, of whose flags only WRITE means anything.
  [[nodiscard]] RingFault read_table(Chain& chain, const Descriptor& ref, std::uint16_t flags) {
    if (!indirect_) return RingFault::kIndirectNotNegotiated;
    if ((flags & kDescNext) != 0) return RingFault::kIndirectWithNext;
    const std::uint32_t bytes = get(ref.len);
    const IndirectTable table = resolve_table(*memory_, get(ref.addr), bytes);
    if (table.fault != RingFault::kNone) return table.fault;
    if (table.count > longest_chain_) return RingFault::kChainTooLong;
    Segment* const first = chain.segments_.data();
    Reader reader{first, first};
    for (std::uint32_t i = 0; i < table.count; ++i) {
      const Descriptor& desc = table.entries[i];
      const std::uint16_t entry_flags = packed_flags(get(desc.link));
      if ((entry_flags & kDescIndirect) != 0) return RingFault::kIndirectNested;
      if (const RingFault fault = take(reader, desc, entry_flags); fault != RingFault::kNone) return fault;
    }
    return finish(chain, reader);
  }

  [[no_unique_address]] Access access_;
  const GuestMemory* memory_;
  PackedWords ring_;
  AddressRange data_;
  std::vector<std::uint16_t> chains_;  // by id: descriptors of the buffer that is taken; 0: not taken
  std::uint16_t size_;
  std::uint16_t longest_chain_;
  bool indirect_;
  bool event_idx_;
  RingFault fault_ = RingFault::kNone;
  RingPosition avail_;
  RingPosition used_;
  std::uint16_t event_off_wrap_ = 0;  // in memory
  std::uint32_t held_ = 0;            // descriptors taken
  std::uint32_t in_flight_ = 0;
  std::uint32_t completed_ = 0;
};

using PackedDevice = BasicPackedDevice<PlainAccess>;

}  // namespace vqlab
