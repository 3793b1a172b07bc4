#include "analysis/ablate/judge_ablation.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "analysis/runs/paired.hpp"
#include "analysis/runs/replications.hpp"

namespace vqlab {
namespace {

class AblationJudge {
 public:
  AblationJudge(const AblationPlan& plan, const PointRows& rows)
      : plan_(plan),
        ablation_(plan.ablation),
        values_(values_by_point(rows, plan.points.size(), kAblationMetric)),
        states_(states_by_point(rows, plan.points.size())) {}

  Ablation run() {
    for (std::size_t variant = 0; variant < ablation_.variants.size(); ++variant) {
      add_average(variant, "");
      for (const std::string& curve : ablation_.curves) add_average(variant, curve);
      for (std::size_t place = 0; place < ablation_.places.size(); ++place) add_cell(variant, place);
    }
    for (std::size_t place = 0; place < ablation_.places.size(); ++place) add_leader(place);
    return std::move(ablation_);
  }

 private:
  // By seed.
  [[nodiscard]] std::vector<double> values(std::size_t first) const {
    const auto begin = values_.begin() + static_cast<std::ptrdiff_t>(first);
    return {begin, begin + static_cast<std::ptrdiff_t>(ablation_.seeds)};
  }

  // In percent, by seed.
  [[nodiscard]] std::vector<double> changes(std::size_t variant, std::size_t place) const {
    std::vector<double> changes = values(plan_.changed[variant][place]);
    const std::vector<double> base = values(plan_.base[place]);
    for (std::size_t i = 0; i < changes.size(); ++i) changes[i] = difference_percent(changes[i], base[i]);
    return changes;
  }

  [[nodiscard]] PointState state(std::size_t variant, std::size_t place) const {
    PointState worst = PointState::kPrecise;
    for (const std::size_t first : {plan_.changed[variant][place], plan_.base[place]})
      for (std::size_t seed = 0; seed < ablation_.seeds; ++seed) worst = std::max(worst, states_[first + seed]);
    return worst;
  }

  void add_cell(std::size_t variant, std::size_t place) {
    const PairedTest test = paired_test(changes(variant, place));
    AblationCell cell{.variant = variant, .place = place, .curve = ablation_.places[place].curve, .points = 1};
    cell.pairs = test.pairs;
    cell.base = mean_of_replications(values(plan_.base[place]));
    cell.changed = mean_of_replications(values(plan_.changed[variant][place]));
    cell.change_percent = test.difference;
    cell.state = state(variant, place);
    ablation_.cells.push_back(std::move(cell));
  }

  // Each seed gives one value for all places together, so that pairs stay pairs.
  void add_average(std::size_t variant, const std::string& curve) {
    AblationCell cell{.variant = variant, .curve = curve};
    std::vector<double> sums(ablation_.seeds, 0.0);
    for (std::size_t place = 0; place < ablation_.places.size(); ++place) {
      if (!curve.empty() && ablation_.places[place].curve != curve) continue;
      const std::vector<double> one = changes(variant, place);
      if (std::any_of(one.begin(), one.end(), [](double change) { return std::isnan(change); })) continue;
      ++cell.points;
      cell.state = std::max(cell.state, state(variant, place));
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += one[i];
    }
    for (double& sum : sums) sum = cell.points == 0 ? kNoValue : sum / static_cast<double>(cell.points);
    const PairedTest test = paired_test(sums);
    cell.pairs = test.pairs;
    cell.change_percent = test.difference;
    ablation_.cells.push_back(std::move(cell));
  }

  void add_leader(std::size_t place) {
    std::vector<std::size_t> ranked;
    for (std::size_t variant = 0; variant < ablation_.variants.size(); ++variant)
      if (ablation_.variants[variant].kind == AblationKind::kResource && !std::isnan(change(variant, place)))
        ranked.push_back(variant);
    if (ranked.size() < 2) return;
    std::stable_sort(ranked.begin(), ranked.end(),
                     [&](std::size_t a, std::size_t b) { return change(a, place) > change(b, place); });
    std::vector<double> leads = changes(ranked[0], place);
    const std::vector<double> second = changes(ranked[1], place);
    for (std::size_t i = 0; i < leads.size(); ++i) leads[i] -= second[i];
    ablation_.leaders.push_back({place, ranked[0], ranked[1], mean_of_replications(leads)});
  }

  [[nodiscard]] double change(std::size_t variant, std::size_t place) const {
    return ablation_.cell(variant, place).change_percent.value;
  }

  const AblationPlan& plan_;
  Ablation ablation_;
  std::vector<double> values_;      // by point
  std::vector<PointState> states_;  // by point
};

}  // namespace

Ablation judge(const AblationPlan& plan, const PointRows& rows) { return AblationJudge(plan, rows).run(); }

}  // namespace vqlab
