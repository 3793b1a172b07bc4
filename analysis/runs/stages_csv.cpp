#include "analysis/runs/stages_csv.hpp"

#include "analysis/runs/csv.hpp"
#include "analysis/runs/row_key.hpp"
#include "analysis/runs/write_file.hpp"

namespace vqlab {

std::string stages_csv(std::vector<PointRow> rows) {
  sort_by_point(rows);
  const std::vector<std::string> axes = axes_of(rows);
  std::vector<std::string> names = key_columns(axes);
  names.emplace_back("stage");
  for (const char* name : {"latency_us", "queueing_us", "service_us", "requests_mean"}) {
    names.emplace_back(name);
    names.push_back(std::string(name) + "_ci95");
  }
  std::string text = csv_line(names);
  for (const PointRow& row : rows) {
    for (const StageTimes& times : row.result.stages) {
      std::vector<std::string> fields = key_fields(row, axes);
      fields.push_back(times.stage);
      for (const Estimate& estimate : {times.latency_us, times.queueing_us, times.service_us, times.requests}) {
        fields.push_back(csv_number(estimate.value));
        fields.push_back(csv_number(estimate.half_width));
      }
      text += csv_line(fields);
    }
  }
  return text;
}

void write_stages_csv(const std::filesystem::path& file, const std::vector<PointRow>& rows) {
  write_atomically(file, stages_csv(rows));
}

}  // namespace vqlab
