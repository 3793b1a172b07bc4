#include "models/base/cost.hpp"

#include <array>

#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kEntries = 1024;
using QuantileTable = std::array<std::uint32_t, kEntries>;

// e^-x for 0 <= x <= 64 without libm, whose last bits depend on the processor: a short series on x / 4096, squared
// twelve times.
double exp_of_minus(double x) {
  const double y = x / 4096.0;
  double power = 1.0 - y + y * y / 2.0 - y * y * y / 6.0 + y * y * y * y / 24.0;
  for (int i = 0; i < 12; ++i) power *= power;
  return power;
}

double exponential_cdf(double x) { return 1.0 - exp_of_minus(x); }

// Sum of four exponentials, each of mean 1/4.
double erlang4_cdf(double x) {
  const double y = 4.0 * x;
  return 1.0 - exp_of_minus(y) * (1.0 + y + y * y / 2.0 + y * y * y / 6.0);
}

double uniform_cdf(double x) { return x / 2.0; }

std::uint32_t entry_of(double quantile) { return static_cast<std::uint32_t>(quantile * 65536.0 + 0.5); }

// Quantiles at the middle of each band; the last band takes what is missing to a mean of exactly one.
QuantileTable make_table(double (*cdf)(double), double highest) {
  QuantileTable table{};
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i + 1 < kEntries; ++i) {
    const double probability = (static_cast<double>(i) + 0.5) / static_cast<double>(kEntries);
    double low = 0.0;
    double high = highest;
    for (int step = 0; step < 60 && entry_of(low) != entry_of(high); ++step) {
      const double middle = (low + high) / 2.0;
      (cdf(middle) < probability ? low : high) = middle;
    }
    table[i] = entry_of(low);
    sum += table[i];
  }
  table[kEntries - 1] = static_cast<std::uint32_t>(kEntries * 65536u - sum);
  return table;
}

const std::uint32_t* table_of(Shape shape) {
  static const QuantileTable constant = [] {
    QuantileTable table{};
    table.fill(1u << 16);
    return table;
  }();
  static const QuantileTable uniform = make_table(uniform_cdf, 2.0);
  static const QuantileTable erlang4 = make_table(erlang4_cdf, 16.0);
  static const QuantileTable exponential = make_table(exponential_cdf, 64.0);
  switch (shape) {
    case Shape::kConstant: return constant.data();
    case Shape::kUniform: return uniform.data();
    case Shape::kErlang4: return erlang4.data();
    case Shape::kExponential: return exponential.data();
  }
  return nullptr;
}

}  // namespace

const std::vector<std::string_view>& shape_names() {
  static const std::vector<std::string_view> names{"constant", "uniform", "erlang4", "exponential"};
  return names;
}

void make_cost_tables() { (void)table_of(Shape::kConstant); }

CostSampler::CostSampler(Cost cost, double speed) : table_(table_of(cost.shape)) {
  ensure(speed > 0.0 && cost.mean_ns >= 0.0, "a cost needs a positive speed and no negative mean");
  scale_ = static_cast<std::uint64_t>(cost.mean_ns / speed * 65536.0 + 0.5);
}

}  // namespace vqlab
