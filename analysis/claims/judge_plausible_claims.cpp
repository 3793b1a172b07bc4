#include "analysis/claims/judge_plausible_claims.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/claims/claim_places.hpp"
#include "analysis/uncertainty/plausible_difference.hpp"

namespace vqlab {
namespace {

// Of one ratio, by machine; chance is taken out.
struct MachineRatios {
  std::vector<double> logs;  // NaN where it is unknown
  double error_percent = 0;  // what chance leaves of their middle
};

class PlausibleClaimJudge {
 public:
  PlausibleClaimJudge(const Study& study, const PlausibleValues& values) : study_(study), values_(values) {}

  [[nodiscard]] PlausibleClaim judge(const Claim& claim) const {
    std::vector<MachineRatios> ratios;
    for (std::size_t i = 0; i + 1 < claim.places.size(); ++i) {
      const bool turned = claim.judgement == Judgement::kDirection;
      ratios.push_back(ratio(claim.places[turned ? i + 1 : i], claim.places[turned ? i : i + 1]));
    }
    PlausibleClaim found;
    std::vector<double> nearest;  // of an ordering the neighbours that are nearest to changing places
    for (std::size_t machine = 0; machine < ratios.front().logs.size(); ++machine) {
      double least = std::numeric_limits<double>::infinity();
      bool holds = true;
      for (const MachineRatios& one : ratios) {
        const double log = one.logs[machine];
        holds &= holds_with(claim, log, kNormal95 * one.error_percent / 100);
        least = std::isnan(least) || std::isnan(log) ? kNoValue : std::min(least, log);
      }
      if (std::isnan(least)) continue;
      nearest.push_back(least);
      found.hold += holds ? 1 : 0;
    }
    found.machines = nearest.size();
    found.discrepancy_percent = discrepancy_of(claim);
    double error = 0;
    for (const MachineRatios& one : ratios) error = std::max(error, one.error_percent);
    found.band = widened_band(nearest, std::hypot(found.discrepancy_percent, error));
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

  [[nodiscard]] MachineRatios ratio(const ClaimPlace& above, const ClaimPlace& below) const {
    const std::vector<ComparedPlaces> places = compared_places(study_, above, below);
    LogRatios all;
    const std::size_t machines = values_.of(above.quantity, 0).size();
    for (std::size_t machine = 0; machine < machines; ++machine) add(places, above, below, machine, all);
    std::vector<double> known;
    for (const double value : all.values)
      if (!std::isnan(value)) known.push_back(value);
    const double chance = mean_known(all.chance_variances);
    known = without_chance(known, chance);
    for (std::size_t i = 0, next = 0; i < machines; ++i)
      if (!std::isnan(all.values[i])) all.values[i] = known[next++];
    return {all.values, error_of_middle_percent(chance, known.size())};
  }

  // The mean of the ratios over the places, and the variance of its logarithm by chance.
  void add(const std::vector<ComparedPlaces>& places, const ClaimPlace& above, const ClaimPlace& below,
           std::size_t machine, LogRatios& all) const {
    double sum = 0;
    double variance = 0;
    for (const ComparedPlaces& one : places) {
      const Estimate over = value(above.quantity, one.above, machine);
      const Estimate under = value(below.quantity, one.below, machine);
      const double ratio = over.value > 0 && under.value > 0 ? over.value / under.value : kNoValue;
      sum += ratio;
      variance += ratio * ratio * (chance_variance_of_log(over) + chance_variance_of_log(under));
    }
    all.values.push_back(std::log(sum / static_cast<double>(places.size())));
    all.chance_variances.push_back(variance / (sum * sum));
  }

  [[nodiscard]] Estimate value(const std::string& quantity, const std::optional<std::size_t>& place,
                               std::size_t machine) const {
    return place ? values_.of(quantity, *place)[machine] : Estimate{kNoValue, kNoValue};
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
  for (JudgedClaim& one : judged) one.plausible = judge.judge(one.claim);
}

}  // namespace vqlab
