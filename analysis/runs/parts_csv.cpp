#include "analysis/runs/parts_csv.hpp"

#include <functional>
#include <utility>

#include "analysis/runs/csv.hpp"
#include "analysis/runs/place.hpp"
#include "analysis/runs/row_key.hpp"
#include "sim/metrics/columns.hpp"

namespace vqlab {
namespace {

static_assert(kJobEstimates.size() == kJobMeasures.size());
static_assert(kDiskNumbers.size() == kDiskMeasures.size());

std::string kind_name(IoKind kind) { return std::string(kIoKindNames.at(index_of(kind))); }

std::vector<std::string> names_of(const JobTimes& times) { return {times.job, kind_name(times.kind)}; }
std::vector<std::string> names_of(const PhaseTimes& times) {
  return {std::to_string(times.phase), csv_number(times.begin_s), csv_number(times.end_s), times.times.job,
          kind_name(times.times.kind)};
}
std::vector<std::string> names_of(const DiskTimes& times) {
  return {std::to_string(times.target), std::to_string(times.lun), kind_name(times.kind)};
}

std::vector<std::string> names_and_intervals() {
  std::vector<std::string> names;
  for (const Column& column : kJobMeasures)
    names.insert(names.end(), {std::string(column.name), interval_name(column.name)});
  return names;
}
std::vector<std::string> fields_of(const JobTimes& times) {
  std::vector<std::string> fields;
  for (const auto estimate : kJobEstimates)
    fields.insert(fields.end(), {csv_number((times.*estimate).value), csv_number((times.*estimate).half_width)});
  return fields;
}
std::vector<std::string> fields_of(const PhaseTimes& times) {
  std::vector<std::string> fields;
  for (const auto estimate : kJobEstimates) fields.push_back(csv_number((times.times.*estimate).value));
  return fields;
}
std::vector<std::string> fields_of(const DiskTimes& times) {
  std::vector<std::string> fields;
  for (const auto number : kDiskNumbers) fields.push_back(csv_number(times.*number));
  return fields;
}

std::vector<std::string> names_of(const PartRow& row) { return row.names; }
std::vector<std::string> fields_of(const PartRow& row) {
  std::vector<std::string> fields;
  for (const double number : row.numbers) fields.push_back(csv_number(number));
  return fields;
}

// A line for each of the row's `parts`; `columns` behind those of the row's key.
template <class Parts>
void parts_csv(const PointRows& rows, Parts parts, const std::vector<std::string>& columns, const TextSink& write) {
  std::vector<std::string> axes;
  for (const PointRow& row : rows) add_axis_names({row.curve, row.axes}, axes);
  std::vector<std::string> names = key_columns(axes);
  names.insert(names.end(), columns.begin(), columns.end());
  write(csv_line(names));
  for (const PointRow& row : rows) {
    for (const auto& times : std::invoke(parts, row.result)) {
      std::vector<std::string> fields = key_fields(row, axes);
      for (std::string& name : names_of(times)) fields.push_back(std::move(name));
      for (std::string& field : fields_of(times)) fields.push_back(std::move(field));
      write(csv_line(fields));
    }
  }
}

}  // namespace

void jobs_csv(const PointRows& rows, const TextSink& write) {
  std::vector<std::string> columns;
  for (const Column& column : kJobColumns) columns.emplace_back(column.name);
  for (std::string& name : names_and_intervals()) columns.push_back(std::move(name));
  parts_csv(rows, &PointResult::jobs, columns, write);
}

void phases_csv(const PointRows& rows, const TextSink& write) {
  std::vector<std::string> columns;
  for (const Column& column : kPhaseColumns) columns.emplace_back(column.name);
  for (const Column& column : kJobColumns) columns.emplace_back(column.name);
  for (const Column& column : kJobMeasures) columns.emplace_back(column.name);
  parts_csv(rows, &PointResult::phases, columns, write);
}

void disks_csv(const PointRows& rows, const TextSink& write) {
  std::vector<std::string> columns;
  for (const Column& column : kDiskColumns) columns.emplace_back(column.name);
  for (const Column& column : kDiskMeasures) columns.emplace_back(column.name);
  parts_csv(rows, &PointResult::disks, columns, write);
}

void table_csv(PartTable table, const PointRows& rows, const TextSink& write) {
  const auto index = static_cast<std::size_t>(table);
  std::vector<std::string> columns;
  for (const Column& column : kPartTableColumns.at(index).names) columns.emplace_back(column.name);
  for (const Column& column : kPartTableColumns.at(index).measures) columns.emplace_back(column.name);
  parts_csv(
      rows, [index](const PointResult& result) -> auto& { return result.tables.at(index); }, columns, write);
}

}  // namespace vqlab
