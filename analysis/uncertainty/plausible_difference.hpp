// A difference between two configurations, on many plausible machines.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analysis/uncertainty/linear_fit.hpp"
#include "analysis/uncertainty/machine_draws.hpp"
#include "analysis/uncertainty/model_band.hpp"

namespace vqlab {

// ln(value / value of the baseline), by machine; NaN where one of the two is unknown or 0.
struct LogRatios {
  std::vector<double> values;
  std::vector<double> chance_variances;  // NaN: unknown
};

// Of the runs of two configurations on the same machines.
[[nodiscard]] LogRatios ratios_of(const std::vector<Estimate>& own, const std::vector<Estimate>& baseline);
// Their mean over several places, of which those count that have values on most machines.
[[nodiscard]] LogRatios mean_of(const std::vector<LogRatios>& places);

struct PlausibleDifference {
  std::size_t machines = 0;       // on which the difference is known
  std::size_t unknown = 0;        // the others
  std::size_t ahead = 0;          // of them: better by more than the resolution
  std::size_t behind = 0;         // worse by more
  ModelBand gain_percent{};       // positive: better; chance is taken out, but for what it leaves of the middle
  double resolution_percent = 0;  // what so many runs tell from 0: the 95 % interval that chance leaves their mean
};

// Band of the ratio itself, with chance taken out, and wider by what the model misses beside its parameters, a standard
// deviation in %.
[[nodiscard]] ModelBand ratio_band(const LogRatios& ratios, double discrepancy_percent);
// Of ratios as differences in %.
[[nodiscard]] ModelBand in_percent(const ModelBand& ratios);

[[nodiscard]] PlausibleDifference plausible_difference(const LogRatios& ratios, bool more_is_better);

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

// By regression of the ratios on ln p. Values outside the range of the draws are not told. Nothing if there are too few
// machines.
[[nodiscard]] std::optional<Flips> find_flips(const LogRatios& ratios, const MachineDraws& draws);

// "guest_costs.kick_ns at 3100 (2800 to 3500; here 1500)".
[[nodiscard]] std::string flip_words(const Flip& flip);

}  // namespace vqlab
