#include "analysis/claims/judge_plausible_claims.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/claims/claim_places.hpp"
#include "analysis/uncertainty/plausible_difference.hpp"

namespace vqlab {
namespace {

class PlausibleClaimJudge {
 public:
  PlausibleClaimJudge(const Study& study, const PlausibleValues& values) : study_(study), values_(values) {}

  [[nodiscard]] PlausibleClaim judge(const JudgedClaim& judged) const {
    const Claim& claim = judged.claim;
    std::vector<ModelSpread> ratios;
    std::vector<double> resolutions;
    for (std::size_t i = 0; i + 1 < claim.places.size(); ++i) {
      const bool turned = claim.judgement == Judgement::kDirection;
      const Estimate nominal = log_of(judged.ratios[i]);
      ratios.push_back(without_chance(
          set_on(log_ratios(claim.places[turned ? i + 1 : i], claim.places[turned ? i : i + 1]), nominal)));
      resolutions.push_back(
          std::hypot(kNormal95 * ratios.back().middle_sd, std::isnan(nominal.half_width) ? 0 : nominal.half_width));
    }
    PlausibleClaim found;
    std::vector<double> nearest;  // of an ordering the neighbours that are nearest to changing places
    for (std::size_t machine = 0; machine < ratios.front().logs.size(); ++machine) {
      double least = std::numeric_limits<double>::infinity();
      bool holds = true;
      for (std::size_t i = 0; i < ratios.size(); ++i) {
        const double log = ratios[i].logs[machine];
        holds &= holds_with(claim, log, resolutions[i]);
        least = std::isnan(least) || std::isnan(log) ? kNoValue : std::min(least, log);
      }
      if (std::isnan(least)) continue;
      nearest.push_back(least);
      found.hold += holds ? 1 : 0;
    }
    found.machines = nearest.size();
    found.discrepancy_percent = discrepancy_of(claim);
    double error = 0;
    for (const ModelSpread& one : ratios) error = std::max(error, one.middle_sd);
    found.band = widened_band(nearest, std::hypot(found.discrepancy_percent / 100, error));
    found.inside = reaches(claim, found.band);
    return found;
  }

 private:
  static bool holds_with(const Claim& claim, double log, double resolution) {
    if (claim.judgement == Judgement::kRatio) return std::exp(log) >= claim.min && std::exp(log) <= claim.max;
    return claim.judgement == Judgement::kDirection && !claim.rises ? log < -resolution : log > resolution;
  }

  // Whether the band holds what was published, or goes beyond 1 on its side.
  static bool reaches(const Claim& claim, const ModelBand& band) {
    if (claim.judgement == Judgement::kRatio) return band.holds(claim.ratio);
    return claim.judgement == Judgement::kDirection && !claim.rises ? band.low < 1 : band.high > 1;
  }

  // Of a ratio of two values of the kind that the machine was fitted to, whose misses the fit takes as independent.
  [[nodiscard]] double discrepancy_of(const Claim& claim) const {
    if (claim.judgement != Judgement::kRatio || !study_.posterior || !study_.reference) return 0;
    for (const ClaimPlace& place : claim.places)
      if (place.quantity != study_.reference->metric) return 0;
    return std::sqrt(2.0) * study_.posterior->discrepancy_percent;
  }

  // Of the mean of the ratios over the places.
  [[nodiscard]] ShortRuns log_ratios(const ClaimPlace& above, const ClaimPlace& below) const {
    const std::vector<ComparedPlaces> places = compared_places(study_, above, below);
    const ShortRuns& any = values_.of(above.quantity, 0);
    ShortRuns sums{std::vector<double>(any.machines.size(), 0), std::vector<double>(any.own.size(), 0)};
    for (const ComparedPlaces& one : places) {
      if (!one.above || !one.below) return unknown(sums);
      const ShortRuns logs =
          log_ratios_of(values_.of(above.quantity, *one.above), values_.of(below.quantity, *one.below));
      add_ratios(logs.machines, sums.machines);
      add_ratios(logs.own, sums.own);
    }
    for (std::vector<double>* const values : {&sums.machines, &sums.own})
      for (double& value : *values) value = std::log(value / static_cast<double>(places.size()));
    return sums;
  }

  static void add_ratios(const std::vector<double>& logs, std::vector<double>& sums) {
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += std::exp(logs[i]);
  }

  static ShortRuns unknown(ShortRuns runs) {
    for (std::vector<double>* const values : {&runs.machines, &runs.own})
      for (double& value : *values) value = kNoValue;
    return runs;
  }

  const Study& study_;
  const PlausibleValues& values_;
};

}  // namespace

std::vector<std::string> claimed_quantities(const Study& study) {
  std::vector<std::string> quantities;
  for (const Claim& claim : study.claims)
    for (const ClaimPlace& place : claim.places)
      if (std::find(quantities.begin(), quantities.end(), place.quantity) == quantities.end())
        quantities.push_back(place.quantity);
  return quantities;
}

void judge_plausible_claims(const Study& study, const PlausibleValues& values, std::vector<JudgedClaim>& judged) {
  const PlausibleClaimJudge judge(study, values);
  for (JudgedClaim& one : judged) one.plausible = judge.judge(one);
}

}  // namespace vqlab
