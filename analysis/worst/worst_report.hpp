// What `vqlab worst` has found, as a table, as files, and as a scenario that anybody can run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/runs/comparison_metrics.hpp"
#include "analysis/runs/paired.hpp"
#include "analysis/scenario/document.hpp"
#include "analysis/worst/worst_search.hpp"

namespace vqlab {

// One member of the scenario, and what the loss is without it.
struct MemberShare {
  std::string path;
  std::string value;
  std::string without;      // the value that it has then
  double loss_percent = 0;  // of the scenario without it; NaN: that is no scenario
  double gone_percent = 0;  // of the loss; NaN likewise
};

// Of the runs of the scenario that is written.
inline const Precision kScenarioPrecision{.half_width_percent = 2, .min_simulated_s = 0.3, .max_simulated_s = 1};

struct WorstReport {
  std::string policy;
  std::string against;     // the rival that was found; all of them if none was
  std::size_t rivals = 0;  // that the search could take
  std::size_t metric = 0;  // of kComparisonMetrics
  std::string machine;
  std::uint32_t targets = 0;  // of the scenario
  std::uint64_t seed = 0;
  std::size_t evaluations = 0;  // that were asked for
  std::size_t scenarios = 0;    // that were tried
  double searched_percent = 0;  // the loss that the search itself saw, luck included
  // Of each metric, policy against other, in % of the other: by kComparisonMetrics.
  std::vector<PairedTest> differences;
  std::vector<MemberShare> members;  // what makes it lose, the largest share first
  std::vector<std::string> failures;

  // In % of the other policy's value: above 0, the policy is worse.
  [[nodiscard]] Estimate loss_percent() const;
  [[nodiscard]] const ComparisonMetric& by() const { return kComparisonMetrics[metric]; }
};

// From ln(other / policy), or the reverse, to % of the other policy's value.
[[nodiscard]] double loss_percent_of(double log_loss, bool more_is_better);

// The scenario: the members of this genome alone, both policies as curves. `description` says what it is.
[[nodiscard]] std::string scenario_text(const WorkloadSpace& space, const Genome& genome, const WorstReport& report,
                                        const std::vector<std::uint64_t>& seeds, const std::string& description);

// What the scenario says of itself.
[[nodiscard]] std::string worst_description(const WorstReport& report);

// worst.csv: a row for each scenario that was tried, the one that loses most surely first.
[[nodiscard]] std::string worst_csv(const WorkloadSpace& space, const std::vector<TriedScenario>& tried,
                                    bool more_is_better);
[[nodiscard]] Json worst_json(const WorstReport& report);
[[nodiscard]] std::string worst_table(const WorstReport& report);

}  // namespace vqlab
