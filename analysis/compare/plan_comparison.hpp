// What a comparison of steering policies simulates.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/compare/comparison.hpp"
#include "analysis/scenario/fault.hpp"
#include "analysis/scenario/policy_choice.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

// The algorithm of the letter: what policies are held against unless somebody asks for another one.
inline constexpr const char* kLetterPolicy = "target_sticky";

// Every registered policy for "all" alone, else as read_policy_choices().
[[nodiscard]] std::vector<PolicyChoice> read_policies(const std::vector<std::string>& words, const std::string& option,
                                                      std::vector<Fault>& faults);

// What is simulated: the points of the study under each policy and seed, place by place, policy by policy; axis
// guest.policy says which policy. Left out are points whose device has one queue, and those that differ from one before
// them in nothing but guest.policy.
struct ComparisonPlan {
  Comparison comparison;  // without cells
  PointList points;
};

// Precondition: the policies are different; `baseline` is one of them. Points that a policy does not go
// together with, and a study without any place, are faults of `file`.
[[nodiscard]] ComparisonPlan plan_comparison(const Study& study, const std::vector<PolicyChoice>& policies,
                                             std::size_t baseline, const std::string& file, std::vector<Fault>& faults);

}  // namespace vqlab
