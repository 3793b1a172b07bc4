#include "analysis/runs/parts_csv.hpp"

#include "analysis/runs/csv.hpp"
#include "analysis/runs/place.hpp"
#include "analysis/runs/row_key.hpp"
#include "sim/metrics/columns.hpp"

namespace vqlab {
namespace {

static_assert(kJobEstimates.size() == kJobMeasures.size());
static_assert(kDiskEstimates.size() == kDiskMeasures.size());

std::string kind_name(IoKind kind) { return std::string(kIoKindNames.at(index_of(kind))); }

std::vector<std::string> names_of(const JobTimes& times) { return {times.job, kind_name(times.kind)}; }
std::vector<std::string> names_of(const DiskTimes& times) {
  return {std::to_string(times.target), std::to_string(times.lun), kind_name(times.kind)};
}

// A line for each of the row's `parts`.
template <class Times, class Names, class Measures, class Estimates>
void parts_csv(const PointRows& rows, std::vector<Times> PointResult::*parts, const Names& columns,
               const Measures& measures, const Estimates& estimates, const TextSink& write) {
  std::vector<std::string> axes;
  for (const PointRow& row : rows) add_axis_names({row.curve, row.axes}, axes);
  std::vector<std::string> names = key_columns(axes);
  for (const Column& column : columns) names.emplace_back(column.name);
  for (const Column& column : measures)
    names.insert(names.end(), {std::string(column.name), interval_name(column.name)});
  write(csv_line(names));
  for (const PointRow& row : rows) {
    for (const Times& times : row.result.*parts) {
      std::vector<std::string> fields = key_fields(row, axes);
      for (std::string& name : names_of(times)) fields.push_back(std::move(name));
      for (const auto estimate : estimates) {
        fields.push_back(csv_number((times.*estimate).value));
        fields.push_back(csv_number((times.*estimate).half_width));
      }
      write(csv_line(fields));
    }
  }
}

}  // namespace

void jobs_csv(const PointRows& rows, const TextSink& write) {
  parts_csv(rows, &PointResult::jobs, kJobColumns, kJobMeasures, kJobEstimates, write);
}

void disks_csv(const PointRows& rows, const TextSink& write) {
  parts_csv(rows, &PointResult::disks, kDiskColumns, kDiskMeasures, kDiskEstimates, write);
}

}  // namespace vqlab
