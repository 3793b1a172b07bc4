// The driver's ids on a packed ring: which are free, which belong to which buffer, and how a buffer is written into the
// ring.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/virtqueue/buffer_table.hpp"
#include "models/virtqueue/indirect_tables.hpp"
#include "models/virtqueue/packed_layout.hpp"
#include "models/virtqueue/ring_options.hpp"
#include "models/virtqueue/segment.hpp"
#include "models/virtqueue/shared_words.hpp"

namespace vqlab {

// Where the next descriptor of a buffer goes.
struct PackedCursor {
  Descriptor* table = nullptr;  // the ring's own or an indirect one
  std::uint64_t writable = 0;   // bytes so far
  std::uint32_t link = 0;       // what every descriptor has at `next`
  std::uint32_t last_link = 0;
  std::uint32_t head_link = 0;  // kept back until the buffer is published: it makes the whole chain available
  std::uint16_t id = 0;
  std::uint16_t head = 0;   // in the ring
  std::uint16_t chain = 0;  // descriptors of the ring
  std::uint16_t next = 0;   // in the table
  std::uint16_t last = 0;   // in the table
  bool indirect = false;
};

// Private to the driver, which lends its Access to each call. Nothing here is read back from the ring. A buffer holds
// as many ids as descriptors, as Linux has it, and goes by the first of them.
class PackedBufferTable {
 public:
  using Cursor = PackedCursor;

  // All ids free. `tables` may be null if nothing goes indirect.
  template <class Access>
  PackedBufferTable(Access& access, Descriptor* ring, const RingOptions& options, IndirectTablePool* tables)
      : ring_(ring), tables_(tables), buffers_(options.size), size_(options.size), num_free_(options.size) {
    for (std::uint16_t i = 0; i < size_; ++i) {
      buffers_[i].next = static_cast<std::uint16_t>(i + 1U < size_ ? i + 1U : 0);
      put_desc(access, ring_[i], 0, 0, 0);
    }
  }

  [[nodiscard]] std::uint16_t num_free() const noexcept { return num_free_; }
  [[nodiscard]] std::uint16_t free_head() const noexcept { return free_head_; }
  [[nodiscard]] RingPosition next_avail() const noexcept { return next_avail_; }
  [[nodiscard]] const Buffer& operator[](std::uint32_t id) const noexcept { return buffers_[id]; }

  // Begins a buffer of `nents` segments: takes one descriptor if there is a table in `slot`, else `nents`. So many must
  // be free.
  template <class Access>
  void open(Access& access, PackedCursor& cursor, std::uint32_t slot, std::uint32_t nents, Token token) {
    const std::uint16_t id = free_head_;
    const std::uint16_t available = next_avail_.available_flags();
    cursor.id = id;
    cursor.head = next_avail_.index;
    cursor.writable = 0;
    Buffer& buffer = buffers_[id];
    buffer.token = token;
    buffer.slot = slot;
    if (slot != IndirectTablePool::kNone) {
      cursor.indirect = true;
      cursor.table = tables_->table(slot);
      cursor.next = 0;
      cursor.link = 0;
      cursor.chain = 1;
      cursor.head_link = make_packed_link(static_cast<std::uint16_t>(available | kDescIndirect), id);
      put_word(access, ring_[cursor.head].addr, tables_->address(slot));
      put_word(access, ring_[cursor.head].len, nents * 16);
    } else {
      cursor.indirect = false;
      cursor.table = ring_;
      cursor.next = cursor.head;
      cursor.link = make_packed_link(available, id);
      cursor.chain = static_cast<std::uint16_t>(nents);
    }
    std::uint16_t last = id;
    for (std::uint16_t i = 1; i < cursor.chain; ++i) last = buffers_[last].next;
    buffer.chain = cursor.chain;
    buffer.last = last;
    free_head_ = buffers_[last].next;
    num_free_ = static_cast<std::uint16_t>(num_free_ - cursor.chain);
  }

  // Writes segments; in the ring each has NEXT.
  template <class Access, class List>
  void append(Access& access, PackedCursor& cursor, const List& list, std::uint16_t flags) {
    if (list.empty()) return;
    std::uint64_t bytes = 0;
    if (cursor.indirect) {
      const std::uint32_t link = make_packed_link(flags & kDescWrite, 0);  // no other flag means anything in a table
      Descriptor* desc = cursor.table + cursor.next;
      for (const Segment segment : list) bytes += put_desc(access, *desc++, segment, link);
      cursor.next = static_cast<std::uint16_t>(cursor.next + list.size());
    } else {
      bytes = append_direct(access, cursor, list, flags);
    }
    if ((flags & kDescWrite) != 0) cursor.writable += bytes;
  }

  // Ends the buffer: its last descriptor has no NEXT.
  template <class Access>
  void close(Access& access, PackedCursor& cursor) {
    buffers_[cursor.id].writable =
        cursor.writable > 0xffffffff ? 0xffffffff : static_cast<std::uint32_t>(cursor.writable);
    if (cursor.indirect) return;
    const std::uint32_t link = cursor.last_link & ~make_packed_link(kDescNext, 0);
    if (cursor.last == cursor.head)
      cursor.head_link = link;
    else
      put_word(access, cursor.table[cursor.last].link, link);
  }

  // Makes the buffer available.
  template <class Access>
  void publish(Access& access, const PackedCursor& cursor) {
    access.write_barrier();  // the whole chain before its head
    put_word(access, ring_[cursor.head].link, cursor.head_link);
    next_avail_.advance(cursor.chain, size_);
  }

  // Returns the ids of the buffer in flight with `id` to the free list, last in, first out.
  void release(std::uint16_t id) {
    Buffer& buffer = buffers_[id];
    if (buffer.slot != IndirectTablePool::kNone) {
      tables_->release(buffer.slot);
      buffer.slot = IndirectTablePool::kNone;
    }
    buffers_[buffer.last].next = free_head_;
    free_head_ = id;
    num_free_ = static_cast<std::uint16_t>(num_free_ + buffer.chain);
    buffer.chain = 0;
  }

 private:
  // Works on locals: stores to descriptors might change a member, for all the compiler knows. Returns the bytes.
  template <class Access, class List>
  std::uint64_t append_direct(Access& access, PackedCursor& cursor, const List& list, std::uint16_t flags) {
    Descriptor* const ring = ring_;
    const std::uint32_t size = size_;
    const std::uint32_t head = cursor.head;
    std::uint32_t at = cursor.next;
    std::uint32_t last = at;
    std::uint32_t link = cursor.link;
    std::uint32_t last_link = link;
    std::uint64_t bytes = 0;
    for (const Segment& segment : list) {
      last = at;
      last_link = link | make_packed_link(flags, 0);
      if (at == head) {
        cursor.head_link = last_link;
        put_word(access, ring[at].addr, segment.addr);
        put_word(access, ring[at].len, segment.len);
        bytes += segment.len;
      } else {
        bytes += put_desc(access, ring[at], segment, last_link);
      }
      if (++at == size) {
        at = 0;
        link ^= make_packed_link(kPackedAvail | kPackedUsed, 0);
      }
    }
    cursor.next = static_cast<std::uint16_t>(at);
    cursor.last = static_cast<std::uint16_t>(last);
    cursor.link = link;
    cursor.last_link = last_link;
    return bytes;
  }

  Descriptor* ring_;
  IndirectTablePool* tables_;
  std::vector<Buffer> buffers_;
  std::uint16_t size_;
  std::uint16_t num_free_;
  std::uint16_t free_head_ = 0;
  RingPosition next_avail_;
};

}  // namespace vqlab
