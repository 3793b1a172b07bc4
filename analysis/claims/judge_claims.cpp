#include "analysis/claims/judge_claims.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "analysis/claims/claim_places.hpp"
#include "analysis/runs/paired.hpp"
#include "analysis/runs/replications.hpp"

namespace vqlab {
namespace {

class ClaimJudge {
 public:
  ClaimJudge(const Study& study, const PointRows& rows) : study_(study), rows_(rows) {}

  JudgedClaim judge(const Claim& claim) {
    JudgedClaim judged;
    judged.claim = claim;
    state_ = PointState::kPrecise;
    switch (claim.judgement) {
      case Judgement::kRatio:
        take(ratio(claim.places[0], claim.places[1]), judged);
        judged.bound = ratio_of_bounds(claim.places[0], claim.places[1]);
        judged.holds = judged.reached.value >= claim.min && judged.reached.value <= claim.max;
        break;
      case Judgement::kDirection:
        take(ratio(claim.places[1], claim.places[0]), judged);
        judged.holds = claim.rises ? lowest(judged.reached) > 1 : highest(judged.reached) < 1;
        break;
      case Judgement::kOrdering: order(claim, judged); break;
    }
    judged.state = state_;
    return judged;
  }

 private:
  static double lowest(const Estimate& ratio) { return ratio.value - ratio.half_width; }
  static double highest(const Estimate& ratio) { return ratio.value + ratio.half_width; }

  static void take(const PairedTest& ratio, JudgedClaim& judged) {
    judged.reached = ratio.difference;
    judged.seeds = ratio.pairs;
    judged.ratios = {ratio.difference};
  }

  void order(const Claim& claim, JudgedClaim& judged) {
    judged.holds = true;
    double least = HUGE_VAL;
    std::vector<Estimate> ratios;
    for (std::size_t i = 0; i + 1 < claim.places.size(); ++i) {
      const PairedTest neighbours = ratio(claim.places[i], claim.places[i + 1]);
      const double surely = lowest(neighbours.difference);
      judged.holds &= surely > 1;
      ratios.push_back(neighbours.difference);
      // An unknown one is nearer than any.
      if (std::isnan(least) || surely >= least) continue;
      least = surely;
      take(neighbours, judged);
    }
    judged.ratios = std::move(ratios);
  }

  // Over the seeds.
  PairedTest ratio(const ClaimPlace& above, const ClaimPlace& below) {
    std::vector<double> by_seed;
    for (std::size_t seed = 0; seed < study_.seeds.size(); ++seed) by_seed.push_back(mean_ratio(above, below, seed));
    return paired_test(by_seed);
  }

  // NaN unless both places are throughputs.
  double ratio_of_bounds(const ClaimPlace& above, const ClaimPlace& below) {
    std::vector<double> by_seed;
    for (std::size_t seed = 0; seed < study_.seeds.size(); ++seed)
      by_seed.push_back(mean_ratio(bound_of(above), bound_of(below), seed));
    return paired_test(by_seed).difference.value;
  }

  // Over the positions that one of the two leaves open. NaN if one of the values is unknown, or 0 below.
  double mean_ratio(const ClaimPlace& above, const ClaimPlace& below, std::size_t seed) {
    double sum = 0;
    const std::vector<ComparedPlaces> places = compared_places(study_, above, below);
    for (const ComparedPlaces& one : places)
      sum += value(above.quantity, one.above, seed) / value(below.quantity, one.below, seed);
    const double mean = sum / static_cast<double>(places.size());
    return std::isfinite(mean) ? mean : kNoValue;
  }

  // NaN where nothing was measured.
  double value(const std::string& name, const std::optional<std::size_t>& place, std::size_t seed) {
    if (!place) return kNoValue;
    const std::size_t run = *place * study_.seeds.size() + seed;
    const Values& values = quantity(name);
    state_ = std::max(state_, values.states[run]);
    return values.numbers[run];
  }

  // By point.
  struct Values {
    std::vector<double> numbers;
    std::vector<PointState> states;
  };

  // The place, with the bound of its quantity.
  static ClaimPlace bound_of(ClaimPlace place) {
    place.quantity = kBoundOf + place.quantity;
    return place;
  }

  const Values& quantity(const std::string& name) {
    const auto [known, is_new] = values_.try_emplace(name);
    if (!is_new) return known->second;
    known->second.states = states_by_point(rows_, study_.points.size());
    known->second.numbers = name.rfind(kBoundOf, 0) == 0 ? bounds(name.substr(kBoundOf.size()))
                                                         : values_by_point(rows_, study_.points.size(), name);
    return known->second;
  }

  // By point. The results have the bandwidth's; IOPS are in proportion.
  std::vector<double> bounds(const std::string& name) {
    std::vector<double> bounds(study_.points.size(), kNoValue);
    if (name != "iops" && name != "bandwidth_mib_per_s") return bounds;
    const std::vector<double>& values = quantity(name).numbers;
    const std::vector<double>& bandwidths = quantity("bandwidth_mib_per_s").numbers;
    const std::vector<double>& bandwidth_bounds = quantity("bandwidth_bound_mib_per_s").numbers;
    for (std::size_t i = 0; i < bounds.size(); ++i) bounds[i] = bandwidth_bounds[i] / bandwidths[i] * values[i];
    return bounds;
  }

  inline static const std::string kBoundOf = "bound of ";

  const Study& study_;
  const PointRows& rows_;
  std::map<std::string, Values> values_;     // by quantity
  PointState state_ = PointState::kPrecise;  // of the claim that is being judged
};

}  // namespace

std::vector<JudgedClaim> judge_claims(const Study& study, const PointRows& rows) {
  ClaimJudge judge(study, rows);
  std::vector<JudgedClaim> judged;
  for (const Claim& claim : study.claims) judged.push_back(judge.judge(claim));
  return judged;
}

}  // namespace vqlab
