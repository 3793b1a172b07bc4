#include "analysis/compare/test_family.hpp"

#include <cmath>
#include <map>
#include <tuple>

#include "analysis/runs/paired.hpp"

namespace vqlab {

TestFamily family_of(const std::vector<const ComparisonCell*>& cells) {
  TestFamily family;
  std::map<std::tuple<double, double, double>, std::size_t> first;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Estimate& difference = cells[i]->difference_percent;
    const bool tested = !std::isnan(cells[i]->p);
    const std::size_t same =
        tested ? first.try_emplace({cells[i]->p, difference.value, difference.half_width}, i).first->second : i;
    family.p.push_back(same == i ? cells[i]->p : kNoValue);
    family.same_as.push_back(same);
  }
  return family;
}

std::vector<double> adjusted(const TestFamily& family) {
  const std::vector<double> of_kinds = holm(family.p);
  std::vector<double> all;
  for (const std::size_t same : family.same_as) all.push_back(of_kinds[same]);
  return all;
}

}  // namespace vqlab
