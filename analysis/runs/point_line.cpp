#include "analysis/runs/point_line.hpp"

#include "analysis/runs/row_key.hpp"
#include "analysis/scenario/document.hpp"

namespace vqlab {
namespace {

double number(const Json& json) { return json.is_null() ? kNoValue : json.get<double>(); }

Json to_json(const std::vector<Quantity>& quantities) {
  Json json = Json::object();
  for (const Quantity& quantity : quantities) json[quantity.name] = Json::array({quantity.value, quantity.ci95});
  return json;
}

std::vector<Quantity> quantities_from(const Json& json) {
  std::vector<Quantity> quantities;
  for (const auto& [name, pair] : json.items()) quantities.push_back({name, number(pair.at(0)), number(pair.at(1))});
  return quantities;
}

PointRow point_from(const Json& json) {
  PointRow row;
  row.point = json.at("point").get<std::uint32_t>();
  row.curve = json.at(kCurveColumn).get<std::string>();
  for (const auto& [name, value] : json.at("axes").items()) row.axes.emplace_back(name, value.get<std::string>());
  row.seed = json.at("seed").get<std::uint64_t>();
  row.result.precise = json.at("precise").get<bool>();
  if (const auto names = json.find("not_settled"); names != json.end())
    row.result.not_settled = names->get<std::vector<std::string>>();
  row.result.simulated_s = number(json.at("simulated_s"));
  row.result.completed_ios = json.at("completed_ios").get<std::uint64_t>();
  row.result.end_reason = json.at("end_reason").get<std::string>();
  row.result.quantities = quantities_from(json.at("quantities"));
  if (const auto path = json.find("path"); path != json.end()) row.result.path = quantities_from(*path);
  for (const auto& [name, pairs] : json.at("stages").items()) {
    StageTimes& times = row.result.stages.emplace_back();
    times.stage = name;
    for (std::size_t i = 0; i < kStageEstimates.size(); ++i)
      times.*kStageEstimates[i] = {number(pairs.at(i).at(0)), number(pairs.at(i).at(1))};
  }
  return row;
}

}  // namespace

std::string to_line(const PointRow& row) {
  Json json;
  json["point"] = row.point;
  json[kCurveColumn] = row.curve;
  json["axes"] = Json::object();
  for (const auto& [name, value] : row.axes) json["axes"][name] = value;
  json["seed"] = row.seed;
  json["precise"] = row.result.precise;
  if (!row.result.not_settled.empty()) json["not_settled"] = row.result.not_settled;
  json["simulated_s"] = row.result.simulated_s;
  json["completed_ios"] = row.result.completed_ios;
  json["end_reason"] = row.result.end_reason;
  json["quantities"] = to_json(row.result.quantities);
  if (!row.result.path.empty()) json["path"] = to_json(row.result.path);
  json["stages"] = Json::object();
  for (const StageTimes& times : row.result.stages) {
    Json& pairs = json["stages"][times.stage] = Json::array();
    for (const auto estimate : kStageEstimates)
      pairs.push_back(Json::array({(times.*estimate).value, (times.*estimate).half_width}));
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<PointRow> point_from_line(std::string_view line) {
  try {
    return point_from(Json::parse(line));
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace vqlab
