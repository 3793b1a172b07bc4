// What runs say of settings: each against the policy's usual one, at the same places and under the same seeds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/metrics/quantity.hpp"

namespace vqlab {

// The places of the studies, in two halves. Settings are chosen on the first and judged on the second.
struct Halves {
  std::vector<std::size_t> training;
  std::vector<std::size_t> held_out;
  bool same_places = false;  // both halves have all of them
  std::string how;           // in words
};

// `studies`: of each place, which study it belongs to. Of several studies half are held out, whole ones, which `seed`
// draws. Of one study every other place is. With fewer than four places both halves have all of them, and differ in
// their seeds alone.
[[nodiscard]] Halves halves_of(const std::vector<std::size_t>& studies, std::uint64_t seed);

// ln(setting / usual setting) of one quantity by place of a half, then by seed; NaN: unknown.
using LogRatioTable = std::vector<std::vector<double>>;

// A half's places by study.
using PlacesByStudy = std::vector<std::vector<std::size_t>>;
[[nodiscard]] PlacesByStudy by_study(const std::vector<std::size_t>& half, const std::vector<std::size_t>& studies);

// The mean over studies of the mean over their places of the mean over seeds; unknown values are left out, and places
// and studies without any.
[[nodiscard]] double mean_log_ratio(const LogRatioTable& table, const PlacesByStudy& places);

// What is drawn anew each time: studies, their places, and the seeds of each place. By study: place, and how often each
// of its seeds counts.
class Resampling {
 public:
  Resampling(PlacesByStudy places, std::size_t seeds, std::uint64_t seed);

  // mean_log_ratio() of each table for the same draws, draw by draw.
  [[nodiscard]] std::vector<std::vector<double>> means(const std::vector<const LogRatioTable*>& tables,
                                                       std::size_t draws) const;

 private:
  PlacesByStudy places_;
  std::size_t seeds_;
  std::uint64_t seed_;
};

// A bound on a quantity: its ratio to that of the usual setting.
struct Keep {
  std::size_t metric = 0;  // of kComparisonMetrics
  bool at_least = true;    // else at most
  double ratio = 1;

  [[nodiscard]] bool holds(double log_ratio) const;
};

struct Range95 {
  double low = kNoValue;
  double high = kNoValue;
};
[[nodiscard]] Range95 range95_of(const std::vector<double>& values);

// The positions of the highest gain among those that keep all bounds, in order: several if their gains are equal, to
// the last bits. `kept`: by setting, by bound, ln of the ratio. Empty if none keeps them.
[[nodiscard]] std::vector<std::size_t> best_of(const std::vector<double>& gains,
                                               const std::vector<std::vector<double>>& kept,
                                               const std::vector<Keep>& keeps);

}  // namespace vqlab
