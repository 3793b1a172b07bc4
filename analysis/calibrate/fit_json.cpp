#include <nlohmann/json.hpp>

#include "analysis/calibrate/fit_report.hpp"
#include "analysis/runs/row_key.hpp"
#include "analysis/runs/schema_version.hpp"

namespace vqlab {
namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson errors_json(const ErrorSummary& summary) {
  OrderedJson json;
  json["cells"] = summary.cells;
  json["mean_percent"] = summary.mean_percent;  // null if there are none
  json["largest_percent"] = summary.largest_percent;
  return json;
}

OrderedJson names_of(const FitRecord& record, const std::vector<std::size_t>& studies) {
  OrderedJson names = OrderedJson::array();
  for (const std::size_t study : studies) names.push_back(record.studies[study].name);
  return names;
}

OrderedJson param_json(const FitRecord& record, const FittedParam& param) {
  OrderedJson json;
  json["path"] = param.path;
  json["unit"] = param.unit;
  json["before"] = param.before;
  json["range_min"] = param.range_min;
  json["range_max"] = param.range_max;
  json["fitted"] = param.fitted;
  json["prior_sd_of_log"] = param.prior_sd;
  json["posterior_sd_of_log"] = param.posterior_sd;
  json["verdict"] = param.verdict();
  json["at_bound"] = param.at_bound();
  json["studies"] = names_of(record, param.studies);
  return json;
}

OrderedJson of_study(const FitRecord& record, std::size_t study) {
  const FittedStudy& one = record.studies[study];
  OrderedJson json;
  json["metric"] = one.metric;
  json["source"] = one.source;
  json["sigma_percent"] = one.sigma_percent;
  json["simulated_s"] = one.simulated_s;
  json["seeds"] = one.seeds;
  return json;
}

OrderedJson study_json(const FitRecord& record, std::size_t study) {
  const FittedStudy& one = record.studies[study];
  OrderedJson json;
  json["study"] = one.name;
  json["machine"] = one.machine;
  json.update(of_study(record, study));
  json["settings"] = OrderedJson::object();
  for (const AxisValue& setting : one.settings) json["settings"][setting.path] = setting.text;
  json["errors_before"] = errors_json(record.before_of(study));
  json["errors"] = errors_json(record.all_of(study));
  return json;
}

OrderedJson target_json(const FitRecord& record, const FittedTarget& target) {
  OrderedJson json;
  json["study"] = record.studies[target.study].name;
  json["name"] = target.name;
  json["published"] = target.published;
  json["sigma_percent"] = target.sigma_percent;
  json["before"] = target.before;
  json["fitted"] = target.fitted;
  json["error_percent"] = target.compared(target.fitted).error_percent();
  json["held_out"] = target.held_out;
  return json;
}

OrderedJson cell_json(const FitRecord& record, const FittedCell& cell) {
  OrderedJson json;
  json["study"] = record.studies[cell.study].name;
  json[kCurveColumn] = cell.curve;
  json[record.studies[cell.study].axis] = cell.position;
  json["published"] = cell.published;
  json["before"] = cell.before;
  json["fitted"] = cell.fitted;
  json["error_percent"] = cell.compared(cell.fitted).error_percent();
  json["held_out"] = cell.held_out;
  json["interpolated"] = cell.interpolated;
  return json;
}

}  // namespace

std::string fit_json(const FitRecord& record) {
  OrderedJson json;
  json["schema_version"] = kResultSchemaVersion;
  const bool joint = record.studies.size() > 1;
  json["study"] = record.name;  // of several studies, their plan
  if (!joint) json["machine"] = record.studies.front().machine;
  json["hold_out"] = record.hold_out;
  json["command"] = record.command;
  json["version"] = record.version;
  json["commit"] = record.commit;
  if (!joint) json.update(of_study(record, 0));
  json["fit_seeds"] = record.fit_seeds;
  json["studies"] = OrderedJson::array();
  for (std::size_t i = 0; i < record.studies.size(); ++i) json["studies"].push_back(study_json(record, i));
  json["iterations"] = OrderedJson::array();
  for (const FitIteration& one : record.iterations)
    json["iterations"].push_back(
        {{"iteration", one.iteration}, {"objective", one.objective}, {"mape_percent", one.mape_percent}});
  json["end_reason"] = record.end_reason;
  json["params"] = OrderedJson::array();
  for (const FittedParam& param : record.params) json["params"].push_back(param_json(record, param));
  json["directions"] = OrderedJson::array();
  for (const FitDirection& direction : record.directions) {
    OrderedJson one;
    one["singular_value"] = direction.singular_value;
    one["weights"] = OrderedJson::object();
    for (const auto& [path, weight] : direction.weights) one["weights"][path] = weight;
    json["directions"].push_back(std::move(one));
  }
  json["cells"] = OrderedJson::array();
  for (const FittedCell& cell : record.cells) json["cells"].push_back(cell_json(record, cell));
  json["soft_targets"] = OrderedJson::array();
  for (const FittedTarget& target : record.targets) json["soft_targets"].push_back(target_json(record, target));
  OrderedJson& errors = json["errors"];
  errors["before"] = errors_json(record.before());
  errors["all"] = errors_json(record.all());
  errors["training"] = errors_json(record.training());
  errors["held_out"] = errors_json(record.held_out());
  errors["held_out_between"] = errors_json(record.between());
  errors["interpolation"] = errors_json(record.interpolation());
  return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + '\n';
}

}  // namespace vqlab
