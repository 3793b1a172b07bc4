#include "sim/experiment/explain_point.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "models/base/resource_id.hpp"
#include "sim/engine/causal_order.hpp"
#include "sim/metrics/interval.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kParts = 20;  // of the path, for its interval
constexpr std::size_t kWarmUp = 2;  // of them, left out

using Parts = std::array<std::array<double, kParts>, kResourceIds>;

// Time spent on each resource in each part of [from, to].
Parts cut(const sim::CausalOrder& order, Instant from, Instant to) {
  Parts parts{};
  const double part = static_cast<double>((to - from).count()) / kParts;
  order.walk_back([&](Instant begin, Instant end, ResourceId resource) {
    auto at = static_cast<double>((begin - from).count());
    const auto until = static_cast<double>((end - from).count());
    for (auto i = static_cast<std::size_t>(at > 0 ? at / part : 0); at < until && i < kParts; ++i) {
      const double here = std::min(until, part * static_cast<double>(i + 1)) - at;
      if (here > 0) parts[static_cast<std::size_t>(resource)][i] += here / part;
      at += here;
    }
  });
  return parts;
}

}  // namespace

PointResult explain_point(const Testbed& testbed, const Precision& precision, std::uint64_t seed) {
  sim::CausalOrder order;
  PointResult result = run_point_in_order(testbed, precision, seed, &order);
  Instant first = Instant::max();
  Instant last{};
  order.walk_back([&](Instant begin, Instant end, ResourceId) {
    first = std::min(first, begin);
    last = std::max(last, end);
  });
  if (first >= last) return result;
  const Parts parts = cut(order, first, last);
  for (std::size_t i = 0; i < kResourceIds; ++i) {
    const std::vector<double> shares(parts[i].begin() + kWarmUp, parts[i].end());
    double sum = 0;
    for (const double share : shares) sum += share;
    result.path.push_back({std::string(name_of(static_cast<ResourceId>(i))), sum / static_cast<double>(shares.size()),
                           half_width_of_mean(shares)});
  }
  return result;
}

}  // namespace vqlab
