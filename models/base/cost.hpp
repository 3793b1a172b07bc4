// A cost: what a step takes, as a random variable with a mean and a shape.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
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

// Variance over the squared mean.
[[nodiscard]] constexpr double squared_variation(Shape shape) noexcept {
  constexpr std::array<double, 4> kSquares{0.0, 1.0 / 3.0, 1.0 / 4.0, 1.0};
  return kSquares[static_cast<std::size_t>(shape)];
}

struct Cost {
  double mean_ns = 0;
  Shape shape = Shape::kErlang4;

  friend bool operator==(const Cost&, const Cost&) = default;
};

[[nodiscard]] constexpr Cost operator*(Cost cost, double factor) noexcept {
  return {cost.mean_ns * factor, cost.shape};
}

// Share of `working_set` things, used at random, that a cache of `cached` of them does not hold.
[[nodiscard]] constexpr double cold_share(double working_set, double cached) noexcept {
  return working_set > cached ? 1.0 - cached / working_set : 0.0;
}

// Share of the latency of the deepest C-state that a CPU pays after so much idle time: the longer it was idle, the
// deeper it sleeps. Precondition: one of both is above 0.
[[nodiscard]] constexpr double cstate_share(double idle, double ramp) noexcept { return idle / (idle + ramp); }

// By how much longer a hardware thread works if its sibling works with probability `shared`, and both then have this
// speed.
[[nodiscard]] constexpr double sibling_stretch(double shared, double sibling_speed) noexcept {
  return 1.0 - shared + shared / sibling_speed;
}

// Makes the tables that all samplers of the process read, if nobody has. A process that forks others to simulate calls
// it before: each of them would spend 7 million instructions on its own.
void make_cost_tables();

class CostSampler;

// `count` steps of a cost, as a part of something longer. Lives as long as the sampler.
struct CostPart {
  const CostSampler& cost;
  std::uint32_t count;
};

// Draws a cost. The quantile table has 1024 entries in 16.16 fixed point whose mean is exactly 1; it is computed with
// +, -, *, / alone, so that the same seed gives the same nanoseconds on any machine.
class CostSampler {
 public:
  CostSampler() : CostSampler(Cost{0, Shape::kConstant}) {}
  // `speed` divides the cost: 2.0 means a machine that does the same work in half the time. Precondition: speed > 0.
  explicit CostSampler(Cost cost, double speed = 1.0);

  [[nodiscard]] Duration sample(RandomStream& random) const noexcept { return sample_times(1, random); }

  // The cost of `count` such steps, drawn once: the shape is that of one step, scaled.
  [[nodiscard]] Duration sample_times(std::uint32_t count, RandomStream& random) const noexcept {
    return scaled(scale_ * count, random);
  }

  // A step with parts. If all are of one shape they vary together, with one draw; else each is drawn, in this order.
  template <std::same_as<CostPart>... Parts>
  [[nodiscard, gnu::always_inline]] Duration sample_with(RandomStream& random, const Parts&... parts) const noexcept;

 private:
  static constexpr std::uint64_t kHalf = std::uint64_t{1} << 31;
  static constexpr int kIndexShift = 6;  // 16 random bits, 2^10 entries

  [[nodiscard, gnu::always_inline]] Duration scaled(std::uint64_t scale, RandomStream& random) const noexcept {
    // Constants and nothing at all draw, too: what is drawn after them stays the same if a cost is switched off.
    const std::uint64_t quantile = table_[random.next16() >> kIndexShift];
    return Duration{static_cast<std::int64_t>((scale * quantile + kHalf) >> 32)};
  }

  const std::uint32_t* table_;
  std::uint64_t scale_;  // mean in ns, 16.16 fixed point
};

// In line: the parts then need not lie in memory.
template <std::same_as<CostPart>... Parts>
inline Duration CostSampler::sample_with(RandomStream& random, const Parts&... parts) const noexcept {
  if (((parts.cost.table_ == table_) && ...)) return scaled((scale_ + ... + (parts.cost.scale_ * parts.count)), random);
  Duration total = sample(random);
  ((total += parts.cost.sample_times(parts.count, random)), ...);
  return total;
}

}  // namespace vqlab
