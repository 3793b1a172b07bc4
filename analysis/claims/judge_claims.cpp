#include "analysis/claims/judge_claims.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

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
  }

  void order(const Claim& claim, JudgedClaim& judged) {
    judged.holds = true;
    double least = HUGE_VAL;
    for (std::size_t i = 0; i + 1 < claim.places.size(); ++i) {
      const PairedTest neighbours = ratio(claim.places[i], claim.places[i + 1]);
      const double surely = lowest(neighbours.difference);
      judged.holds &= surely > 1;
      // An unknown one is nearer than any.
      if (std::isnan(least) || surely >= least) continue;
      least = surely;
      take(neighbours, judged);
    }
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
    std::vector<std::size_t> position(study_.sweep.size(), 0);
    double sum = 0;
    std::size_t count = 0;
    do {
      sum += value(above, position, seed) / value(below, position, seed);
      ++count;
    } while (step(above, below, position));
    const double mean = sum / static_cast<double>(count);
    return std::isfinite(mean) ? mean : kNoValue;
  }

  // The next position on the axes that are open; false once all are back at their first value.
  bool step(const ClaimPlace& above, const ClaimPlace& below, std::vector<std::size_t>& position) const {
    for (std::size_t i = position.size(); i-- > 0;) {
      const std::string& path = study_.sweep[i].path;
      if (text_at(above, path) != nullptr && text_at(below, path) != nullptr) continue;
      if (++position[i] < study_.sweep[i].values.size()) return true;
      position[i] = 0;
    }
    return false;
  }

  // Null if the place leaves the axis open.
  static const std::string* text_at(const ClaimPlace& place, const std::string& path) {
    for (const AxisValue& axis : place.axes)
      if (axis.path == path) return &axis.text;
    return nullptr;
  }

  // NaN where nothing was measured. Points are ordered by curve, then the axes, then the seeds.
  double value(const ClaimPlace& place, const std::vector<std::size_t>& position, std::size_t seed) {
    const auto curve = std::find_if(study_.curves.begin(), study_.curves.end(),
                                    [&place](const Curve& one) { return one.name == place.curve; });
    if (curve == study_.curves.end()) return kNoValue;
    auto point = static_cast<std::size_t>(curve - study_.curves.begin());
    for (std::size_t i = 0; i < study_.sweep.size(); ++i) {
      const std::vector<std::string>& values = study_.sweep[i].values;
      std::size_t at = position[i];
      if (const std::string* text = text_at(place, study_.sweep[i].path))
        at = static_cast<std::size_t>(std::find(values.begin(), values.end(), *text) - values.begin());
      if (at == values.size()) return kNoValue;  // an override took it away
      point = point * values.size() + at;
    }
    const std::size_t run = point * study_.seeds.size() + seed;
    const Values& values = quantity(place.quantity);
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
