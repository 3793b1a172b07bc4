#include "analysis/compare/best_for.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "analysis/app/percent_text.hpp"
#include "analysis/app/wrapped_text.hpp"
#include "analysis/runs/csv.hpp"
#include "analysis/runs/row_key.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kBestColumns = 100;

// The pair of two policies; they stand in the order of judge_pairs().
class PairOf {
 public:
  PairOf(const Comparison& comparison, const std::vector<PolicyPair>& pairs)
      : places_(comparison.places.size()), policies_(comparison.policies.size()), pairs_(pairs) {}

  [[nodiscard]] const PolicyPair& at(std::size_t metric, std::optional<std::size_t> place, std::size_t a,
                                     std::size_t b) const {
    const std::size_t later = std::max(a, b);
    const std::size_t of_place = policies_ * (policies_ - 1) / 2;
    return pairs_[(metric * (places_ + 1) + (place ? *place + 1 : 0)) * of_place + later * (later - 1) / 2 +
                  std::min(a, b)];
  }

  // Whether policy a is significantly better than b, over all places.
  [[nodiscard]] bool better(std::size_t metric, std::size_t a, std::size_t b) const {
    const ComparisonCell& cell = at(metric, std::nullopt, a, b).cell;
    if (!cell.significant()) return false;
    const bool later_is_better = (cell.difference_percent.value > 0) == kComparisonMetrics[metric].more_is_better;
    return later_is_better == (a > b);
  }

 private:
  std::size_t places_;
  std::size_t policies_;
  const std::vector<PolicyPair>& pairs_;
};

bool has_best_value(const Comparison& comparison, const ComparisonCell& cell) {
  return !std::isnan(cell.place                           ? cell.mean.value
                     : cell.policy == comparison.baseline ? 0
                                                          : cell.difference_percent.value);
}

std::vector<std::optional<std::size_t>> all_places(const Comparison& comparison) {
  std::vector<std::optional<std::size_t>> places{std::nullopt};
  for (std::size_t place = 0; place < comparison.places.size(); ++place) places.emplace_back(place);
  return places;
}

std::string rivals_text(const Comparison& comparison, const BestFor& one, bool within_model) {
  std::string text;
  for (const BestRival& rival : one.rivals) {
    if (within_model ? !rival.within_model() : !rival.within_noise()) continue;
    text += (text.empty() ? "" : ", ") + comparison.policies[rival.policy];
    if (within_model)
      text += fmt::format(" (behind in {} of {})", rival.plausible->behind, rival.plausible->machines);
    else
      text += ' ' + percent_text(rival.difference_percent);
  }
  return text.empty() ? "none" : text;
}

}  // namespace

std::vector<BestFor> find_best(const Comparison& comparison, const ComparedValues& values,
                               const std::vector<PolicyPair>& pairs) {
  const PairOf pair(comparison, pairs);
  std::vector<Comparison> against;  // by baseline
  Comparison plan = comparison;
  plan.cells.clear();
  for (std::size_t policy = 0; policy < comparison.policies.size(); ++policy) {
    plan.baseline = policy;
    against.push_back(judge(plan, values));
  }
  std::vector<BestFor> all;
  for (std::size_t metric = 0; metric < kComparisonMetrics.size(); ++metric)
    for (const std::optional<std::size_t> place : all_places(comparison)) {
      std::vector<std::size_t> by_rank(comparison.policies.size());
      for (std::size_t policy = 0; policy < by_rank.size(); ++policy)
        by_rank[comparison.cell(metric, place, policy).rank - 1] = policy;
      BestFor one{.metric = metric, .place = place, .best = by_rank.front(), .rivals = {}};
      if (!has_best_value(comparison, comparison.cell(metric, place, one.best))) continue;
      for (const std::size_t policy : by_rank) {
        const ComparisonCell& cell = against[one.best].cell(metric, place, policy);
        if (policy != one.best && !std::isnan(cell.difference_percent.value))
          one.rivals.push_back(
              {policy, cell.difference_percent, pair.at(metric, place, policy, one.best).cell.p_holm, std::nullopt});
      }
      if (!one.rivals.empty()) all.push_back(std::move(one));
    }
  return all;
}

void add_plausible(const PlausibleValues& values, const Comparison& comparison, std::vector<BestFor>& best) {
  const std::size_t policies = comparison.policies.size();
  for (BestFor& one : best) {
    const ComparisonMetric& metric = kComparisonMetrics[one.metric];
    const auto ratios = [&](std::size_t place, std::size_t policy) {
      return log_ratios_of(values.of(metric.name, place * policies + policy),
                           values.of(metric.name, place * policies + one.best));
    };
    for (BestRival& rival : one.rivals) {
      std::vector<ShortRuns> places;
      if (one.place)
        places.push_back(ratios(*one.place, rival.policy));
      else
        for (std::size_t place = 0; place < comparison.places.size(); ++place)
          places.push_back(ratios(place, rival.policy));
      rival.plausible = plausible_difference(one.place ? places.front() : mean_of(places),
                                             log_of_difference(rival.difference_percent), metric.more_is_better);
    }
  }
}

