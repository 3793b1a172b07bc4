// What an ablation study simulates: the points as they are, and with one thing changed in each.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "analysis/ablate/ablation.hpp"
#include "analysis/scenario/fault.hpp"
#include "analysis/scenario/section.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

// One thing changed in a point.
struct AblationChange {
  AblationVariant variant;
  std::function<void(PointSpec&)> apply;
};

// All there are: each switch of the testbed off (the mechanisms, and what guest and controller can be told to do
// without), each cost and each resource halved. Switches and costs are the rows of the tables that a machine may set,
// resources those of models/testbed/resources.hpp.
[[nodiscard]] std::vector<AblationChange> ablation_changes();

// Those that are named: by the whole path, by its last part, by the resource's name, or as "mechanisms", "costs" or
// "resources". No names: all. Unknown names are faults of `option`.
[[nodiscard]] std::vector<AblationChange> read_changes(const std::vector<std::string>& names, const std::string& option,
                                                       std::vector<Fault>& faults);

// What is simulated: place by place the point as it is, then under each change that makes a difference in it, each
// under the study's seeds; axis "variant" says which.
struct AblationPlan {
  Ablation ablation;  // without cells
  PointList points;
  std::vector<std::size_t> base;                  // by place: its first simulation
  std::vector<std::vector<std::size_t>> changed;  // by variant and place; the base's where nothing changes
};

// Points that the study's reference does not count are left out unless `all_points`. Changes that make no difference
// anywhere, too; if none is left, or if there would be too many simulations, that is a fault of `file`.
[[nodiscard]] AblationPlan plan_ablation(const Study& study, const std::vector<AblationChange>& changes,
                                         bool all_points, const std::string& file, std::vector<Fault>& faults);

}  // namespace vqlab
