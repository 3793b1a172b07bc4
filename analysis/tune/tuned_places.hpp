// The places at which a policy is tuned: points of studies at which steering has a choice.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/runs/place.hpp"
#include "analysis/scenario/policy_choice.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

struct TunedPlaces {
  std::vector<Study> studies;
  std::vector<Place> places;
  std::vector<PointSpec> specs;       // of the places, under the policy
  std::vector<std::size_t> study_of;  // by place
};

// The studies of these files; without any, those of the shipped ones that were made to compare policies: each of their
// curves has the name of a policy. Points with one request queue are left out, and those that are the same under one
// policy as an earlier one. What is wrong goes to `faults`.
[[nodiscard]] TunedPlaces tuned_places(const std::vector<std::string>& files, const PolicyChoice& policy,
                                       std::vector<Fault>& faults);

}  // namespace vqlab
