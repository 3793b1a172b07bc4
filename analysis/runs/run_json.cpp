#include "analysis/runs/run_json.hpp"

#include "analysis/runs/run_identity.hpp"
#include "analysis/runs/schema_version.hpp"
#include "analysis/scenario/document.hpp"

namespace vqlab {

Json to_json(const RunRecord& record) {
  Json json;
  json["schema_version"] = kResultSchemaVersion;
  json["study"] = record.study;
  json["version"] = record.version;
  json["commit"] = record.commit;
  json["program_sha256"] = record.program_sha256;
  json["tools"] = Json::object();
  for (const auto& [name, version] : record.tools) json["tools"][name] = version;
  json["seeds"] = record.seeds;
  json["complete"] =
      record.points_finished == record.points_total && record.long_runs_finished == record.long_runs_total;
  json["points_total"] = record.points_total;
  json["points_finished"] = record.points_finished;
  if (record.points_cut_short > 0) json["points_cut_short"] = record.points_cut_short;
  if (record.long_runs_total > 0) {
    json["long_runs_total"] = record.long_runs_total;
    json["long_runs_finished"] = record.long_runs_finished;
  }
  json["counters"] = Json::object();
  for (const auto& [name, count] : record.counters) json["counters"][name] = count;
  json["started_utc"] = record.started_utc;
  json["wall_s"] = record.wall_s;
  json["points_cpu_s"] = record.points_cpu_s;
  json["memory_mb"] = record.memory_mb;
  json["scenario_sha256"] = scenario_sha256(record.scenario);
  json["scenario"] = record.scenario;
  return json;
}

std::string run_json(const RunRecord& record) { return to_json(record).dump(2) + '\n'; }

}  // namespace vqlab
