// Where on its disk a random I/O goes: fio's random_distribution.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace vqlab {

enum class OffsetShape : std::uint8_t { kUniform, kZipf, kPareto, kNormal };

struct OffsetDistribution {
  OffsetShape shape = OffsetShape::kUniform;
  double value = 0;  // theta; h; the standard deviation in percent of the disk

  friend bool operator==(const OffsetDistribution&, const OffsetDistribution&) = default;
};

// "random", "zipf:1.1", "pareto:0.2" or "normal:20". Nothing if it is no such text, or the value is out of range: theta
// from 0.05 to 10 and not 1, h from 0.01 to 0.99, a deviation from 0.1 to 100 percent.
[[nodiscard]] std::optional<OffsetDistribution> parse_distribution(const std::string& text);

// Draws blocks of a disk. Which blocks are the likely ones is hashed, as in fio: they lie anywhere. Logarithm and power
// are made of +, -, * and / alone, so that the same bits give the same block on any machine.
class OffsetSampler {
 public:
  // Precondition: blocks > 0.
  OffsetSampler(const OffsetDistribution& distribution, std::uint64_t blocks);

  // A block, from 32 uniform bits. Precondition: the shape is not uniform.
  [[nodiscard]] std::uint64_t block(std::uint32_t bits) const noexcept;

  // The same before it is hashed: 0 is the likeliest one, but for a normal distribution the middle.
  [[nodiscard]] std::uint64_t rank(std::uint32_t bits) const noexcept;

 private:
  OffsetShape shape_;
  std::uint64_t blocks_;
  double value_;
  // Of Zipf's distribution, as Gray et al. draw it (SIGMOD 1994): the sum over all ranks of rank^-theta, that over the
  // first two, and two numbers that follow from them. Of Pareto's its power.
  double zeta_ = 0;
  double zeta_two_ = 0;
  double eta_ = 0;
  double power_ = 0;
};

}  // namespace vqlab
