// The driver's descriptors: which are free, which belong to which buffer, and how a buffer is written into them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/virtqueue/indirect_tables.hpp"
#include "models/virtqueue/layout.hpp"
#include "models/virtqueue/ring_options.hpp"
#include "models/virtqueue/segment.hpp"
#include "models/virtqueue/shared_words.hpp"

namespace vqlab {

// One for each descriptor of the ring. `next` is the free list, or a direct buffer's chain; the rest means something at
// heads.
struct Buffer {
  Token token = 0;
  std::uint32_t writable = 0;  // bytes, at most 2^32 - 1
  std::uint32_t slot = IndirectTablePool::kNone;
  std::uint16_t chain = 0;       // descriptors of the ring that it holds; 0: not a head in flight
  std::uint16_t last = 0;        // the last of them
  std::uint16_t last_flags = 0;  // and what its flags are
  std::uint16_t next = 0;
};

template <class Visit>
void visit_buffer(const Buffer& buffer, Visit& visit) {
  visit(std::uint64_t{buffer.chain} << 48 | std::uint64_t{buffer.next} << 32 | buffer.slot);
  if (buffer.chain == 0) return;
  visit(std::uint64_t{buffer.last} << 48 | std::uint64_t{buffer.last_flags} << 32 | buffer.writable);
  visit(buffer.token);
}

// Where the next descriptor of a buffer goes.
struct BufferCursor {
  Descriptor* place = nullptr;  // in an indirect table; null: in the ring
  std::uint64_t writable = 0;   // bytes so far
  std::uint32_t next = 0;       // in table or ring
  std::uint16_t head = 0;       // in the ring
  std::uint16_t last = 0;       // in the ring, of a direct buffer
  std::uint16_t last_flags = 0;
};

// Private to the driver, which lends its Access to each call. Nothing here is read back from the ring.
class BufferTable {
 public:
  using Cursor = BufferCursor;

  // All descriptors free. `tables` may be null if nothing goes indirect.
  template <class Access>
  BufferTable(Access& access, Descriptor* ring, const RingOptions& options, IndirectTablePool* tables)
      : ring_(ring),
        tables_(tables),
        buffers_(options.size),
        linux36_(options.flavour == RingFlavour::kLinux36),
        num_free_(options.size) {
    const std::uint16_t size = options.size;
    for (std::uint16_t i = 0; i < size; ++i) {
      buffers_[i].next = static_cast<std::uint16_t>(i + 1U < size ? i + 1U : 0);
      put_desc(access, ring_[i], 0, 0, make_link(0, linux36_ ? buffers_[i].next : std::uint16_t{0}));
    }
  }

  [[nodiscard]] std::uint16_t num_free() const noexcept { return num_free_; }
  [[nodiscard]] std::uint16_t free_head() const noexcept { return free_head_; }
  [[nodiscard]] const Buffer& operator[](std::uint32_t head) const noexcept { return buffers_[head]; }

  // Begins a buffer of `nents` segments: takes one descriptor if there is a table in `slot`, else `nents`. So many must
  // be free.
  template <class Access>
  void open(Access& access, BufferCursor& cursor, std::uint32_t slot, std::uint32_t nents, Token token) {
    const std::uint16_t head = free_head_;
    cursor.head = head;
    cursor.writable = 0;
    Buffer& buffer = buffers_[head];
    buffer.token = token;
    buffer.slot = slot;
    if (slot != IndirectTablePool::kNone) {
      cursor.place = tables_->table(slot);
      cursor.next = 0;
      buffer.chain = 1;
      buffer.last = head;
      buffer.last_flags = kDescIndirect;
      free_head_ = buffer.next;
      --num_free_;
      put_desc(access, ring_[head], tables_->address(slot), nents * 16, make_link(kDescIndirect, buffer.next));
    } else {
      cursor.place = nullptr;
      cursor.next = head;
      buffer.chain = static_cast<std::uint16_t>(nents);
      num_free_ = static_cast<std::uint16_t>(num_free_ - nents);
    }
  }

  // Writes segments, each with a next. The loops work on locals: stores to descriptors might change a member, for all
  // the compiler knows.
  template <class Access, class List>
  [[gnu::always_inline]] void append(Access& access, BufferCursor& cursor, const List& list, std::uint16_t flags) {
    if (list.empty()) return;
    auto segment = list.begin();
    const auto end = list.end();
    std::uint64_t bytes = 0;
    if (Descriptor* desc = cursor.place; desc != nullptr) {
      std::uint32_t link = (cursor.next + 1) << 16 | flags;
      cursor.next += static_cast<std::uint32_t>(list.size());
      do {
        const std::uint32_t len = put_desc(access, *desc, *segment, link);
        bytes += len;
        link += make_link(0, 1);
        ++desc;
      } while (++segment != end);
      cursor.place = desc;
    } else {
      Descriptor* const ring = ring_;
      const Buffer* const buffers = buffers_.data();
      std::uint32_t at = cursor.next;
      std::uint32_t last = at;
      do {
        last = at;
        at = buffers[last].next;
        bytes += put_desc(access, ring[last], *segment, make_link(flags, static_cast<std::uint16_t>(at)));
      } while (++segment != end);
      cursor.next = at;
      cursor.last = static_cast<std::uint16_t>(last);
    }
    cursor.last_flags = flags;
    if ((flags & kDescWrite) != 0) cursor.writable += bytes;
  }

  // Ends the buffer: its last descriptor has no next.
  template <class Access>
  void close(Access& access, const BufferCursor& cursor) {
    const auto flags = static_cast<std::uint16_t>(cursor.last_flags & ~kDescNext);
    const auto next = static_cast<std::uint16_t>(cursor.next);
    Buffer& buffer = buffers_[cursor.head];
    buffer.writable = cursor.writable > 0xffffffff ? 0xffffffff : static_cast<std::uint32_t>(cursor.writable);
    if (cursor.place != nullptr) {
      put_word(access, cursor.place[-1].link, make_link(flags, linux36_ ? std::uint16_t{0} : next));
      return;
    }
    put_word(access, ring_[cursor.last].link, make_link(flags, next));
    buffer.last = cursor.last;
    buffer.last_flags = flags;
    free_head_ = next;
  }

  // Returns the descriptors of the buffer in flight at `head` to the free list, last in, first out.
  template <class Access>
  void release(Access& access, std::uint16_t head) {
    Buffer& buffer = buffers_[head];
    if (buffer.slot != IndirectTablePool::kNone) {
      tables_->release(buffer.slot);
      buffer.slot = IndirectTablePool::kNone;
    }
    buffers_[buffer.last].next = free_head_;
    if (linux36_) put_word(access, ring_[buffer.last].link, make_link(buffer.last_flags, free_head_));
    free_head_ = head;
    num_free_ = static_cast<std::uint16_t>(num_free_ + buffer.chain);
    buffer.chain = 0;
  }

 private:
  Descriptor* ring_;
  IndirectTablePool* tables_;
  std::vector<Buffer> buffers_;
  bool linux36_;
  std::uint16_t num_free_;
  std::uint16_t free_head_ = 0;
};

}  // namespace vqlab
