// The memory that a policy keeps its state in, the clock and the random stream: what several vCPUs touch at the same
// time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

#include "models/base/ids.hpp"
#include "models/base/rng.hpp"
#include "models/base/units.hpp"

namespace vqlab {

inline constexpr std::size_t kCacheLineBytes = 64;

// A word of a policy's state, zero at first. Nobody gets at it but through a PolicyMemory, so whoever explores
// interleavings sees every access.
class PolicyWord {
 public:
  PolicyWord() = default;
  PolicyWord(const PolicyWord&) = delete;
  PolicyWord& operator=(const PolicyWord&) = delete;

 private:
  friend class PolicyMemory;
  std::uint32_t value_ = 0;
};

// A word that shares its cache line with no other.
struct LineWord {
  PolicyWord value;
  PolicyWord rest_of_line[kCacheLineBytes / sizeof(PolicyWord) - 1];
};

// Words that vCPUs share, as they see them: sequentially consistent. The simulator's are plain, since a pick takes no
// time there; the explorer of interleavings lets others go first at each call.
class PolicyMemory {
 public:
  virtual ~PolicyMemory() = default;
  [[nodiscard]] virtual std::uint32_t load(const PolicyWord& word) = 0;
  virtual void store(PolicyWord& word, std::uint32_t value) = 0;
  // Atomic; returns the new value.
  virtual std::uint32_t add(PolicyWord& word, std::uint32_t delta) = 0;
  // Spins until no bit of `mask` is set in the word; returns it. What another call sets, that call clears.
  virtual std::uint32_t await_clear(const PolicyWord& word, std::uint32_t mask) = 0;
  [[nodiscard]] virtual Instant now() = 0;
  // 32 uniform bits: the next of the policy's random stream for this vCPU, which depend on no other vCPU's draws.
  [[nodiscard]] virtual std::uint32_t draw(VcpuId vcpu) = 0;

 protected:
  // For those who implement it.
  [[nodiscard]] static std::uint32_t& raw(PolicyWord& word) noexcept { return word.value_; }
  [[nodiscard]] static const std::uint32_t& raw(const PolicyWord& word) noexcept { return word.value_; }
};

// Where all words of one policy lie: whoever looks at a policy's state from outside finds it here.
class PolicyWords {
 public:
  struct Region {
    std::byte* begin;
    std::size_t bytes;
  };

  // `count` zeroed Ts, which live as long as the policy. T: PolicyWord, or an aggregate of nothing else.
  template <class T>
  [[nodiscard]] std::span<T> make(std::size_t count) {
    static_assert(std::is_standard_layout_v<T> && std::is_trivially_destructible_v<T> && sizeof(T) % 4 == 0 &&
                      alignof(T) == 4 && !std::is_copy_constructible_v<T>,
                  "a policy's words are PolicyWords");
    const auto words = std::make_shared<std::vector<T>>(count);
    regions_.push_back({reinterpret_cast<std::byte*>(words->data()), count * sizeof(T)});
    owners_.push_back(words);
    return *words;
  }

  [[nodiscard]] const std::vector<Region>& regions() const noexcept { return regions_; }

  [[nodiscard]] bool contains(const PolicyWord& word) const noexcept {
    const auto* const at = reinterpret_cast<const std::byte*>(&word);
    return std::any_of(regions_.begin(), regions_.end(),
                       [at](const Region& region) { return at >= region.begin && at < region.begin + region.bytes; });
  }

 private:
  std::vector<Region> regions_;
  std::vector<std::shared_ptr<void>> owners_;
};

// Words behind an Access (models/base/access.hpp); whoever derives has the clock.
template <class Access>
class AccessedMemory : public PolicyMemory {
 public:
  // `random`: the policy's own. How much of it each vCPU has drawn is kept in `words`, as all that changes.
  AccessedMemory(const RandomStream& random, std::uint32_t vcpus, PolicyWords& words)
      : drawn_(words.make<LineWord>(vcpus)), streams_(vcpus, Stream{random}) {}

  std::uint32_t load(const PolicyWord& word) override { return access_.load(raw(word)); }
  void store(PolicyWord& word, std::uint32_t value) override { access_.store(raw(word), value); }
  std::uint32_t add(PolicyWord& word, std::uint32_t delta) override { return access_.add(raw(word), delta); }
  std::uint32_t await_clear(const PolicyWord& word, std::uint32_t mask) override {
    return access_.await_clear(raw(word), mask);
  }
  std::uint32_t draw(VcpuId vcpu) override {
    const std::uint32_t drawn = access_.add(raw(drawn_[vcpu.index()].value), 1u) - 1;
    return streams_[vcpu.index()].random.at(std::uint64_t{vcpu.value} << 32 | drawn);
  }

 private:
  struct alignas(kCacheLineBytes) Stream {
    RandomStream random;  // it remembers its last block, and nothing else changes in it
  };

  [[no_unique_address]] Access access_;
  std::span<LineWord> drawn_;    // by vCPU
  std::vector<Stream> streams_;  // by vCPU
};

}  // namespace vqlab
