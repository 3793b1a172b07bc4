#include "analysis/uncertainty/plausible_difference.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <utility>

#include "analysis/scenario/value.hpp"

namespace vqlab {
namespace {

double gain_percent(double log_ratio, bool more_is_better) {
  return 100 * (more_is_better ? std::expm1(log_ratio) : -std::expm1(log_ratio));
}

// Three that matter.
std::string three_digits(double value) {
  return bound_text(std::strtod(fmt::format("{:.3g}", value).c_str(), nullptr));
}

// Two digits, none of them behind the point from 10 on.
std::string two_digits(double value) {
  const std::string text = std::abs(value) >= 9.95 ? fmt::format("{:.0f}", value) : fmt::format("{:.2g}", value);
  return text == "-0" ? "0" : text;
}

std::string signed_percent(double value) { return (value > 0 ? "+" : "") + two_digits(value); }

// Fewer machines than one in so many that say the opposite are not told of.
constexpr std::size_t kMostExceptions = 20;

}  // namespace

ModelBand ratio_band(const ShortRuns& ratios, const Estimate& nominal, double discrepancy_percent) {
  const ModelSpread spread = without_chance(set_on(ratios, nominal));
  return widened_band(spread.known(), std::hypot(discrepancy_percent / 100, spread.middle_sd));
}

ModelBand in_percent(const ModelBand& ratios) {
  return {100 * (ratios.low - 1), 100 * (ratios.middle - 1), 100 * (ratios.high - 1)};
}

PlausibleDifference plausible_difference(const ShortRuns& ratios, const Estimate& nominal, bool more_is_better) {
  const ModelSpread spread = without_chance(set_on(ratios, nominal));
  std::vector<double> values = spread.known();
  PlausibleDifference difference{.machines = values.size(), .unknown = spread.logs.size() - values.size()};
  if (values.empty()) return difference;
  const ModelBand ratios_band = widened_band(values, spread.middle_sd);
  for (double& value : values) value = gain_percent(value, more_is_better);
  const double nominal_half_width = std::isnan(nominal.half_width) ? 0 : nominal.half_width;
  difference.resolution_percent = 100 * std::expm1(std::hypot(kNormal95 * spread.middle_sd, nominal_half_width));
  for (const double value : values) {
    difference.ahead += value > difference.resolution_percent ? 1 : 0;
    difference.behind += value < -difference.resolution_percent ? 1 : 0;
  }
  const ModelBand more = in_percent(ratios_band);
  difference.gain_percent = more_is_better ? more : ModelBand{-more.high, -more.middle, -more.low};
  return difference;
}

std::string difference_words(const PlausibleDifference& difference) {
  if (difference.machines == 0) return "unknown";
  const auto of = [&difference](const std::string& words) {
    return fmt::format("{} of {} plausible machines", words, difference.machines) +
           (difference.unknown == 0 ? "" : fmt::format(" ({} more have no value)", difference.unknown));
  };
  const ModelBand& gain = difference.gain_percent;
  const std::size_t level = difference.machines - difference.ahead - difference.behind;
  const auto from_to = [&gain] {
    return ", from " + signed_percent(gain.low) + " to " + signed_percent(gain.high) + " %";
  };
  if (level > std::max(difference.ahead, difference.behind)) {
    if (kMostExceptions * (difference.ahead + difference.behind) > difference.machines)
      return of(fmt::format("level in {}, ahead in {} and behind in {}", level, difference.ahead, difference.behind)) +
             from_to();
    return of(fmt::format("level in {}", level)) + ", within " + two_digits(difference.resolution_percent) + " %";
  }
  const bool ahead = difference.ahead >= difference.behind;
  const std::string most =
      ahead ? fmt::format("ahead in {}", difference.ahead) : fmt::format("behind in {}", difference.behind);
  if (const std::size_t fewer = std::min(difference.ahead, difference.behind);
      kMostExceptions * fewer > difference.machines)
    return of(most + fmt::format(" and {} in {}", ahead ? "behind" : "ahead", fewer)) + from_to();
  if (gain.low < 0 && gain.high > 0) return of(most) + from_to();
  const std::string least = two_digits(ahead ? gain.low : -gain.high);
  const std::string greatest = two_digits(ahead ? gain.high : -gain.low);
  return of(most) + ", by " + (least == greatest ? least : least + " to " + greatest) + " %";
}

std::optional<Flips> find_flips(const ShortRuns& ratios, const Estimate& nominal, const MachineDraws& draws) {
  const std::vector<double> logs = set_on(ratios, nominal).machines;
  std::vector<double> y;
  std::vector<std::vector<double>> x(draws.params.size());
  for (std::size_t machine = 0; machine < logs.size(); ++machine) {
    if (std::isnan(logs[machine])) continue;
    y.push_back(logs[machine]);
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i].push_back(std::log(draws.values[machine][i] / draws.params[i].nominal));
  }
  const auto fit = fit_linear(x, y, draws.seed);
  if (!fit) return std::nullopt;
  std::vector<std::pair<double, Flip>> found;  // by distance
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto [least, greatest] = std::minmax_element(x[i].begin(), x[i].end());
    const auto at = crossing(*fit, i, *least, *greatest);
    if (!at) continue;
    const auto& [param, usual, range] = draws.params[i];
    found.emplace_back(
        std::abs(at->at) / (*greatest - *least),
        Flip{path_of(param), usual, usual * std::exp(at->at), usual * std::exp(at->low), usual * std::exp(at->high)});
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  Flips flips{.r2 = fit->r2, .flips = {}};
  for (const auto& [distance, flip] : found) flips.flips.push_back(flip);
  return flips;
}

std::string flip_words(const Flip& flip) {
  return fmt::format("{} at {} ({} to {}; here {})", flip.param, three_digits(flip.value), three_digits(flip.low),
                     three_digits(flip.high), bound_text(flip.nominal));
}

}  // namespace vqlab
