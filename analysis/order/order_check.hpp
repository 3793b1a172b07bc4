// Order, as the observer of simulations defines it: broken when the device takes command b of a unit before command a
// although queue_command(a) had returned success before queue_command(b) was called.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>

#include "analysis/order/bounds.hpp"
#include "analysis/order/digest.hpp"

namespace vqlab::order {

struct Reordering {
  std::uint32_t taken;     // the device took this command
  std::uint32_t expected;  // before this one
};

[[nodiscard]] inline std::string describe(const Reordering& reordering) {
  const std::string taken = std::to_string(reordering.taken);
  const std::string expected = std::to_string(reordering.expected);
  return "the device takes request " + taken + " before request " + expected + ", although request " + expected +
         " had been accepted when request " + taken + " was queued";
}

class OrderCheck {
 public:
  explicit OrderCheck(const OrderBounds& bounds) {
    for (std::uint32_t request = 0; request < bounds.requests; ++request)
      for (std::uint32_t other = 0; other < bounds.requests; ++other)
        if (ordered(bounds, request, other)) same_unit_[request] |= bit(other);
  }

  void called(std::uint32_t request) noexcept { first_[request] = accepted_ & ~taken_ & same_unit_[request]; }
  void accepted(std::uint32_t request) noexcept { accepted_ |= bit(request); }
  void taken(std::uint32_t request) noexcept {
    taken_ |= bit(request);
    const std::uint32_t skipped = first_[request] & ~taken_;
    if (skipped != 0 && !reordering_) reordering_ = {request, static_cast<std::uint32_t>(std::countr_zero(skipped))};
  }
  void completed(std::uint32_t request) noexcept { completed_ |= bit(request); }

  [[nodiscard]] const std::optional<Reordering>& reordering() const noexcept { return reordering_; }
  [[nodiscard]] bool is_completed(std::uint32_t request) const noexcept { return (completed_ & bit(request)) != 0; }
  [[nodiscard]] bool is_taken(std::uint32_t request) const noexcept { return (taken_ & bit(request)) != 0; }

  // All that the future depends on.
  [[nodiscard]] Digest state() const noexcept {
    Digest digest;
    digest.absorb(std::uint64_t{accepted_} << 32 | taken_);
    digest.absorb(completed_);
    for (const std::uint32_t first : first_) digest.absorb(first & ~taken_);
    return digest;
  }

 private:
  static std::uint32_t bit(std::uint32_t request) noexcept { return 1u << request; }
  static bool ordered(const OrderBounds& bounds, std::uint32_t a, std::uint32_t b) noexcept {
    if (bounds.promise == OrderPromise::kNone || bounds.target_of(a) != bounds.target_of(b)) return false;
    return bounds.promise == OrderPromise::kPerTarget || bounds.lun_of(a) == bounds.lun_of(b);
  }

  std::array<std::uint32_t, kMostRequests> same_unit_{};
  std::array<std::uint32_t, kMostRequests> first_{};  // commands that must be taken before
  std::uint32_t accepted_ = 0;
  std::uint32_t taken_ = 0;
  std::uint32_t completed_ = 0;
  std::optional<Reordering> reordering_;
};

}  // namespace vqlab::order
