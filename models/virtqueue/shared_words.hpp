// Little-endian words of the ring, read and written through an Access.
#pragma once

#include "models/base/endian.hpp"

namespace vqlab {

template <class Access, class T>
[[nodiscard]] T get_word(Access& access, const T& word) {
  return little_endian(access.load(word));
}
template <class Access, class T>
void put_word(Access& access, T& word, T value) {
  access.store(word, little_endian(value));
}

}  // namespace vqlab
