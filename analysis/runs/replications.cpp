#include "analysis/runs/replications.hpp"

#include <algorithm>

namespace vqlab {

std::vector<std::uint64_t> replications(std::vector<std::uint64_t> seeds, std::size_t at_least) {
  std::uint64_t next = *std::max_element(seeds.begin(), seeds.end());
  while (seeds.size() < at_least) seeds.push_back(++next);
  return seeds;
}

void add_replications(Point point, const std::vector<std::uint64_t>& seeds, PointList& points) {
  for (const std::uint64_t seed : seeds) {
    point.index = static_cast<std::uint32_t>(points.size());
    point.seed = seed;
    points.push_back(point);
  }
}

std::vector<double> values_by_point(const PointRows& rows, std::size_t points, std::string_view quantity) {
  std::vector<double> values(points, kNoValue);
  for (const PointRow& row : rows)
    if (const Quantity* const one = row.result.find(quantity)) values.at(row.point) = one->value;
  return values;
}

}  // namespace vqlab
