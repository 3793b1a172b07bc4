// A tuning: settings of a policy's parameters, tried on one half of the places of some studies, the best judged on the
// other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/runs/comparison_metrics.hpp"
#include "analysis/scenario/document.hpp"
#include "analysis/scenario/fault.hpp"
#include "analysis/tune/free_params.hpp"
#include "analysis/tune/scores.hpp"
#include "analysis/uncertainty/plausible_difference.hpp"

namespace vqlab {

// A setting that was tried. Ratios are those to the usual setting, as logarithms; gains are above 0 where it is better.
struct TriedSetting {
  std::string text;  // the policy as a command line names it
  Setting setting;
  int round = 0;  // 0: spread over the ranges
  LogRatioTable gains;
  std::vector<LogRatioTable> kept;  // by bound
  double gain = kNoValue;
  Range95 gain95{};
  std::vector<double> kept_means;  // by bound
  std::vector<Range95> kept95;
  bool keeps = false;  // all bounds
};

// What the half that was held out says of the best setting.
struct HeldOut {
  double gain = kNoValue;
  Range95 gain95{};
  std::vector<double> kept_means;
  std::vector<Range95> kept95;
  std::optional<PlausibleDifference> plausible{};
};

struct Tuning {
  std::string policy;  // as it was given
  std::vector<TunedParam> params;
  std::size_t objective = 0;  // of kComparisonMetrics
  std::vector<Keep> keeps;
  std::vector<std::string> studies;
  std::size_t training_places = 0;
  std::size_t held_out_places = 0;
  std::string halves;        // in words
  bool same_places = false;  // the best one is judged on the points that chose it, under other seeds
  std::uint64_t seed = 0;
  std::size_t training_runs = 0;  // of each setting at each place
  std::size_t held_out_runs = 0;
  std::vector<TriedSetting> tried;  // the first is the usual one
  std::optional<std::size_t>
      best{};                   // of `tried`; 0: none is better than the usual one; nothing: none keeps the bounds
  std::vector<Range95> best95;  // by parameter: where the best one lies, if places and seeds are drawn anew
  double stays_share = 0;       // of these draws in which the usual setting is the best
  std::optional<HeldOut> held_out{};  // nothing: no setting is better than the usual one, or none keeps the bounds

  // Of a gain, in % of the usual setting's value: so much more, or so much less where less is better.
  [[nodiscard]] double percent_of(double gain) const;
  [[nodiscard]] const ComparisonMetric& by() const { return kComparisonMetrics[objective]; }
  // The best one is better by more than chance, on the half that it was not chosen on.
  [[nodiscard]] bool distinguishable() const { return held_out && held_out->gain95.low > 0; }
};

// "bandwidth_mib_per_s >= 0.98".
[[nodiscard]] std::string keep_words(const Keep& keep);
// "bandwidth>=0.98", as --keep has it. Nothing, and a fault, if it is none.
[[nodiscard]] std::optional<Keep> read_keep(const std::string& text, std::vector<Fault>& faults);

// tune.csv: a row for each setting that was tried, the usual one first.
[[nodiscard]] std::string tune_csv(const Tuning& tuning);
[[nodiscard]] Json tune_json(const Tuning& tuning);
[[nodiscard]] std::string tune_table(const Tuning& tuning);

}  // namespace vqlab
