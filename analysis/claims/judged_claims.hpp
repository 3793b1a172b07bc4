// Claims of studies, judged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "analysis/runs/point_state.hpp"
#include "analysis/runs/run_json.hpp"
#include "analysis/scenario/claims.hpp"
#include "analysis/uncertainty/model_band.hpp"
#include "sim/metrics/interval.hpp"

namespace vqlab {

// What a claim is on many plausible machines.
struct PlausibleClaim {
  std::size_t machines = 0;  // on which its ratio is known
  std::size_t hold = 0;      // of them
  // 90 % of the ratio, without chance; of an ordering that of the neighbours nearest to changing places.
  ModelBand band{};
  double discrepancy_percent = 0;  // by which it is wider than the parameters alone make it
  bool inside = false;             // what was published lies in the band, or the band goes beyond 1 on its side
};

struct JudgedClaim {
  Claim claim;
  // The ratio, mean over the seeds with Student's interval; of an ordering that of the neighbours which are nearest to
  // changing places. Unknown if a simulation is missing under every seed, or the sweep does not visit a place.
  Estimate reached;
  std::size_t seeds = 0;  // under which it is known
  // `reached`; of an ordering the ratio of each place to the next.
  std::vector<Estimate> ratios;
  // Of a ratio of throughputs: what it is for the bottleneck bounds of the same points. Else unknown.
  double bound = kNoValue;
  bool holds = false;
  PointState state = PointState::kPrecise;  // of all runs that it is judged by
  std::optional<PlausibleClaim> plausible{};

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
  std::size_t uncertain_parameters = 0;  // in which plausible machines differ
  nlohmann::ordered_json uncertainty{};  // what claims.json says of these; null if there are none
};

// "rises", "falls", the places of an ordering; of a ratio the number, as in claims.csv.
[[nodiscard]] std::string published_text(const Claim& claim);

}  // namespace vqlab
