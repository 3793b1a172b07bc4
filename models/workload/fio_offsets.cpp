#include "models/workload/fio_offsets.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

constexpr double kLn2 = 0.693147180559945309417;

// Precondition: x > 0. Brought to [1, 2), then 2 artanh((x - 1) / (x + 1)), of which 20 terms are exact to 1e-20.
double log_of(double x) noexcept {
  int halvings = 0;
  for (; x >= 2; x /= 2) ++halvings;
  for (; x < 1; x *= 2) --halvings;
  const double y = (x - 1) / (x + 1);
  double sum = 0;
  double power = y;
  for (int odd = 1; odd < 40; odd += 2) {
    sum += power / odd;
    power *= y * y;
  }
  return 2 * sum + halvings * kLn2;
}

// Halved until a short series is exact to 1e-17, then squared as often.
double exp_of(double x) noexcept {
  constexpr int kSquarings = 10;
  double y = x;
  for (int i = 0; i < kSquarings; ++i) y /= 2;
  double term = 1;
  double sum = 1;
  for (int n = 1; n < 14; ++n) sum += term *= y / n;
  for (int i = 0; i < kSquarings; ++i) sum *= sum;
  return sum;
}

double power_of(double base, double exponent) noexcept { return base <= 0 ? 0 : exp_of(exponent * log_of(base)); }

// The sum of i^-theta for i from 1 to n: the first terms one by one, then Euler and Maclaurin's formula, whose next
// term is below theta / 12 of the last one's difference.
double zeta(std::uint64_t n, double theta) noexcept {
  constexpr std::uint64_t kOneByOne = 1000;
  const std::uint64_t first = std::min(n, kOneByOne);
  double sum = 0;
  for (std::uint64_t i = 1; i <= first; ++i) sum += power_of(static_cast<double>(i), -theta);
  if (n <= first) return sum;
  const auto from = static_cast<double>(first);
  const auto to = static_cast<double>(n);
  const double integral = (power_of(to, 1 - theta) - power_of(from, 1 - theta)) / (1 - theta);
  return sum + integral + (power_of(to, -theta) - power_of(from, -theta)) / 2;
}

// The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
std::uint64_t scattered(std::uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
  x = (x ^ x >> 27) * 0x94d049bb133111ebu;
  return x ^ x >> 31;
}

// The sum of twelve uniform numbers less six: mean 0, variance 1.
double about_normal(std::uint32_t bits) noexcept {
  double sum = -6;
  for (std::uint64_t i = 0; i < 12; ++i)
    sum += static_cast<double>(scattered((std::uint64_t{bits} << 4) + i) >> 11) * 0x1p-53;
  return sum;
}

struct NamedShape {
  std::string_view name;
  OffsetShape shape;
  double least;
  double most;
};
constexpr NamedShape kShapes[] = {{"zipf:", OffsetShape::kZipf, 0.05, 10},
                                  {"pareto:", OffsetShape::kPareto, 0.01, 0.99},
                                  {"normal:", OffsetShape::kNormal, 0.1, 100}};

}  // namespace

std::optional<OffsetDistribution> parse_distribution(const std::string& text) {
  if (text == "random") return OffsetDistribution{};
  for (const NamedShape& one : kShapes) {
    if (text.compare(0, one.name.size(), one.name) != 0) continue;
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto [read, error] = std::from_chars(text.data() + one.name.size(), end, value, std::chars_format::fixed);
    if (error != std::errc() || read != end || value < one.least || value > one.most) return std::nullopt;
    if (one.shape == OffsetShape::kZipf && value == 1) return std::nullopt;  // as in fio: its sums have no such case
    return OffsetDistribution{one.shape, value};
  }
  return std::nullopt;
}

OffsetSampler::OffsetSampler(const OffsetDistribution& distribution, std::uint64_t blocks)
    : shape_(distribution.shape), blocks_(blocks), value_(distribution.value) {
  ensure(blocks > 0, "a disk has blocks");
  if (shape_ == OffsetShape::kZipf) {
    zeta_ = zeta(blocks, value_);
    zeta_two_ = zeta(2, value_);
    power_ = 1 / (1 - value_);
    const double ends = power_of(2 / static_cast<double>(blocks), 1 - value_);
    eta_ = (1 - ends) / (1 - zeta_two_ / zeta_);
  } else if (shape_ == OffsetShape::kPareto) {
    power_ = log_of(value_) / log_of(1 - value_);
  }
}

std::uint64_t OffsetSampler::rank(std::uint32_t bits) const noexcept {
  const auto blocks = static_cast<double>(blocks_);
  const double uniform = (bits + 0.5) * 0x1p-32;
  double rank = 0;
  switch (shape_) {
    case OffsetShape::kUniform: rank = uniform * blocks; break;
    case OffsetShape::kZipf:
      if (uniform * zeta_ < 1) return 0;
      if (blocks_ < 3 || uniform * zeta_ < zeta_two_) return std::min<std::uint64_t>(1, blocks_ - 1);
      rank = blocks * power_of(eta_ * (uniform - 1) + 1, power_);
      break;
    case OffsetShape::kPareto: rank = (blocks - 1) * power_of(uniform, power_); break;
    case OffsetShape::kNormal: {
      rank = blocks * (0.5 + about_normal(bits) * value_ / 100);
      while (rank < 0) rank += blocks;
      while (rank >= blocks) rank -= blocks;
      break;
    }
  }
  return std::min(static_cast<std::uint64_t>(rank), blocks_ - 1);
}

std::uint64_t OffsetSampler::block(std::uint32_t bits) const noexcept { return scattered(rank(bits)) % blocks_; }

}  // namespace vqlab
