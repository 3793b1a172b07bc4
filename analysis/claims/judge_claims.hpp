// Holds claims of a study against its results.
#pragma once

#include <vector>

#include "analysis/claims/judged_claims.hpp"
#include "analysis/runs/point_rows.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

// Seeds of a study with claims that has fewer.
inline constexpr std::size_t kClaimReplications = 5;

// The study's claims in their order. Ratios are taken seed by seed, over the positions that a claim leaves open
// averaged within the seed, then over the seeds. A ratio holds if its mean lies in the range; a direction, and each
// neighbours' ratio of an ordering, if the 95 % interval lies beyond 1. What is unknown does not hold. Precondition:
// the rows are those of the study's points.
[[nodiscard]] std::vector<JudgedClaim> judge_claims(const Study& study, const PointRows& rows);

}  // namespace vqlab
