// Little-endian words and descriptors of a ring, read and written through an Access.
#pragma once

#include <cstdint>

#include "models/base/endian.hpp"
#include "models/virtqueue/layout.hpp"
#include "models/virtqueue/segment.hpp"

namespace vqlab {

template <class Access, class T>
[[nodiscard]] T get_word(Access& access, const T& word) {
  return little_endian(access.load(word));
}
template <class Access, class T>
void put_word(Access& access, T& word, T value) {
  access.store(word, little_endian(value));
}

template <class Access>
void put_desc(Access& access, Descriptor& desc, std::uint64_t addr, std::uint32_t len, std::uint32_t link) {
  put_word(access, desc.addr, addr);
  put_word(access, desc.len, len);
  put_word(access, desc.link, link);
}
// Returns the length. The link goes first: behind the length, g++ 12 would pack the two in a vector register, which
// takes more instructions than it saves.
template <class Access>
std::uint32_t put_desc(Access& access, Descriptor& desc, const Segment& segment, std::uint32_t link) {
  put_word(access, desc.link, link);
  put_word(access, desc.addr, segment.addr);
  const std::uint32_t len = segment.len;
  put_word(access, desc.len, len);
  return len;
}

}  // namespace vqlab
