#include "analysis/runs/point_state.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <set>

#include "analysis/app/wrapped_text.hpp"
#include "sim/metrics/columns.hpp"
#include "sim/metrics/settling.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kMarksColumns = 100;

struct StateRow {
  std::string_view name;
  std::string_view mark;
  std::string_view meaning;
};
constexpr std::array<StateRow, 3> kStates{{
    {"precise", "", ""},
    {"not precise", "!", "a run ended before it was as precise as asked"},
    {"not settled", "?",
     "its runs disagree by more than their intervals, or are shorter than what they remember; the interval may miss "
     "the truth (column not_settled)"},
}};

const StateRow& row_of_state(PointState state) { return kStates[static_cast<std::size_t>(state)]; }

Estimate headline_of(const PointRow& row, Measure measure) {
  const Quantity* const quantity = row.result.find(name_of(measure));
  return quantity == nullptr ? Estimate{} : Estimate{quantity->value, quantity->ci95};
}

std::vector<std::string> in_order(const std::set<std::string_view>& names) {
  std::vector<std::string> ordered;
  for (const Measure measure : kHeadlines)
    if (names.count(name_of(measure)) > 0) ordered.emplace_back(name_of(measure));
  return ordered;
}

void judge_together(const std::vector<PointRow*>& runs, const PointRow* longer) {
  std::set<std::string_view> names;
  for (const Measure measure : kHeadlines) {
    std::vector<Estimate> estimates;
    for (const PointRow* run : runs) estimates.push_back(headline_of(*run, measure));
    const bool agree =
        runs_agree(estimates) && (longer == nullptr || agrees_with_longer(estimates, headline_of(*longer, measure)));
    if (!agree) names.insert(name_of(measure));
  }
  for (PointRow* run : runs) {
    std::set<std::string_view> all = names;
    all.insert(run->result.not_settled.begin(), run->result.not_settled.end());
    run->result.not_settled = in_order(all);
  }
}

}  // namespace

std::string_view to_string(PointState state) { return row_of_state(state).name; }

std::string_view mark_of(PointState state) { return row_of_state(state).mark; }

std::string marks_text(const std::vector<PointState>& states) {
  std::string text;
  for (const PointState state : {PointState::kNotSettled, PointState::kNotPrecise})
    if (std::find(states.begin(), states.end(), state) != states.end())
      text += wrapped_text(
          fmt::format("{} {}: {}.", row_of_state(state).mark, row_of_state(state).name, row_of_state(state).meaning),
          kMarksColumns, 2);
  return text;
}

PointState state_of(const PointRow& run) {
  if (!run.result.not_settled.empty()) return PointState::kNotSettled;
  return run.result.precise ? PointState::kPrecise : PointState::kNotPrecise;
}

std::vector<PointState> states_by_point(const std::vector<PointRow>& rows, std::size_t points) {
  std::vector<PointState> states(points, PointState::kPrecise);
  for (const PointRow& row : rows) states.at(row.point) = state_of(row);
  return states;
}

std::vector<PointRow> judged(std::vector<PointRow> rows, const std::vector<Point>& points,
                             const std::vector<PointRow>& longer) {
  std::vector<std::size_t> group(points.size(), 0);  // by point: which of them its run belongs to
  for (std::size_t i = 1; i < points.size(); ++i)
    group[i] =
        group[i - 1] + (points[i].curve == points[i - 1].curve && points[i].testbed == points[i - 1].testbed ? 0 : 1);
  std::map<std::size_t, std::vector<PointRow*>> runs;
  for (PointRow& row : rows) runs[group.at(row.point)].push_back(&row);
  std::map<std::size_t, const PointRow*> longer_runs;
  for (const PointRow& row : longer) longer_runs[group.at(row.point)] = &row;
  for (const auto& [of, together] : runs) {
    const auto one = longer_runs.find(of);
    judge_together(together, one == longer_runs.end() ? nullptr : one->second);
  }
  return rows;
}

}  // namespace vqlab
