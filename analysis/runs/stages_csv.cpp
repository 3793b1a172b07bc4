#include "analysis/runs/stages_csv.hpp"

#include "analysis/runs/csv.hpp"
#include "analysis/runs/place.hpp"
#include "analysis/runs/row_key.hpp"
#include "sim/metrics/columns.hpp"

namespace vqlab {

std::vector<std::string> stage_columns() {
  std::vector<std::string> names{std::string(kStageColumn.name)};
  for (const Column& column : kStageMeasures)
    names.insert(names.end(), {std::string(column.name), interval_name(column.name)});
  return names;
}

void stages_csv(const PointRows& rows, const TextSink& write) {
  std::vector<std::string> axes;
  for (const PointRow& row : rows) add_axis_names({row.curve, row.axes}, axes);
  std::vector<std::string> names = key_columns(axes);
  for (const std::string& name : stage_columns()) names.push_back(name);
  write(csv_line(names));
  for (const PointRow& row : rows) {
    for (const StageTimes& times : row.result.stages) {
      std::vector<std::string> fields = key_fields(row, axes);
      fields.push_back(times.stage);
      for (const auto estimate : kStageEstimates) {
        fields.push_back(csv_number((times.*estimate).value));
        fields.push_back(csv_number((times.*estimate).half_width));
      }
      write(csv_line(fields));
    }
  }
}

}  // namespace vqlab
