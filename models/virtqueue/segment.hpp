// A piece of a buffer: guest-physical, contiguous.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vqlab {

struct Segment {
  std::uint64_t addr = 0;  // guest-physical
  std::uint32_t len = 0;   // bytes

  friend bool operator==(const Segment&, const Segment&) = default;
};

// Segments that lie equally far apart, all but the last of one length: a list that is made while it is read.
struct SegmentRun {
  std::uint64_t addr = 0;  // of the first
  std::uint64_t stride = 0;
  std::uint32_t count = 0;
  std::uint32_t len = 0;
  std::uint32_t last_len = 0;

  class Iterator {
   public:
    Iterator(const SegmentRun& run, std::uint32_t left) noexcept
        : addr_(run.addr), stride_(run.stride), left_(left), len_(run.len), last_len_(run.last_len) {}
    [[nodiscard]] Segment operator*() const noexcept { return {addr_, left_ == 1 ? last_len_ : len_}; }
    Iterator& operator++() noexcept {
      addr_ += stride_;
      --left_;
      return *this;
    }
    [[nodiscard]] bool operator==(const Iterator& other) const noexcept { return left_ == other.left_; }

   private:
    std::uint64_t addr_;
    std::uint64_t stride_;
    std::uint32_t left_;
    std::uint32_t len_;
    std::uint32_t last_len_;
  };

  [[nodiscard]] std::size_t size() const noexcept { return count; }
  [[nodiscard]] bool empty() const noexcept { return count == 0; }
  [[nodiscard]] Iterator begin() const noexcept { return {*this, count}; }
  [[nodiscard]] Iterator end() const noexcept { return {*this, 0}; }
};

// Who reads the segment: the device reads kOut and writes kIn.
enum class Direction : std::uint8_t { kOut, kIn };

}  // namespace vqlab
