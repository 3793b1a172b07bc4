#include "analysis/runs/stages_csv.hpp"

#include "analysis/runs/csv.hpp"
#include "analysis/runs/row_key.hpp"
#include "sim/metrics/columns.hpp"

namespace vqlab {

std::vector<std::string> stage_columns() {
  std::vector<std::string> names{std::string(kStageColumn.name)};
  for (const Column& column : kStageMeasures)
    names.insert(names.end(), {std::string(column.name), interval_name(column.name)});
  return names;
}

std::string stages_csv(std::vector<PointRow> rows) {
  sort_by_point(rows);
  const std::vector<std::string> axes = axes_of(rows);
  std::vector<std::string> names = key_columns(axes);
  for (const std::string& name : stage_columns()) names.push_back(name);
  std::string text = csv_line(names);
  for (const PointRow& row : rows) {
    for (const StageTimes& times : row.result.stages) {
      std::vector<std::string> fields = key_fields(row, axes);
      fields.push_back(times.stage);
      for (const auto estimate : kStageEstimates) {
        fields.push_back(csv_number((times.*estimate).value));
        fields.push_back(csv_number((times.*estimate).half_width));
      }
      text += csv_line(fields);
    }
  }
  return text;
}

}  // namespace vqlab
