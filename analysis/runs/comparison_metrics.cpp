#include "analysis/runs/comparison_metrics.hpp"

#include <algorithm>
#include <cctype>

namespace vqlab {

std::optional<std::size_t> find_metric(const std::string& word, const std::string& option, std::vector<Fault>& faults) {
  std::vector<std::string> known;
  for (const ComparisonMetric& metric : kComparisonMetrics) known.emplace_back(metric.name);
  for (const ComparisonMetric& metric : kComparisonMetrics) {
    std::string heading(metric.heading);
    std::transform(heading.begin(), heading.end(), heading.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    known.push_back(std::move(heading));
  }
  const auto found = std::find(known.begin(), known.end(), word);
  if (found != known.end()) return static_cast<std::size_t>(found - known.begin()) % kComparisonMetrics.size();
  faults.push_back(
      {FaultKind::kMeaning, option, "metric", "\"" + word + "\"", one_of(known), nearest_name(word, known)});
  return std::nullopt;
}

}  // namespace vqlab
