// How far policies are from what could be: from the best that was reached at a place, by whoever knows everything if he
// was asked, and from what no policy can exceed.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "analysis/compare/judge_comparison.hpp"
#include "analysis/runs/point_runs.hpp"

namespace vqlab {

// What a policy reached at each place, in MiB/s; unknown where it has no value.
struct Reached {
  std::string policy;
  bool clairvoyant = false;
  std::vector<double> bandwidths;
};

struct Headroom {
  std::vector<Place> places;
  std::vector<double> bounds;    // MiB/s; unknown where targets run different jobs
  std::vector<Reached> reached;  // the policies of the comparison, then those that know everything

  // The best of them all at the place; null if nothing is known.
  [[nodiscard]] const Reached* best_at(std::size_t place) const;
};

// Of a comparison by its cells; `clairvoyant`: that of the policies that know everything, at the same places; null:
// they were not asked.
[[nodiscard]] Headroom headroom_of(const ComparisonPlan& plan, const Comparison& comparison,
                                   const Comparison* clairvoyant);

// The policies that know everything, at the points of the study: the plan of a comparison of their own.
[[nodiscard]] ComparisonPlan plan_clairvoyant(const Study& study, const std::string& file, std::vector<Fault>& faults);

// headroom.csv: one row for each place and policy, the bound among them; 6 digits, unknown blank.
[[nodiscard]] std::string headroom_csv(const Headroom& headroom);

// For a terminal: each policy over all places, the best first.
[[nodiscard]] std::string headroom_table(const Headroom& headroom);

}  // namespace vqlab
