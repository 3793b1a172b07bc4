#include "analysis/compare/headroom.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "analysis/app/aligned_table.hpp"
#include "analysis/runs/csv.hpp"
#include "analysis/runs/row_key.hpp"
#include "models/base/units.hpp"
#include "models/bounds/bounding_network.hpp"
#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kBandwidth = 0;  // of kComparisonMetrics
constexpr const char* kBound = "bound";

double bound_at(const Testbed& testbed) {
  if (testbed.other_job_targets > 0 || !testbed.jobs.empty() || !testbed.job.has_known_mean_size()) return kNoValue;
  return bound_of_any_policy(testbed) * testbed.job.mean_request_bytes() / kBytesPerMib;
}

void add_reached(const Comparison& comparison, bool clairvoyant, Headroom& headroom) {
  for (std::size_t policy = 0; policy < comparison.policies.size(); ++policy) {
    Reached one{comparison.policies[policy], clairvoyant, {}};
    for (std::size_t place = 0; place < comparison.places.size(); ++place)
      one.bandwidths.push_back(comparison.cell(kBandwidth, place, policy).mean.value);
    headroom.reached.push_back(std::move(one));
  }
}

// 100 times the geometric mean of the ratios, and how many there are.
class MeanPercent {
 public:
  void add(double value, double of) {
    const double ratio = value / of;
    if (!(ratio > 0) || !std::isfinite(ratio)) return;
    logs_ += std::log(ratio);
    ++count_;
  }
  [[nodiscard]] double percent() const { return count_ == 0 ? kNoValue : 100 * std::exp(logs_ / count_); }

 private:
  double logs_ = 0;
  int count_ = 0;
};

double best_bandwidth(const Headroom& headroom, std::size_t place) {
  const Reached* const best = headroom.best_at(place);
  return best == nullptr ? kNoValue : best->bandwidths[place];
}

std::string text_of(double percent) { return std::isnan(percent) ? "-" : fmt::format("{:.1f}", percent); }

}  // namespace

const Reached* Headroom::best_at(std::size_t place) const {
  const Reached* best = nullptr;
  for (const Reached& one : reached)
    if (!std::isnan(one.bandwidths[place]) && (best == nullptr || one.bandwidths[place] > best->bandwidths[place]))
      best = &one;
  return best;
}

Headroom headroom_of(const ComparisonPlan& plan, const Comparison& comparison, const Comparison* clairvoyant) {
  Headroom headroom{comparison.places, {}, {}};
  const std::size_t points_of_place = comparison.policies.size() * comparison.seeds;
  for (std::size_t place = 0; place < comparison.places.size(); ++place)
    headroom.bounds.push_back(bound_at(plan.points[place * points_of_place].testbed));
  add_reached(comparison, false, headroom);
  if (clairvoyant != nullptr) add_reached(*clairvoyant, true, headroom);
  return headroom;
}

ComparisonPlan plan_clairvoyant(const Study& study, const std::string& file, std::vector<Fault>& faults) {
  std::vector<PolicyChoice> policies;
  for (const auto& [name, entry] : Registry<PolicyEntry>::instance().entries())
    if (entry.clairvoyant) policies.push_back({name, name});
  return plan_comparison(study, policies, 0, file, faults);
}

std::string headroom_csv(const Headroom& headroom) {
  const std::vector<std::string> axes = axis_names(headroom.places);
  std::vector<std::string> names{kCurveColumn};
  names.insert(names.end(), axes.begin(), axes.end());
  names.insert(names.end(), {"policy", "clairvoyant", "bandwidth_mib_per_s", "percent_of_best", "percent_of_bound"});
  std::string text = csv_line(names);
  for (std::size_t place = 0; place < headroom.places.size(); ++place) {
    const double best = best_bandwidth(headroom, place);
    const double bound = headroom.bounds[place];
    const auto add = [&](const std::string& policy, const char* clairvoyant, double value) {
      std::vector<std::string> fields{headroom.places[place].curve};
      for (std::string& axis : axis_values(headroom.places[place], axes)) fields.push_back(std::move(axis));
      fields.insert(fields.end(), {policy, clairvoyant, csv_six_digits(value), csv_six_digits(100 * value / best),
                                   csv_six_digits(100 * value / bound)});
      text += csv_line(fields);
    };
    for (const Reached& one : headroom.reached)
      add(one.policy, one.clairvoyant ? "true" : "false", one.bandwidths[place]);
    add(kBound, "", bound);
  }
  return text;
}

std::string headroom_table(const Headroom& headroom) {
  struct Line {
    const Reached* of;
    MeanPercent best;
    MeanPercent bound;
  };
  std::vector<Line> lines;
  MeanPercent best_of_bound;
  bool asked = false;
  for (const Reached& one : headroom.reached) {
    Line line{&one, {}, {}};
    asked |= one.clairvoyant;
    for (std::size_t place = 0; place < headroom.places.size(); ++place) {
      line.best.add(one.bandwidths[place], best_bandwidth(headroom, place));
      line.bound.add(one.bandwidths[place], headroom.bounds[place]);
    }
    lines.push_back(line);
  }
  for (std::size_t place = 0; place < headroom.places.size(); ++place)
    best_of_bound.add(best_bandwidth(headroom, place), headroom.bounds[place]);
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    return (std::isnan(a.best.percent()) ? 0 : a.best.percent()) >
           (std::isnan(b.best.percent()) ? 0 : b.best.percent());
  });
  std::vector<std::vector<std::string>> table{{"policy", "% of the best", "% of the bound"}};
  for (const Line& line : lines)
    table.push_back({line.of->policy + (line.of->clairvoyant ? " +" : ""), text_of(line.best.percent()),
                     text_of(line.bound.percent())});
  table.push_back({"the best at each point", "100.0", text_of(best_of_bound.percent())});
  return fmt::format(
      "How far from what could be, over all points (geometric mean): {}\n"
      "the best: the most that any of these reached at a point{}; the bound: what no policy can exceed\n\n{}",
      kComparisonMetrics[kBandwidth].name, asked ? ", those included that know everything (+)" : "",
      aligned_table(table));
}

}  // namespace vqlab
