// How a policy touches words that several vCPUs share.
#pragma once

#include <cstdint>
#include <utility>

namespace vqlab {

// Memory as the vCPUs see it: sequentially consistent. The simulator's is plain, since a pick takes no time there; the
// explorer of interleavings lets others go first at each call.
class PolicyMemory {
 public:
  virtual ~PolicyMemory() = default;
  [[nodiscard]] virtual std::uint32_t load(const std::uint32_t& word) = 0;
  virtual void store(std::uint32_t& word, std::uint32_t value) = 0;
  // Atomic; returns the new value.
  virtual std::uint32_t add(std::uint32_t& word, std::uint32_t delta) = 0;
  // Spins until no bit of `mask` is set in the word; returns it.
  virtual std::uint32_t await_clear(const std::uint32_t& word, std::uint32_t mask) = 0;
};

// That of an Access (models/base/access.hpp).
template <class Access>
class AccessMemory final : public PolicyMemory {
 public:
  explicit AccessMemory(Access access = Access{}) : access_(std::move(access)) {}
  std::uint32_t load(const std::uint32_t& word) override { return access_.load(word); }
  void store(std::uint32_t& word, std::uint32_t value) override { access_.store(word, value); }
  std::uint32_t add(std::uint32_t& word, std::uint32_t delta) override { return access_.add(word, delta); }
  std::uint32_t await_clear(const std::uint32_t& word, std::uint32_t mask) override {
    return access_.await_clear(word, mask);
  }

 private:
  [[no_unique_address]] Access access_;
};

}  // namespace vqlab
