#include "analysis/uncertainty/latin_hypercube.hpp"

#include <numeric>
#include <utility>

#include "models/base/ensure.hpp"
#include "models/base/rng.hpp"

namespace vqlab {

std::vector<std::vector<double>> latin_hypercube(std::size_t count, const std::vector<std::string>& names,
                                                 std::uint64_t seed) {
  ensure(count > 0, "a sample has a point");
  std::vector<std::vector<double>> points(count, std::vector<double>(names.size()));
  std::vector<std::uint32_t> part(count);
  for (std::size_t k = 0; k < names.size(); ++k) {
    RandomStream random(seed, "uncertainty/" + names[k]);
    std::iota(part.begin(), part.end(), 0u);
    for (std::size_t i = count; i > 1; --i)
      std::swap(part[i - 1], part[below(static_cast<std::uint32_t>(i), random.next32())]);
    for (std::size_t i = 0; i < count; ++i) {
      constexpr double kOf = 4294967296.0;  // 2^32; the middle of a step is never 0 or 1
      const double inside = (static_cast<double>(random.next32()) + 0.5) / kOf;
      points[i][k] = (static_cast<double>(part[i]) + inside) / static_cast<double>(count);
    }
  }
  return points;
}

}  // namespace vqlab
