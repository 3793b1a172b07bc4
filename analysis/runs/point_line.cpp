#include "analysis/runs/point_line.hpp"

#include <utility>

#include "analysis/runs/fio_line.hpp"
#include "analysis/runs/line_scanner.hpp"
#include "analysis/runs/row_key.hpp"
#include "analysis/scenario/document.hpp"

namespace vqlab {
namespace {

Json to_json(const std::vector<Quantity>& quantities) {
  Json json = Json::object();
  for (const Quantity& quantity : quantities) json[quantity.name] = Json::array({quantity.value, quantity.ci95});
  return json;
}

// Calls `member` with each key of an object, in front of its value.
template <class Member>
void scan_object(LineScanner& line, Member member) {
  line.expect("{");
  for (bool first = true; line.more(first, '}');) {
    std::string key = line.string();
    line.expect(":");
    member(std::move(key));
  }
}

// A list of two numbers.
Estimate scan_pair(LineScanner& line) {
  line.expect("[");
  const double value = line.number();
  line.expect(",");
  const double half_width = line.number();
  line.expect("]");
  return {value, half_width};
}

std::vector<Quantity> scan_quantities(LineScanner& line) {
  std::vector<Quantity> quantities;
  quantities.reserve(64);
  scan_object(line, [&](std::string name) {
    const Estimate estimate = scan_pair(line);
    quantities.push_back({std::move(name), estimate.value, estimate.half_width});
  });
  return quantities;
}

// Estimates of something, as a list of pairs.
template <class Times, class Estimates>
void scan_estimates(LineScanner& line, Times& times, const Estimates& estimates) {
  line.expect("[");
  bool first = true;
  for (const auto estimate : estimates)
    if (line.more(first, ']')) times.*estimate = scan_pair(line);
  line.expect("]");
}

template <class Times, class Estimates>
Json pairs_of(const Times& times, const Estimates& estimates) {
  Json pairs = Json::array();
  for (const auto estimate : estimates)
    pairs.push_back(Json::array({(times.*estimate).value, (times.*estimate).half_width}));
  return pairs;
}

StageTimes scan_stage(LineScanner& line, std::string name) {
  StageTimes times;
  times.stage = std::move(name);
  scan_estimates(line, times, kStageEstimates);
  return times;
}

IoKind scan_kind(LineScanner& line) {
  const std::uint64_t kind = line.whole();
  if (kind >= kIoKinds) line.expect("a kind of I/O");  // which is not there
  return static_cast<IoKind>(kind % kIoKinds);
}

JobTimes scan_job(LineScanner& line) {
  JobTimes times;
  line.expect("[");
  times.job = line.string();
  line.expect(",");
  times.kind = scan_kind(line);
  line.expect(",");
  scan_estimates(line, times, kJobEstimates);
  line.expect("]");
  return times;
}

PhaseTimes scan_phase(LineScanner& line) {
  PhaseTimes times;
  line.expect("[");
  times.phase = static_cast<std::uint32_t>(line.whole());
  line.expect(",");
  times.begin_s = line.number();
  line.expect(",");
  times.end_s = line.number();
  line.expect(",");
  times.times = scan_job(line);
  line.expect("]");
  return times;
}

DiskTimes scan_disk(LineScanner& line) {
  DiskTimes times;
  line.expect("[");
  times.target = static_cast<std::uint32_t>(line.whole());
  line.expect(",");
  times.lun = static_cast<std::uint32_t>(line.whole());
  line.expect(",");
  times.kind = scan_kind(line);
  for (const auto number : kDiskNumbers) {
    line.expect(",");
    times.*number = line.number();
  }
  line.expect("]");
  return times;
}

// A list: its names, then its numbers.
PartRow scan_part(LineScanner& line, const PartTableColumns& columns) {
  PartRow row;
  line.expect("[");
  for (std::size_t i = 0; i < columns.names.size(); ++i) {
    if (i > 0) line.expect(",");
    row.names.push_back(line.string());
  }
  for (std::size_t i = 0; i < columns.measures.size(); ++i) {
    line.expect(",");
    row.numbers.push_back(line.number());
  }
  line.expect("]");
  return row;
}

Json to_json(const PartRow& row) {
  Json json = row.names;
  for (const double number : row.numbers) json.push_back(number);
  return json;
}

void scan_result(LineScanner& line, PointResult& result) {
  line.expect("\"precise\":");
  result.precise = line.boolean();
  if (line.take(",\"not_settled\":[")) {
    for (bool first = true; line.more(first, ']');) result.not_settled.push_back(line.string());
  }
  line.expect(",\"simulated_s\":");
  result.simulated_s = line.number();
  line.expect(",\"completed_ios\":");
  result.completed_ios = line.whole();
  line.expect(",\"end_reason\":");
  result.end_reason = line.string();
  line.expect(",\"quantities\":");
  result.quantities = scan_quantities(line);
  if (line.take(",\"path\":")) result.path = scan_quantities(line);
  line.expect(",\"stages\":");
  result.stages.reserve(kStages);
  scan_object(line, [&](std::string name) { result.stages.push_back(scan_stage(line, std::move(name))); });
  if (line.take(",\"jobs\":["))
    for (bool first = true; line.more(first, ']');) result.jobs.push_back(scan_job(line));
  if (line.take(",\"phases\":["))
    for (bool first = true; line.more(first, ']');) result.phases.push_back(scan_phase(line));
  if (line.take(",\"disks\":["))
    for (bool first = true; line.more(first, ']');) result.disks.push_back(scan_disk(line));
  for (std::size_t i = 0; i < kPartTables; ++i) {
    const PartTableColumns& columns = kPartTableColumns[i];
    if (line.take(",\"" + std::string(columns.name) + "\":["))
      for (bool first = true; line.more(first, ']');) result.tables[i].push_back(scan_part(line, columns));
  }
  if (line.take(",\"fio\":["))
    for (bool first = true; line.more(first, ']');) result.fio.push_back(scan_fio_job(line));
}

Json job_json(const JobTimes& times) {
  return Json::array({times.job, index_of(times.kind), pairs_of(times, kJobEstimates)});
}

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string to_line(const PointRow& row) { return line_with(row, result_text(row.result)); }

std::string result_text(const PointResult& result) {
  Json json;
  json["precise"] = result.precise;
  if (!result.not_settled.empty()) json["not_settled"] = result.not_settled;
  json["simulated_s"] = result.simulated_s;
  json["completed_ios"] = result.completed_ios;
  json["end_reason"] = result.end_reason;
  json["quantities"] = to_json(result.quantities);
  if (!result.path.empty()) json["path"] = to_json(result.path);
  json["stages"] = Json::object();
  for (const StageTimes& times : result.stages) json["stages"][times.stage] = pairs_of(times, kStageEstimates);
  for (const JobTimes& times : result.jobs) json["jobs"].push_back(job_json(times));
  for (const PhaseTimes& one : result.phases)
    json["phases"].push_back(Json::array({one.phase, one.begin_s, one.end_s, job_json(one.times)}));
  for (const DiskTimes& times : result.disks) {
    Json& disk = json["disks"].emplace_back(Json::array({times.target, times.lun, index_of(times.kind)}));
    for (const auto number : kDiskNumbers) disk.push_back(times.*number);
  }
  for (std::size_t i = 0; i < kPartTables; ++i)
    for (const PartRow& row : result.tables[i]) json[std::string(kPartTableColumns[i].name)].push_back(to_json(row));
  for (const FioJobTimes& job : result.fio) json["fio"].push_back(to_json(job));
  return dumped(json);
}

std::string line_with(const PointRow& whose, std::string_view result_text) {
  Json json;
  json["point"] = whose.point;
  json[kCurveColumn] = whose.curve;
  json["axes"] = Json::object();
  for (const auto& [name, value] : whose.axes) json["axes"][name] = value;
  json["seed"] = whose.seed;
  std::string line = dumped(json);
  line.back() = ',';
  return line.append(result_text.substr(1));
}

std::optional<PointRow> point_from_line(std::string_view text) {
  LineScanner line(text);
  PointRow row;
  line.expect("{\"point\":");
  const std::uint64_t point = line.whole();
  row.point = static_cast<std::uint32_t>(point);
  line.expect(",\"" + std::string(kCurveColumn) + "\":");
  row.curve = line.string();
  line.expect(",\"axes\":");
  scan_object(line, [&](std::string name) { row.axes.emplace_back(std::move(name), line.string()); });
  line.expect(",\"seed\":");
  row.seed = line.whole();
  line.expect(",");
  scan_result(line, row.result);
  // A journal's line has its checksum behind the row.
  if (line.take(",\"check\":")) (void)line.string();
  line.expect("}");
  if (!line.ended() || point != row.point) return std::nullopt;
  return row;
}

}  // namespace vqlab
