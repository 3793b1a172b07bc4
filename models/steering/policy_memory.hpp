// The memory that a policy keeps its state in, and the clock: what several vCPUs touch at the same time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

#include "models/base/units.hpp"

namespace vqlab {

inline constexpr std::size_t kCacheLineBytes = 64;

// A word that shares its cache line with no other.
struct LineWord {
  std::uint32_t value;
  std::uint32_t rest_of_line[kCacheLineBytes / sizeof(std::uint32_t) - 1];
};

// Words that vCPUs share, as they see them: sequentially consistent. The simulator's are plain, since a pick takes no
// time there; the explorer of interleavings lets others go first at each call.
class PolicyMemory {
 public:
  virtual ~PolicyMemory() = default;
  [[nodiscard]] virtual std::uint32_t load(const std::uint32_t& word) = 0;
  virtual void store(std::uint32_t& word, std::uint32_t value) = 0;
  // Atomic; returns the new value.
  virtual std::uint32_t add(std::uint32_t& word, std::uint32_t delta) = 0;
  // Spins until no bit of `mask` is set in the word; returns it.
  virtual std::uint32_t await_clear(const std::uint32_t& word, std::uint32_t mask) = 0;
  [[nodiscard]] virtual Instant now() = 0;
};

// Words behind an Access (models/base/access.hpp); whoever derives has the clock.
template <class Access>
class AccessedMemory : public PolicyMemory {
 public:
  std::uint32_t load(const std::uint32_t& word) final { return access_.load(word); }
  void store(std::uint32_t& word, std::uint32_t value) final { access_.store(word, value); }
  std::uint32_t add(std::uint32_t& word, std::uint32_t delta) final { return access_.add(word, delta); }
  std::uint32_t await_clear(const std::uint32_t& word, std::uint32_t mask) final {
    return access_.await_clear(word, mask);
  }

 private:
  [[no_unique_address]] Access access_;
};

// Where all words of one policy lie: whoever looks at a policy's state from outside finds it here.
class PolicyWords {
 public:
  struct Region {
    const std::byte* begin;
    std::size_t bytes;
  };

  // `count` zeroed Ts, which live as long as the policy. T: std::uint32_t, or an aggregate of nothing else.
  template <class T>
  [[nodiscard]] std::span<T> make(std::size_t count) {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) % 4 == 0 && alignof(T) == 4);
    const auto words = std::make_shared<std::vector<T>>(count);
    regions_.push_back({reinterpret_cast<const std::byte*>(words->data()), count * sizeof(T)});
    owners_.push_back(words);
    return *words;
  }

  [[nodiscard]] const std::vector<Region>& regions() const noexcept { return regions_; }

 private:
  std::vector<Region> regions_;
  std::vector<std::shared_ptr<void>> owners_;
};

}  // namespace vqlab
