// The schema of calibration plans. What a scenario says in the same way is referred to where its schema has it.
#include <string>
#include <utility>

#include "analysis/scenario/calibration.hpp"
#include "analysis/scenario/object_reader.hpp"
#include "analysis/scenario/schema.hpp"
#include "analysis/scenario/schema_parts.hpp"
#include "analysis/scenario/section.hpp"

namespace vqlab {
namespace {

constexpr const char* kScenarioSchemaFile = "schema.json";

Json in_scenario(const std::string& where) { return reference_to(kScenarioSchemaFile + ("#/properties/" + where)); }

// Of the member "calibration" of a scenario.
Json fit_setting(const std::string& name) { return in_scenario("calibration/properties/" + name); }

Json described_name(const char* help) {
  Json json = text(kNamePattern);
  json["description"] = help;
  return json;
}

// By parameter path; `schema_of` is asked for those that a schema can know.
template <class SchemaOf>
Json by_param_path(Json properties, SchemaOf schema_of) {
  for (const Section& section : sections())
    for (const Param& row : section.table->rows)
      if (!section.of_part) properties[path_of({&section, &row})] = schema_of(ParamRef{&section, &row});
  Json json = closed_object(std::move(properties));
  json["patternProperties"][part_path_pattern()] = Json::object();
  return json;
}

Json planned_value(const ParamRef& param) {
  return reference_to((param.section->in_machine ? kMachineSchemaFile : kScenarioSchemaFile) +
                      ("#/definitions/" + path_of(param)));
}

Json planned_values(const ParamRef& param) {
  Json json;
  json["type"] = "array";
  json["minItems"] = 2;
  json["uniqueItems"] = true;
  json["items"] = planned_value(param);
  return json;
}

Json planned_place() {
  Json properties;
  properties["curve"] = described("string", "A curve of the study.");
  Json json = by_param_path(std::move(properties), planned_value);
  json["required"] = Json::array({"curve"});
  json["description"] = "A curve at one value of each swept parameter.";
  return json;
}

Json planned_target() {
  Json properties;
  properties["name"] = described_name("Its name in tables.");
  properties["source"] = some_text("Where it was published.");
  properties["of"] = reference_to("#/definitions/place");
  properties["to"] = reference_to("#/definitions/place");
  properties["published"] = positive_number();
  properties["sigma_percent"] = fit_setting("sigma_percent");
  Json json = closed_object(std::move(properties));
  json["required"] = Json::array({"name", "source", "of", "published"});
  return json;
}

Json planned_study() {
  Json properties;
  properties["study"] = some_text("Its scenario file, relative to this one.");
  properties["machine"] = described("string", "Machine to start from; the study's own if left out.");
  properties["writes"] = described_name("Machine that the fit writes.");
  properties["sigma_percent"] = fit_setting("sigma_percent");
  properties["simulated_s"] = fit_setting("simulated_s");
  properties["unpublished"] = by_param_path(Json::object(), planned_values);
  properties["unpublished"]["description"] = "Settings that nobody published, and the values that they may have had.";
  properties["soft_targets"] = list_of(planned_target(), "Values or ratios that are fitted beside the table.");
  Json json = closed_object(std::move(properties));
  json["required"] = Json::array({"study"});
  return json;
}

Json planned_param() {
  Json properties;
  properties["param"] = fit_setting("free/items");
  properties["studies"] = list_of(Json{{"type", "string"}}, "Studies that share it; all if left out.");
  properties["range"] = list_of(positive_number(), "Least and greatest value, in place of the plausible range.");
  properties["range"]["minItems"] = 2;
  properties["range"]["maxItems"] = 2;
  Json json = closed_object(std::move(properties));
  json["required"] = Json::array({"param"});
  return json;
}

Json planned_held_fit() {
  Json properties;
  properties["name"] = described_name("Name of the fit in tables.");
  properties["values"]["type"] = "object";
  properties["values"]["minProperties"] = 1;
  properties["values"]["additionalProperties"] = positive_number();
  properties["values"]["description"] = "The value of each held parameter, by path.";
  Json json = closed_object(std::move(properties));
  json["required"] = Json::array({"name", "values"});
  return json;
}

Json planned_hold_out() {
  Json properties;
  properties["name"] = described_name("Name of the hold-out in tables and result folders.");
  properties["study"] = described("string", "The study whose cells are held out.");
  properties["targets"] = fit_setting("held_out/items/properties/targets");
  properties["curves"] = fit_setting("held_out/items/properties/curves");
  Json json = closed_object(std::move(properties));
  json["required"] = Json::array({"name", "study"});
  return json;
}

}  // namespace

Json calibration_plan_schema() {
  Json properties;
  properties["$schema"] = described("string", "Schema that editors check this file with.");
  properties["plan"] = described_name("Name of the plan: results go to results/<plan>_fit/.");
  properties["title"] = in_scenario("title");
  properties["description"] = described("string", "What is fitted together, and why.");
  properties["studies"] = list_of(planned_study(), "The studies whose published values are fitted together.");
  properties["studies"]["minItems"] = 2;
  properties["same"] = list_of(Json{{"type", "string"}}, "Sections of machines in which all studies agree.");
  properties["free"] = list_of(planned_param(), "Parameters to fit.");
  properties["held"] = list_of(planned_held_fit(), "Fits in which parameters have these values, beside the free one.");
  properties["held_out"] = list_of(planned_hold_out(), "Published cells that a fit does not see.");
  for (const Param& row : params_of(static_cast<const FitSettings*>(nullptr)).rows)
    properties[row.name] = fit_setting(row.name);
  Json json;
  json["$schema"] = kDraft;
  json["title"] = "vqlab calibration plan";
  json["description"] = "Generated by `vqlab schema --plan`. schema.json and machine_schema.json lie beside it.";
  json.update(closed_object(std::move(properties)));
  json["required"] = Json::array({"plan", "studies", "free"});
  json["definitions"]["place"] = planned_place();
  return json;
}

}  // namespace vqlab
