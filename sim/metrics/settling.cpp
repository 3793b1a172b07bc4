#include "sim/metrics/settling.hpp"

#include <algorithm>
#include <cmath>

#include "sim/metrics/over_seeds.hpp"

namespace vqlab {
namespace {

constexpr double kNormal975 = 1.959963984540054;
constexpr double kNormal9875 = 2.241402727604947;
constexpr double kNormal99 = 2.3263478740408408;
constexpr double kNormal9995 = 3.2905267314918945;
// At either of them 92 % of all intervals of a normal estimate hold the truth.
constexpr double kMostScatter = 1.25;  // variance between runs over the one that their intervals stand for
constexpr double kMostShift = 0.25;    // of the mean from the truth, in half-widths
constexpr double kMostMisses = 0.08;

bool is_known(const Estimate& estimate) { return !std::isnan(estimate.value) && !std::isnan(estimate.half_width); }

std::vector<Estimate> known_ones(std::vector<Estimate> runs) {
  runs.erase(std::remove_if(runs.begin(), runs.end(), [](const Estimate& run) { return !is_known(run); }), runs.end());
  return runs;
}

// Mean square of the half-widths. One for all: that of a run with a narrow interval by luck would weigh most.
double mean_square(const std::vector<Estimate>& runs) {
  double squares = 0;
  for (const Estimate& run : runs) squares += run.half_width * run.half_width;
  return squares / static_cast<double>(runs.size());
}

// Chi-square's 99 % quantile (Wilson and Hilferty, 1931), within 2 %.
double chi_square_99(double degrees_of_freedom) {
  const double spread = 2 / (9 * degrees_of_freedom);
  const double root = 1 - spread + kNormal99 * std::sqrt(spread);
  return degrees_of_freedom * root * root * root;
}

// Whether so many of `count` are more than chance makes of the share that may miss, at the level of 1 %.
bool too_many(std::size_t misses, std::size_t count) {
  double chance = 1;  // that at least this many miss: all, less those that fewer do
  double exactly = std::pow(1 - kMostMisses, static_cast<double>(count));
  for (std::size_t k = 0; k < misses; ++k) {
    chance -= exactly;
    exactly *= static_cast<double>(count - k) / static_cast<double>(k + 1) * kMostMisses / (1 - kMostMisses);
  }
  return chance < 0.01;
}

bool differ(const Estimate& a, const Estimate& b, double allowed, double normal) {
  const double squares = a.half_width * a.half_width + b.half_width * b.half_width;
  return std::fabs(a.value - b.value) > allowed + normal / kNormal975 * std::sqrt(squares);
}

}  // namespace

bool runs_agree(const std::vector<Estimate>& all) {
  const std::vector<Estimate> runs = known_ones(all);
  const auto unbounded = [](const Estimate& run) { return !std::isnan(run.value) && std::isnan(run.half_width); };
  if (!runs.empty() && std::any_of(all.begin(), all.end(), unbounded)) return false;
  if (runs.size() < 2) return true;
  const auto count = static_cast<double>(runs.size());
  double mean = 0;
  for (const Estimate& run : runs) mean += run.value / count;
  double squares = 0;
  std::size_t misses = 0;
  for (const Estimate& run : runs) {
    squares += (run.value - mean) * (run.value - mean);
    if (std::fabs(run.value - mean) > run.half_width + 1e-12 * std::fabs(mean)) ++misses;
  }
  if (too_many(misses, runs.size())) return false;
  const double expected = mean_square(runs) / (kNormal975 * kNormal975);
  // Equal values may differ from their mean by its rounding.
  return squares <= kMostScatter * chi_square_99(count - 1) * expected + 1e-24 * mean * mean * count;
}

bool agrees_with_longer(const std::vector<Estimate>& all, const Estimate& longer) {
  const std::vector<Estimate> runs = known_ones(all);
  if (runs.empty() || !is_known(longer)) return true;
  return !differ(over_seeds(runs), longer, kMostShift * std::sqrt(mean_square(runs)), kNormal9875);
}

bool halves_agree(const Estimate& whole, const Estimate& first, const Estimate& second) {
  if (!is_known(whole) || !is_known(first) || !is_known(second)) return true;
  return !differ(first, second, kMostShift * whole.half_width, kNormal9995);
}

}  // namespace vqlab
