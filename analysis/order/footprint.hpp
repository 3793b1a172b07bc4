// What a transition touches.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "analysis/order/digest.hpp"
#include "models/base/ensure.hpp"

namespace vqlab::order {

// What several processes share and wait for or race on: a lock, a doorbell, an interrupt line, a vCPU, a word.
using ObjectId = std::uint32_t;
inline constexpr ObjectId kMostObjects = 192;

class ObjectSet {
 public:
  void insert(ObjectId object) noexcept { words_[object / 64] |= std::uint64_t{1} << object % 64; }
  [[nodiscard]] bool meets(const ObjectSet& other) const noexcept {
    std::uint64_t met = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) met |= words_[i] & other.words_[i];
    return met != 0;
  }
  void add_to(Digest& digest) const noexcept {
    for (const std::uint64_t word : words_) digest.absorb(word);
  }

 private:
  std::array<std::uint64_t, kMostObjects / 64> words_{};
};

struct Footprint {
  ObjectSet reads;
  ObjectSet writes;

  void touch(ObjectId object, bool write) {
    ensure(object < kMostObjects, "bounds keep the number of shared objects small");
    (write ? writes : reads).insert(object);
  }
  // Two transitions that do not conflict give the same state in either order, and neither wakes or stops the other.
  [[nodiscard]] bool conflicts(const Footprint& other) const noexcept {
    return writes.meets(other.writes) || writes.meets(other.reads) || reads.meets(other.writes);
  }
  [[nodiscard]] Digest digest() const noexcept {
    Digest digest;
    reads.add_to(digest);
    writes.add_to(digest);
    return digest;
  }
};

}  // namespace vqlab::order