std::string best_for_csv(const Comparison& comparison, const std::vector<BestFor>& best) {
  const std::vector<std::string> axes = axis_names(comparison.places);
  std::vector<std::string> names{"scope", kCurveColumn};
  names.insert(names.end(), axes.begin(), axes.end());
  names.insert(names.end(), {"metric", "better", "policy", "rank", "best", "difference_percent",
                             "difference_percent_ci95", "p_holm", "within_noise"});
  if (comparison.machines > 0) names.insert(names.end(), {"machines", "machines_behind", "within_model"});
  std::string text = csv_line(names);
  const auto add = [&](const BestFor& one, std::size_t policy, const BestRival* rival) {
    const Place place = one.place ? comparison.places[*one.place] : Place{};
    std::vector<std::string> fields{one.place ? "point" : "overall", place.curve};
    for (std::string& value : axis_values(place, axes)) fields.push_back(std::move(value));
    const ComparisonMetric& metric = kComparisonMetrics[one.metric];
    const auto number = [rival](double value) { return rival == nullptr ? "" : csv_six_digits(value); };
    const BestRival none{};
    const BestRival& shown = rival == nullptr ? none : *rival;
    fields.insert(fields.end(),
                  {std::string(metric.name), metric.more_is_better ? "higher" : "lower", comparison.policies[policy],
                   std::to_string(comparison.cell(one.metric, one.place, policy).rank), comparison.policies[one.best],
                   number(shown.difference_percent.value), number(shown.difference_percent.half_width),
                   number(shown.p_holm), shown.within_noise() ? "true" : "false"});
    if (comparison.machines > 0 && rival != nullptr && rival->plausible)
      fields.insert(fields.end(), {std::to_string(rival->plausible->machines), std::to_string(rival->plausible->behind),
                                   rival->within_model() ? "true" : "false"});
    fields.resize(names.size());
    text += csv_line(fields);
  };
  for (const BestFor& one : best) {
    add(one, one.best, nullptr);
    for (const BestRival& rival : one.rivals) add(one, rival.policy, &rival);
  }
  return text;
}

nlohmann::ordered_json best_for_json(const Comparison& comparison, const std::vector<BestFor>& best) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const BestFor& one : best) {
    if (one.place) continue;
    nlohmann::ordered_json& of_metric = json[std::string(kComparisonMetrics[one.metric].name)];
    of_metric["best"] = comparison.policies[one.best];
    of_metric["within_noise"] = nlohmann::ordered_json::array();
    if (comparison.machines > 0) of_metric["within_model"] = nlohmann::ordered_json::array();
    for (const BestRival& rival : one.rivals) {
      if (rival.within_noise()) of_metric["within_noise"].push_back(comparison.policies[rival.policy]);
      if (rival.within_model()) of_metric["within_model"].push_back(comparison.policies[rival.policy]);
    }
  }
  return json;
}

std::string best_for_table(const Comparison& comparison, const std::vector<BestFor>& best) {
  std::string text =
      "Best for what, over all points; in % of the best. Within noise: not significantly worse than the best, after "
      "Holm's correction over all pairs.";
  if (comparison.machines > 0)
    text +=
        " Within the model: level or ahead on 5 % of the plausible machines or more, so that they do not exclude it.";
  text = wrapped_text(text, kBestColumns, 0) + '\n';
  for (const BestFor& one : best) {
    if (one.place) continue;
    const ComparisonMetric& metric = kComparisonMetrics[one.metric];
    std::string line =
        fmt::format("{} ({}): {}; within noise: {}", metric.heading, metric.more_is_better ? "higher" : "lower",
                    comparison.policies[one.best], rivals_text(comparison, one, false));
    if (comparison.machines > 0) line += "; within the model: " + rivals_text(comparison, one, true);
    text += wrapped_text(line, kBestColumns, 4);
  }
  return text;
}

std::string trade_offs_csv(const Comparison& comparison, const std::vector<PolicyPair>& pairs) {
  const PairOf pair(comparison, pairs);
  std::string text = csv_line({"metric", "policy", "dominated_by"});
  const std::size_t policies = comparison.policies.size();
  for (std::size_t metric = 1; metric < kComparisonMetrics.size(); ++metric)
    for (std::size_t policy = 0; policy < policies; ++policy) {
      std::string by;
      for (std::size_t other = 0; other < policies && by.empty(); ++other) {
        if (other == policy || pair.better(0, policy, other) || pair.better(metric, policy, other)) continue;
        if (pair.better(0, other, policy) || pair.better(metric, other, policy)) by = comparison.policies[other];
      }
      text += csv_line({std::string(kComparisonMetrics[metric].name), comparison.policies[policy], by});
    }
  return text;
}

}  // namespace vqlab
