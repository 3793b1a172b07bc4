#include "analysis/runs/reference_errors.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <utility>

#include "analysis/runs/csv_rows.hpp"
#include "analysis/runs/row_key.hpp"

namespace vqlab {
namespace {

std::optional<std::string> position_of(const PointRow& row, const std::string& axis) {
  for (const auto& [name, value] : row.axes)
    if (name == (axis == "guest.vcpus" ? "vcpus" : axis)) return value;
  return std::nullopt;
}

std::optional<double> as_number(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0') return std::nullopt;
  return value;
}

class ErrorFinder {
 public:
  ErrorFinder(const PointRows& rows, const Reference& reference)
      : reference_(reference), errors_{reference.metric, reference.axis, {}, {}, {}} {
    for (const ReferenceColumn& column : reference.columns) {
      for (const ReferenceValue& value : column.values) add_position(value.axis_text);
      if (!column.at.empty()) outer_axis_ = column.at.front().path;
    }
    for (const PointRow& row : rows) add(row);
    std::vector<std::string>& positions = errors_.positions;
    if (std::all_of(positions.begin(), positions.end(), as_number))
      std::stable_sort(positions.begin(), positions.end(),
                       [](const std::string& a, const std::string& b) { return *as_number(a) < *as_number(b); });
  }

  ReferenceErrors find() {
    for (const ReferenceColumn& column : reference_.columns) {
      const std::string name = name_of(column.curve, column.at.empty() ? "" : column.at.front().text);
      errors_.columns.push_back({name, true, "", "", cells(name, &column)});
      for (const ShownCurve& shown : reference_.shown_only)
        if (shown.same_as == column.curve) add(shown, &column);
    }
    for (const ShownCurve& shown : reference_.shown_only)
      if (shown.same_as.empty()) add(shown, nullptr);

    ErrorColumn all;
    for (const ErrorColumn& column : errors_.columns)
      if (column.counted) all.cells.insert(all.cells.end(), column.cells.begin(), column.cells.end());
    errors_.counted = summarize(all);
    return errors_;
  }

 private:
  void add(const ShownCurve& shown, const ReferenceColumn* published) {
    errors_.columns.push_back({shown.curve, false, shown.same_as, shown.why, cells(shown.curve, published)});
  }

  [[nodiscard]] std::vector<ErrorCell> cells(const std::string& curve, const ReferenceColumn* published) const {
    std::vector<ErrorCell> cells;
    for (const std::string& position : errors_.positions) {
      ErrorCell cell = measured(curve, position);
      if (published != nullptr)
        for (const ReferenceValue& value : published->values)
          if (value.axis_text == position) cell.published = value.value;
      cells.push_back(cell);
    }
    return cells;
  }

  [[nodiscard]] ErrorCell measured(const std::string& curve, const std::string& position) const {
    const auto here = measured_.find({curve, position});
    if (here == measured_.end()) return {};
    return {.measured = here->second.sum / here->second.seeds, .state = here->second.state};
  }

  [[nodiscard]] std::string name_of(const std::string& curve, const std::string& outer) const {
    return outer_axis_.empty() ? curve : curve + " " + outer_axis_ + "=" + outer;
  }

  void add_position(const std::string& position) {
    if (std::find(errors_.positions.begin(), errors_.positions.end(), position) == errors_.positions.end())
      errors_.positions.push_back(position);
  }

  void add(const PointRow& row) {
    const auto position = position_of(row, reference_.axis);
    if (!position) return;
    add_position(*position);
    const double value = row.result.value(reference_.metric);
    if (std::isnan(value)) return;
    Measured& here = measured_[{name_of(row.curve, position_of(row, outer_axis_).value_or("")), *position}];
    here.sum += value;
    ++here.seeds;
    here.state = std::max(here.state, state_of(row));
  }

  // Over the runs of a curve at one position.
  struct Measured {
    double sum = 0;
    int seeds = 0;
    PointState state = PointState::kPrecise;
  };

  std::map<std::pair<std::string, std::string>, Measured> measured_;  // by name of the column and position
  std::string outer_axis_;                                            // empty if the reference has one axis
  const Reference& reference_;
  ReferenceErrors errors_;
};

}  // namespace

ErrorSummary summarize(const ErrorColumn& column) {
  ErrorSummary summary;
  double sum = 0;
  double largest = 0;
  for (const ErrorCell& cell : column.cells) {
    const double error = std::fabs(cell.error_percent());
    if (std::isnan(error)) continue;
    ++summary.cells;
    sum += error;
    largest = std::max(largest, error);
  }
  if (summary.cells > 0) {
    summary.mean_percent = sum / static_cast<double>(summary.cells);
    summary.largest_percent = largest;
  }
  return summary;
}

Json to_json(const ErrorSummary& errors) {
  return {{"cells", errors.cells},
          {"mape_percent", number_json(errors.mean_percent)},
          {"largest_percent", number_json(errors.largest_percent)}};
}

Json to_json(const ReferenceErrors& errors) {
  Json cells = Json::array();
  for (const ErrorColumn& column : errors.columns)
    for (std::size_t i = 0; i < column.cells.size(); ++i) {
      const ErrorCell& cell = column.cells[i];
      cells.push_back(Json{{kCurveColumn, column.curve},
                           {"position", errors.positions[i]},
                           {"measured", number_json(cell.measured)},
                           {"published", number_json(cell.published)},
                           {"error_percent", number_json(cell.error_percent())},
                           {"counted", column.counted},
                           {"state", to_string(cell.state)}});
    }
  return {{"metric", errors.metric}, {"axis", errors.axis}, {"cells", cells}, {"errors", to_json(errors.counted)}};
}

ReferenceErrors reference_errors(const PointRows& rows, const Reference& reference) {
  return ErrorFinder(rows, reference).find();
}

}  // namespace vqlab
