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

OrderedJson param_json(const FittedParam& param) {
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
  return json;
}

OrderedJson cell_json(const FittedCell& cell) {
  OrderedJson json;
  json[kCurveColumn] = cell.curve;
  json["targets"] = cell.targets;
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
  json["study"] = record.study;
  json["machine"] = record.machine;
  json["hold_out"] = record.hold_out;
  json["command"] = record.command;
  json["version"] = record.version;
  json["commit"] = record.commit;
  json["metric"] = record.metric;
  json["source"] = record.source;
  json["sigma_percent"] = record.sigma_percent;
  json["simulated_s"] = record.simulated_s;
  json["fit_seeds"] = record.fit_seeds;
  json["seeds"] = record.seeds;
  json["iterations"] = OrderedJson::array();
  for (const FitIteration& one : record.iterations)
    json["iterations"].push_back(
        {{"iteration", one.iteration}, {"objective", one.objective}, {"mape_percent", one.mape_percent}});
  json["end_reason"] = record.end_reason;
  json["params"] = OrderedJson::array();
  for (const FittedParam& param : record.params) json["params"].push_back(param_json(param));
  json["directions"] = OrderedJson::array();
  for (const FitDirection& direction : record.directions) {
    OrderedJson one;
    one["singular_value"] = direction.singular_value;
    one["weights"] = OrderedJson::object();
    for (const auto& [path, weight] : direction.weights) one["weights"][path] = weight;
    json["directions"].push_back(std::move(one));
  }
  json["cells"] = OrderedJson::array();
  for (const FittedCell& cell : record.cells) json["cells"].push_back(cell_json(cell));
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
