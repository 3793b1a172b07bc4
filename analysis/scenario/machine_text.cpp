#include "analysis/scenario/machine_text.hpp"

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/section.hpp"
#include "analysis/scenario/value.hpp"
#include "models/base/ensure.hpp"

namespace vqlab {
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
    else if (!json.contains(key))
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
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace vqlab
