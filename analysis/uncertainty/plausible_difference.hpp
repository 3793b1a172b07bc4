// A difference between two configurations, on many plausible machines.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analysis/uncertainty/linear_fit.hpp"
#include "analysis/uncertainty/machine_draws.hpp"
#include "analysis/uncertainty/model_band.hpp"
#include "analysis/uncertainty/short_runs.hpp"

namespace vqlab {

struct PlausibleDifference {
  std::size_t machines = 0;       // on which the difference is known
  std::size_t unknown = 0;        // the others
  std::size_t ahead = 0;          // of them: better by more than the resolution
  std::size_t behind = 0;         // worse by more
  ModelBand gain_percent{};       // positive: better; chance is taken out, but for what it leaves of the middle
  double resolution_percent = 0;  // what the runs tell from 0, long and short: what chance leaves in 95 of 100 cases
};

// Band of the ratio itself, with chance taken out, and wider by what the model misses beside its parameters, a standard
// deviation in %. `nominal`: the logarithm of what long runs of the study's own machine gave, here and below.
[[nodiscard]] ModelBand ratio_band(const ShortRuns& ratios, const Estimate& nominal, double discrepancy_percent);
// Of ratios as differences in %.
[[nodiscard]] ModelBand in_percent(const ModelBand& ratios);

[[nodiscard]] PlausibleDifference plausible_difference(const ShortRuns& ratios, const Estimate& nominal,
                                                       bool more_is_better);

// "ahead in 93 of 100 plausible machines, by 4 to 19 %".
[[nodiscard]] std::string difference_words(const PlausibleDifference& difference);

// A parameter at whose value the sign of a difference changes, with all others as they are on the nominal machine.
struct Flip {
  std::string param;  // path
  double nominal = 0;
  double value = 0;
  double low = 0;  // 95 % interval; may reach beyond the parameter's range
  double high = 0;
};

struct Flips {
  double r2 = 0;            // of the regression that says so
  std::vector<Flip> flips;  // the one nearest to its nominal value first, on the scale of its draws
};

// By regression of the logarithms of the ratios, set on the nominal one, on ln p. Values outside the range of the draws
// are not told. Nothing if there are too few machines.
[[nodiscard]] std::optional<Flips> find_flips(const ShortRuns& ratios, const Estimate& nominal,
                                              const MachineDraws& draws);

// "guest_costs.kick_ns at 3100 (2800 to 3500; here 1500)".
[[nodiscard]] std::string flip_words(const Flip& flip);

}  // namespace vqlab
