#include <algorithm>
#include <fmt/format.h>

#include "analysis/app/aligned_table.hpp"
#include "analysis/app/wrapped_text.hpp"
#include "analysis/compare/comparison.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kMostLines = 60;
constexpr std::size_t kMostFlips = 3;

// Each policy but the baseline, in the order of the ranking over all places.
std::vector<std::size_t> ranked(const Comparison& comparison, std::size_t metric) {
  std::vector<std::size_t> policies;
  for (std::size_t policy = 0; policy < comparison.policies.size(); ++policy)
    if (policy != comparison.baseline) policies.push_back(policy);
  const auto rank = [&](std::size_t policy) { return comparison.cell(metric, std::nullopt, policy).rank; };
  std::sort(policies.begin(), policies.end(), [&](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
  return policies;
}

std::string words_of(const ComparisonCell& cell) {
  return cell.plausible ? difference_words(*cell.plausible) : "unknown";
}

std::string flips_of(const std::string& policy, const ComparisonCell& cell) {
  if (!cell.flips) return "";
  const Flips& flips = *cell.flips;
  if (flips.flips.empty())
    return wrapped_text(policy + ": no parameter by itself turns this within its range", kColumns, 4);
  std::string text = policy + " turns at ";
  const std::size_t told = std::min(flips.flips.size(), kMostFlips);
  for (std::size_t i = 0; i < told; ++i)
    text += (i == 0 ? "" : i + 1 == told ? ", or " : ", ") + flip_words(flips.flips[i]);
  if (flips.flips.size() > told) text += fmt::format(", and {} more", flips.flips.size() - told);
  return wrapped_text(text + fmt::format(" (R^2 {:.2f})", flips.r2), kColumns, 4);
}

std::string by_place(const Comparison& comparison, std::size_t metric, const std::vector<std::size_t>& policies) {
  std::vector<std::vector<std::string>> lines{{"", "policy", "on plausible machines"}};
  std::size_t left_out = 0;
  for (std::size_t place = 0; place < comparison.places.size(); ++place)
    for (const std::size_t policy : policies) {
      if (lines.size() > kMostLines) {
        ++left_out;
        continue;
      }
      const bool first = policy == policies.front();
      lines.push_back({first ? place_name(comparison.places[place]) : "", comparison.policies[policy],
                       words_of(comparison.cell(metric, place, policy))});
    }
  std::string text = aligned_table(lines);
  if (left_out > 0) text += fmt::format("and {} more: see comparison.csv\n", left_out);
  return text;
}

}  // namespace

std::string plausible_table(const Comparison& comparison, std::size_t metric) {
  const std::vector<std::size_t> policies = ranked(comparison, metric);
  std::string text = wrapped_text(
      fmt::format("{} plausible machines, which differ in {} parameters: gain in {} over {}, positive if better; the "
                  "middle 90 % of the machines, without chance",
                  comparison.machines, comparison.uncertain_parameters, kComparisonMetrics[metric].name,
                  comparison.policies[comparison.baseline]),
      kColumns, 0);
  std::vector<std::vector<std::string>> lines{{"policy", "over all points"}};
  for (const std::size_t policy : policies)
    lines.push_back({comparison.policies[policy], words_of(comparison.cell(metric, std::nullopt, policy))});
  text += '\n' + aligned_table(lines) + '\n';
  bool known = false;
  for (const std::size_t policy : policies) {
    const ComparisonCell& cell = comparison.cell(metric, std::nullopt, policy);
    known |= cell.flips.has_value();
    text += flips_of(comparison.policies[policy], cell);
  }
  if (!known)
    text += fmt::format("{} machines are too few to say what turns a verdict; {} are enough\n", comparison.machines,
                        fewest_observations(comparison.uncertain_parameters));
  return text + '\n' + by_place(comparison, metric, policies);
}

}  // namespace vqlab
