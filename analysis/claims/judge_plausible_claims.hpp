// Claims of a study on many plausible machines.
#pragma once

#include <string>
#include <vector>

#include "analysis/claims/judged_claims.hpp"
#include "analysis/scenario/study.hpp"
#include "analysis/uncertainty/plausible_runs.hpp"

namespace vqlab {

// Quantities that the study's claims look at, each once.
[[nodiscard]] std::vector<std::string> claimed_quantities(const Study& study);

// Adds to each judged claim of the study, in their order, what the machines say of it. `values` are those of the
// study's places.
void judge_plausible_claims(const Study& study, const PlausibleValues& values, std::vector<JudgedClaim>& judged);

}  // namespace vqlab
