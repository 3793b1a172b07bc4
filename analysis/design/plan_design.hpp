// What a design simulates: the cells that may be measured, and the verdict that they are to settle.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/runs/place.hpp"
#include "analysis/scenario/fault.hpp"
#include "analysis/scenario/policy_choice.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

enum class DesignSide : std::uint8_t { kFirst, kSecond, kNeither };

struct DesignCell {
  Place place;
  DesignSide side = DesignSide::kNeither;
  std::string position;  // on the sweep: cells of the same one differ in their curve or policy alone
};

// Two cells at one position: what the verdict compares there.
struct DesignPair {
  std::size_t first = 0;  // of DesignPlan::cells
  std::size_t second = 0;
  bool counts = true;  // for the verdict
};

struct DesignPlan {
  std::string first;  // a curve, or a policy
  std::string second;
  std::vector<DesignCell> cells;
  PointList points;  // one of each cell, of the study's first seed
  std::vector<DesignPair> pairs;
};

struct DesignQuestion {
  std::vector<PolicyChoice> policies{};  // two, or none: curves
  std::vector<std::string> curves{};     // two, or none: the study's first two that are no mere companions
  std::vector<std::string> at{};         // "targets=16": positions that count for the verdict; none: all
};

// What is wrong goes to `faults`, of `file` or of the option.
[[nodiscard]] DesignPlan plan_design(const Study& study, const DesignQuestion& question, const std::string& file,
                                     std::vector<Fault>& faults);

}  // namespace vqlab
