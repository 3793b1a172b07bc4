// What a schema says of claims.
#include "analysis/scenario/claims.hpp"
#include "analysis/scenario/object_reader.hpp"
#include "analysis/scenario/schema_parts.hpp"

namespace vqlab {
namespace {

Json claim_quantity(const char* help) {
  Json json = text(kNamePattern);
  json["description"] = help;
  return json;
}

Json place() { return reference_to(std::string("#/definitions/") + kPlaceDefinition); }

Json ratio_schema() {
  Json properties;
  properties["of"] = place();
  properties["to"] = place();
  properties["published"] = positive_number();
  properties["range"] = list_of(positive_number(), "Least and greatest accepted ratio.");
  properties["range"]["minItems"] = 2;
  properties["range"]["maxItems"] = 2;
  Json json = closed_object(std::move(properties));
  json["required"] = Json::array({"of", "to", "published", "range"});
  json["description"] = "The value at `of` divided by that at `to` lies in the range.";
  return json;
}

Json direction_schema() {
  Json properties;
  properties["from"] = place();
  properties["to"] = place();
  properties["is"] = one_of_names({"rises", "falls"});
  Json json = closed_object(std::move(properties));
  json["required"] = Json::array({"from", "to", "is"});
  json["description"] = "The value rises or falls from one place to another.";
  return json;
}

Json ordering_schema() {
  Json properties;
  properties["places"] = list_of(place(), "From the highest to the lowest.");
  properties["places"]["minItems"] = 2;
  Json json = closed_object(std::move(properties));
  json["required"] = Json::array({"places"});
  json["description"] = "The value at each place is above that at the next.";
  return json;
}

}  // namespace

Json place_schema() {
  Json properties;
  properties["curve"] = described("string", "The name of a curve.");
  properties["quantity"] = claim_quantity("The quantity, if it is another one than the claim's.");
  for (const std::string& path : param_paths())
    if (const ParamRef param = find_param(path); !param.section->of_part) properties[path] = param_in_scenario(param);
  Json json = closed_object(std::move(properties));
  json["patternProperties"][part_path_pattern()] = Json::object();
  json["required"] = Json::array({"curve"});
  json["description"] = "A curve at values of swept parameters; one that is left out takes all its values.";
  return json;
}

Json claims_schema() {
  Json properties;
  properties["id"] = text(kNamePattern);
  properties["id"]["description"] = "Name of the claim, fixed before the first run.";
  properties["published"] = some_text("The figure or sentence as published.");
  properties["quantity"] = claim_quantity("A quantity of points.csv; iops if left out.");
  properties["ratio"] = ratio_schema();
  properties["direction"] = direction_schema();
  properties["ordering"] = ordering_schema();
  properties["fails"] = some_text("Why the claim does not hold: it is marked as failing.");
  properties["fitted"] = some_text(
      "What was fitted to this figure or to one that implies it, as a target or a soft target: the claim is judged, "
      "but "
      "does not count.");
  Json one = closed_object(std::move(properties));
  one["required"] = Json::array({"id", "published"});
  for (const std::string& name : judgement_names()) one["oneOf"].push_back(Json{{"required", Json::array({name})}});
  return list_of(std::move(one), "Published figures and sentences that `vqlab claims` holds the results against.");
}

}  // namespace vqlab
