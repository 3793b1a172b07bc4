// A cost: what a step takes, as a random variable with a mean and a shape.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "models/base/rng.hpp"
#include "models/base/units.hpp"

namespace vqlab {

// Shapes of unit mean. Coefficient of variation: 0, 0.58, 0.5, 1.
enum class Shape : std::uint8_t { kConstant, kUniform, kErlang4, kExponential };

// Names of the shapes as scenarios spell them, in the order of the enum.
[[nodiscard]] const std::vector<std::string_view>& shape_names();

struct Cost {
  double mean_ns = 0;
  Shape shape = Shape::kErlang4;

  friend bool operator==(const Cost&, const Cost&) = default;
};

// Draws a cost. The quantile table has 1024 entries in 16.16 fixed point whose mean is exactly 1; it is computed with
// +, -, *, / alone, so that the same seed gives the same nanoseconds on any machine.
class CostSampler {
 public:
  CostSampler() = default;
  // `speed` divides the cost: 2.0 means a machine that does the same work in half the time. Precondition: speed > 0.
  explicit CostSampler(Cost cost, double speed = 1.0);

  [[nodiscard]] Duration sample(RandomStream& random) const noexcept { return sample_times(1, random); }

  // The cost of `count` such steps, drawn once: the shape is that of one step, scaled.
  [[nodiscard]] Duration sample_times(std::uint32_t count, RandomStream& random) const noexcept {
    return scaled(scale_ * count, random);
  }

  // A step with parts: this cost and `count` of another. Parts of one shape vary together, with one draw.
  [[nodiscard]] Duration sample_with(const CostSampler& part, std::uint32_t count,
                                     RandomStream& random) const noexcept {
    if (part.table_ == table_) return scaled(scale_ + part.scale_ * count, random);
    const Duration step = sample(random);  // drawn first, whatever the compiler
    return step + part.sample_times(count, random);
  }

 private:
  static constexpr std::uint64_t kOne = 1u << 16;
  static constexpr std::uint64_t kHalf = std::uint64_t{1} << 31;
  static constexpr int kIndexShift = 6;  // 16 random bits, 2^10 entries

  [[nodiscard]] Duration scaled(std::uint64_t scale, RandomStream& random) const noexcept {
    if (scale == 0) return Duration{0};
    const std::uint64_t quantile = table_ == nullptr ? kOne : table_[random.next16() >> kIndexShift];
    return Duration{static_cast<std::int64_t>((scale * quantile + kHalf) >> 32)};
  }

  const std::uint32_t* table_ = nullptr;  // null: constant
  std::uint64_t scale_ = 0;               // mean in ns, 16.16 fixed point
};

}  // namespace vqlab
