#include "sim/scenario/machine_text.hpp"

#include <cmath>
#include <cstdint>

#include "models/base/ensure.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/section.hpp"

namespace vqlab {
namespace {

// Whole numbers without ".0".
Json number_json(double value) {
  if (value == std::floor(value) && std::abs(value) < 1e15) return static_cast<std::int64_t>(value);
  return value;
}

}  // namespace

std::string machine_file_text(const Study& study, const MachineText& text) {
  Json json;
  if (const auto schema = study.machine_document.find("$schema"); schema != study.machine_document.end())
    json["$schema"] = *schema;
  json["name"] = text.name;
  json["title"] = text.title;
  json["description"] = text.description;
  for (const auto& [key, value] : study.machine_document.items())
    if (!json.contains(key)) json[key] = value;
  for (const auto& [path, value] : text.values) {
    const ParamRef param = find_param(path);
    ensure(param.row != nullptr && param.section->in_machine, "a machine may set the parameter");
    Json& place = json[param.section->key][param.row->name];
    // A cost that says its shape keeps it.
    (place.is_object() ? place["mean_ns"] : place) = number_json(value);
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace vqlab
