#include "analysis/compare/detectable.hpp"

#include <cmath>
#include <fmt/format.h>
#include <map>
#include <utility>
#include <vector>

#include "analysis/app/wrapped_text.hpp"
#include "analysis/compare/test_family.hpp"
#include "analysis/runs/power.hpp"
#include "analysis/uncertainty/model_band.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kDetectableColumns = 100;
constexpr double kRoundingPercent = 1e-9;  // scatter of differences that are the same

struct DetectableErrors {
  double with_80 = 0;  // in standard errors
  double with_95 = 0;
};

class DetectableFinder {
 public:
  explicit DetectableFinder(Comparison& comparison) : comparison_(comparison) {}

  void find() {
    const std::size_t policies = comparison_.policies.size();
    const std::size_t of_metric = (comparison_.places.size() + 1) * policies;
    for (std::size_t begin = 0; begin < comparison_.cells.size(); begin += of_metric) {
      add_family(begin, begin + policies);
      add_family(begin + policies, begin + of_metric);
    }
  }

 private:
  void add_family(std::size_t begin, std::size_t end) {
    std::vector<const ComparisonCell*> cells;
    for (std::size_t i = begin; i < end; ++i) cells.push_back(&comparison_.cells[i]);
    const TestFamily family = family_of(cells);
    for (std::size_t i = begin; i < end; ++i) {
      ComparisonCell& cell = comparison_.cells[i];
      if (std::isnan(cell.p)) continue;
      const std::size_t freedom = cell.pairs - 1;
      const double error = cell.difference_percent.half_width / student_t_975(freedom);
      if (error < kRoundingPercent) continue;  // runs are identical: they say nothing of how others would scatter
      const DetectableErrors& errors =
          errors_of(freedom, holm_level(family.p, family.same_as[i - begin], kSignificantP));
      cell.detectable_percent_80 = error * errors.with_80;
      cell.detectable_percent_95 = error * errors.with_95;
    }
  }

  const DetectableErrors& errors_of(std::size_t freedom, double level) {
    const auto [found, is_new] = known_.try_emplace({freedom, level});
    if (is_new)
      found->second = {detectable_standard_errors(freedom, level, 0.8),
                       detectable_standard_errors(freedom, level, 0.95)};
    return found->second;
  }

  Comparison& comparison_;
  std::map<std::pair<std::size_t, double>, DetectableErrors> known_;
};

bool is_level(const ComparisonCell& cell) { return !std::isnan(cell.p) && !cell.significant(); }

}  // namespace

std::string detectable_percent(double percent) {
  if (std::isnan(percent)) return "-";
  return percent >= 9.95 ? fmt::format("{:.0f}", percent) : fmt::format("{:.2g}", percent);
}

void add_detectable(Comparison& comparison) { DetectableFinder(comparison).find(); }

std::string detectable_text(const Comparison& comparison, std::size_t metric) {
  bool any = false;
  std::vector<double> at_points;
  for (const ComparisonCell& cell : comparison.cells) {
    if (cell.metric != metric || !is_level(cell) || std::isnan(cell.detectable_percent_95)) continue;
    any = true;
    if (cell.place) at_points.push_back(cell.detectable_percent_95);
  }
  if (!any) return "";
  std::string text = "Seen from: differences of so many % or more would have been called significant, with 95 % power.";
  if (!at_points.empty())
    text += fmt::format(" At single points without a star that is {} %, {} % where it is most.",
                        detectable_percent(quantile(at_points, 0.5)), detectable_percent(quantile(at_points, 1)));
  return wrapped_text(text, kDetectableColumns, 0);
}

}  // namespace vqlab
