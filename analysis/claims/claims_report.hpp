// What files and terminal say of judged claims.
#pragma once

#include <string>
#include <vector>

#include "analysis/claims/judged_claims.hpp"

namespace vqlab {

// One row for each claim; numbers with six digits, blank where there is none.
[[nodiscard]] std::string claims_csv(const std::vector<JudgedStudy>& studies);

// The same with all that the studies say of their claims, and which runs they were judged by.
[[nodiscard]] std::string claims_json(const std::vector<JudgedStudy>& studies);
// A list with the members of each claim there, and its study.
[[nodiscard]] nlohmann::ordered_json answered_claims(const std::vector<JudgedStudy>& studies);

// For a terminal of 100 columns: the study's claims and its free parameters.
[[nodiscard]] std::string claims_table(const JudgedStudy& study);

// The score (claims_score.hpp) and "14 of 16 ratios within 15 % of the published, 10 within 8 %", if there is a ratio,
// then "9 of 10 claims hold". Claims that something was fitted to are counted apart.
[[nodiscard]] std::string claims_summary(const std::vector<JudgedStudy>& studies);

}  // namespace vqlab
