// Claims of studies, judged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/runs/point_state.hpp"
#include "analysis/runs/run_json.hpp"
#include "analysis/scenario/claims.hpp"
#include "sim/metrics/interval.hpp"

namespace vqlab {

struct JudgedClaim {
  Claim claim;
  // The ratio, mean over the seeds with Student's interval; of an ordering that of the neighbours which are nearest to
  // changing places. Unknown if a simulation is missing under every seed, or the sweep does not visit a place.
  Estimate reached;
  std::size_t seeds = 0;  // under which it is known
  // Of a ratio of throughputs: what it is for the bottleneck bounds of the same points. Else unknown.
  double bound = kNoValue;
  bool holds = false;
  PointState state = PointState::kPrecise;  // of all runs that it is judged by

  // Whether it holds exactly if it is not marked as failing.
  [[nodiscard]] bool as_marked() const { return holds == claim.fails.empty(); }
  // Whether it counts: nothing was fitted to it.
  [[nodiscard]] bool counts() const { return claim.fitted.empty(); }
  // From the published ratio; NaN unless it is a ratio that is known.
  [[nodiscard]] double deviation_percent() const;
};

struct JudgedStudy {
  RunRecord record;
  std::string title;
  std::vector<JudgedClaim> claims;
  std::vector<FreeParameter> free_parameters;
};

// "rises", "falls", the places of an ordering; of a ratio the number, as in claims.csv.
[[nodiscard]] std::string published_text(const Claim& claim);

}  // namespace vqlab
