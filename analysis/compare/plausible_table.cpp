#include <algorithm>
#include <fmt/format.h>

#include "analysis/app/wrapped_text.hpp"
#include "analysis/compare/comparison.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kPlausibleColumns = 100;
constexpr std::size_t kMostVerdicts = 60;
constexpr std::size_t kMostFlips = 3;

// Each policy but the baseline, in the order of the ranking over all places.
std::vector<std::size_t> rivals_of(const Comparison& comparison, std::size_t metric) {
  std::vector<std::size_t> policies;
  for (std::size_t policy = 0; policy < comparison.policies.size(); ++policy)
    if (policy != comparison.baseline) policies.push_back(policy);
  const auto rank = [&](std::size_t policy) { return comparison.cell(metric, std::nullopt, policy).rank; };
  std::sort(policies.begin(), policies.end(), [&](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
  return policies;
}

// What the study's own machine gains, positive if better.
Estimate nominal_gain(const ComparisonCell& cell) {
  const bool more_is_better = kComparisonMetrics[cell.metric].more_is_better;
  return {more_is_better ? cell.difference_percent.value : -cell.difference_percent.value,
          cell.difference_percent.half_width};
}

bool is_missed(const ComparisonCell& cell) {
  return cell.plausible && is_missed_by(nominal_gain(cell), cell.plausible->gain_percent);
}

// A heading and a line for each policy.
std::string verdicts(const Comparison& comparison, std::size_t metric, std::optional<std::size_t> place,
                     const std::vector<std::size_t>& policies) {
  std::size_t width = 0;
  for (const std::size_t policy : policies) width = std::max(width, comparison.policies[policy].size());
  std::string text = (place ? place_name(comparison.places[*place]) : "over all points") + '\n';
  for (const std::size_t policy : policies) {
    const ComparisonCell& cell = comparison.cell(metric, place, policy);
    text += fmt::format("  {:<{}}  {}{}\n", comparison.policies[policy], width,
                        cell.plausible ? difference_words(*cell.plausible) : "unknown",
                        is_missed(cell) ? fmt::format("; here {:+.2g} %", nominal_gain(cell).value) : "");
  }
  return text;
}

std::string flips_of(const std::string& policy, const ComparisonCell& cell) {
  if (!cell.flips) return "";
  const Flips& flips = *cell.flips;
  if (flips.flips.empty())
    return wrapped_text(policy + ": no parameter by itself turns this within its range", kPlausibleColumns, 4);
  std::string text = policy + " turns at ";
  const std::size_t told = std::min(flips.flips.size(), kMostFlips);
  for (std::size_t i = 0; i < told; ++i)
    text += (i == 0 ? "" : i + 1 == told ? ", or " : ", ") + flip_words(flips.flips[i]);
  if (flips.flips.size() > told) text += fmt::format(", and {} more", flips.flips.size() - told);
  return wrapped_text(text + fmt::format(" (R^2 {:.2f})", flips.r2), kPlausibleColumns, 4);
}

std::string verdicts_by_place(const Comparison& comparison, std::size_t metric,
                              const std::vector<std::size_t>& policies) {
  const std::size_t shown =
      std::min(comparison.places.size(), std::max(std::size_t{1}, kMostVerdicts / policies.size()));
  std::string text;
  for (std::size_t place = 0; place < shown; ++place) text += verdicts(comparison, metric, place, policies);
  if (comparison.places.size() > shown)
    text += fmt::format("and {} more points: see comparison.csv\n", comparison.places.size() - shown);
  return text;
}

}  // namespace

std::string plausible_table(const Comparison& comparison, std::size_t metric) {
  const std::vector<std::size_t> policies = rivals_of(comparison, metric);
  std::string text = wrapped_text(
      fmt::format("{} plausible machines, which differ in {} parameters: gain in {} over {}, positive if better; the "
                  "middle 90 % of the machines, without chance",
                  comparison.machines, comparison.uncertain_parameters, kComparisonMetrics[metric].name,
                  comparison.policies[comparison.baseline]),
      kPlausibleColumns, 0);
  text += '\n' + verdicts(comparison, metric, std::nullopt, policies) + '\n';
  bool known = false;
  for (const std::size_t policy : policies) {
    const ComparisonCell& cell = comparison.cell(metric, std::nullopt, policy);
    known |= cell.flips.has_value();
    text += flips_of(comparison.policies[policy], cell);
  }
  if (!known)
    text += fmt::format("{} machines are too few to say what turns a verdict; {} are enough\n", comparison.machines,
                        fewest_observations(comparison.uncertain_parameters));
  text += '\n' + verdicts_by_place(comparison, metric, policies);
  const auto missed = [&](const ComparisonCell& cell) { return cell.metric == metric && is_missed(cell); };
  if (std::any_of(comparison.cells.begin(), comparison.cells.end(), missed))
    text += '\n' +
            wrapped_text(
                "here: what the study's own machine gains, outside the band. Most plausible machines have costs on one "
                "side of its own: it is not a typical one of them.",
                kPlausibleColumns, 0);
  return text;
}

}  // namespace vqlab
