#include "analysis/scenario/schema_parts.hpp"

namespace vqlab {

Json text(const char* pattern) {
  Json json;
  json["type"] = "string";
  json["pattern"] = pattern;
  return json;
}

Json one_of_names(const std::vector<std::string>& names) {
  Json json;
  json["type"] = "string";
  json["enum"] = names;
  return json;
}

Json described(const char* type, const char* help) {
  Json json;
  json["type"] = type;
  json["description"] = help;
  return json;
}

Json short_text(const char* help, std::size_t longest) {
  Json json = described("string", help);
  json["maxLength"] = longest;
  return json;
}

Json some_text(const char* help) {
  Json json = described("string", help);
  json["minLength"] = 1;
  return json;
}

Json closed_object(Json properties) {
  Json json;
  json["type"] = "object";
  json["properties"] = std::move(properties);
  json["additionalProperties"] = false;
  return json;
}

Json list_of(Json items, const char* help) {
  Json json;
  json["type"] = "array";
  json["minItems"] = 1;
  json["items"] = std::move(items);
  json["description"] = help;
  return json;
}

Json positive_number() {
  Json json;
  json["type"] = "number";
  json["exclusiveMinimum"] = 0;
  return json;
}

Json reference_to(const std::string& where) {
  Json json;
  json["$ref"] = where;
  return json;
}

Json param_in_machine(const ParamRef& param) { return reference_to("#/definitions/" + path_of(param)); }

Json param_in_scenario(const ParamRef& param) {
  return reference_to((param.section->in_machine ? kMachineSchemaFile : "") + ("#/definitions/" + path_of(param)));
}

}  // namespace vqlab
