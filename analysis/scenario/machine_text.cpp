#include "analysis/scenario/machine_text.hpp"

#include <algorithm>
#include <cstddef>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/section.hpp"
#include "analysis/scenario/value.hpp"
#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

constexpr const char* kPosterior = "posterior";
constexpr std::size_t kIndent = 2;

bool is_list_of_numbers(const Json& json) {
  return json.is_array() && std::all_of(json.begin(), json.end(), [](const Json& one) { return one.is_number(); });
}

// As dump() indents, but a list of numbers is one line: a matrix has many.
std::string indented(const Json& json, std::size_t depth) {
  const bool open = json.is_structured() && !json.empty() && !is_list_of_numbers(json);
  if (!open) return json.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string text;
  for (const auto& [key, value] : json.items()) {
    text += text.empty() ? "" : ",";
    text += '\n' + std::string((depth + 1) * kIndent, ' ');
    if (json.is_object()) text += Json(key).dump(-1, ' ', false, Json::error_handler_t::replace) + ": ";
    text += indented(value, depth + 1);
  }
  text += '\n' + std::string(depth * kIndent, ' ');
  return json.is_object() ? '{' + text + '}' : '[' + text + ']';
}

}  // namespace

std::string machine_file_text(const Study& study, const MachineText& text) {
  Json json;
  if (const auto schema = study.machine_document.find("$schema"); schema != study.machine_document.end())
    json["$schema"] = *schema;
  json["name"] = text.name;
  json["title"] = text.title;
  json["description"] = text.description;
  Json sources = Json::object();
  for (const auto& [key, value] : study.machine_document.items()) {
    if (key == "sources")
      sources = value;
    else if (!json.contains(key) && key != kPosterior)
      json[key] = value;
  }
  PointSpec spec{study.points.front().testbed, study.points.front().precision};
  for (const auto& [path, value, source] : text.values) {
    const ParamRef param = find_param(path);
    ensure(param.row != nullptr && param.section->in_machine, "a machine may set the parameter");
    set_number(param, spec, value);
    json[param.section->key][param.row->name] = brief_value(param.get(spec), param.get(PointSpec{}));
    sources[path] = source;
  }
  if (!sources.empty()) json["sources"] = std::move(sources);
  if (text.posterior) json[kPosterior] = posterior_json(*text.posterior);
  return indented(json, 0) + '\n';
}

std::string machine_file_text(const Json& machine, const Posterior& posterior) {
  Json json = machine;
  json.erase(kPosterior);
  json[kPosterior] = posterior_json(posterior);
  return indented(json, 0) + '\n';
}

}  // namespace vqlab
