#include "analysis/runs/point_state.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>

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

// What is judged of a run: its headlines, and those that it says have not settled.
struct Headlines {
  std::array<Estimate, kHeadlines.size()> estimates;
  std::uint8_t not_settled;

  explicit Headlines(const PointRow& row) : not_settled(headline_bits(row.result.not_settled)) {
    for (std::size_t i = 0; i < kHeadlines.size(); ++i) estimates[i] = headline_of(row, kHeadlines[i]);
  }
};

// Which headlines of runs of one point have not settled, whatever each says of itself.
std::uint8_t judge_together(const std::vector<Headlines>& runs, const Headlines* longer) {
  unsigned bits = 0;
  for (std::size_t i = 0; i < kHeadlines.size(); ++i) {
    std::vector<Estimate> estimates;
    for (const Headlines& run : runs) estimates.push_back(run.estimates[i]);
    const bool agree =
        runs_agree(estimates) && (longer == nullptr || agrees_with_longer(estimates, longer->estimates[i]));
    if (!agree) bits |= 1u << i;
  }
  return static_cast<std::uint8_t>(bits);
}

// Precision may differ.
bool same_but_seed(const PointList& points, std::size_t a, std::size_t b) {
  return points.curve(a) == points.curve(b) &&
         (points.variant(a) == points.variant(b) || points.spec(a).testbed == points.spec(b).testbed);
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

std::vector<PointState> states_by_point(const PointRows& rows, std::size_t points) {
  std::vector<PointState> states(points, PointState::kPrecise);
  for (const PointRow& row : rows) states.at(row.point) = state_of(row);
  return states;
}

PointRows judged(const PointRows& rows, const PointList& points, const PointRows& longer) {
  std::vector<std::size_t> group(points.size(), 0);  // by point: which of them its run belongs to
  for (std::size_t i = 1; i < points.size(); ++i) group[i] = group[i - 1] + (same_but_seed(points, i - 1, i) ? 0 : 1);
  std::map<std::size_t, Headlines> longer_runs;
  for (const PointRow& row : longer) longer_runs.insert_or_assign(group.at(row.point), Headlines(row));
  std::vector<std::uint8_t> bits;
  std::vector<Headlines> together;  // runs of one point, which are neighbours
  const auto judge = [&](std::size_t of) {
    const auto one = longer_runs.find(of);
    const std::uint8_t shared = judge_together(together, one == longer_runs.end() ? nullptr : &one->second);
    for (const Headlines& run : together) bits.push_back(run.not_settled | shared);
    together.clear();
  };
  std::size_t of = 0;
  for (const PointRow& row : rows) {
    if (!together.empty() && group.at(row.point) != of) judge(of);
    of = group.at(row.point);
    together.emplace_back(row);
  }
  if (!together.empty()) judge(of);
  return rows.with_not_settled(bits);
}

}  // namespace vqlab
