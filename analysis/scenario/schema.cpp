#include "analysis/scenario/schema.hpp"

#include <algorithm>
#include <cmath>
#include <regex>

#include "analysis/scenario/calibration.hpp"
#include "analysis/scenario/object_reader.hpp"
#include "analysis/scenario/posterior.hpp"
#include "analysis/scenario/read_figures.hpp"
#include "analysis/scenario/schema_parts.hpp"
#include "analysis/scenario/section.hpp"
#include "analysis/scenario/uncertainty.hpp"
#include "analysis/scenario/value.hpp"
#include "models/backend/sheet_table.hpp"
#include "models/testbed/unread.hpp"

namespace vqlab {
namespace {

constexpr const char* kSizePattern = "^[0-9]+[kKmMgGtT]?$";
constexpr const char* kSizeRangePattern = "^[0-9]+[kKmMgGtT]?(-[0-9]+[kKmMgGtT]?)?$";

std::vector<std::string> keys_of_row(const Param& row) {
  std::vector<std::string> keys{row.name};
  keys.insert(keys.end(), row.aliases.begin(), row.aliases.end());
  return keys;
}

// Whole bounds are written as integers: editors show them.
Json bound(double value) {
  if (value == std::floor(value) && std::abs(value) < 1e15) return static_cast<std::int64_t>(value);
  return value;
}

Json bounded(const char* type, const Bounds& bounds) {
  Json json;
  json["type"] = type;
  json["minimum"] = bound(bounds.min);
  json["maximum"] = bound(bounds.max);
  return json;
}

Json cost_schema(const Bounds& bounds) {
  Json mean;
  mean["anyOf"] = Json::array({Json{{"const", 0}}, bounded("number", bounds)});
  Json properties;
  properties["mean_ns"] = mean;
  properties["shape"] = one_of_names({shape_names().begin(), shape_names().end()});
  Json object = closed_object(std::move(properties));
  object["minProperties"] = 1;
  Json json;
  json["anyOf"] = Json::array({Json{{"const", 0}}, bounded("number", bounds), std::move(object)});
  return json;
}

Json kind_schema(const Param& row);

Json named_sets_schema(const Param& row) {
  Json properties;
  properties["name"] = text(kNamePattern);
  for (const Param& member : row.element()->rows) {
    properties[member.name] = kind_schema(member);
    for (const std::string& alias : member.aliases) properties[alias] = kind_schema(member);
  }
  Json element = closed_object(std::move(properties));
  element["required"] = Json::array({"name"});
  Json list;
  list["type"] = "array";
  list["maxItems"] = kMostNamedSets;
  list["items"] = std::move(element);
  return list;
}

Json kind_schema(const Param& row) {
  Json any;
  switch (row.kind) {
    case ParamKind::kBoolean: return Json{{"type", "boolean"}};
    case ParamKind::kInteger: return bounded("integer", row.bounds);
    case ParamKind::kNumber: return bounded("number", row.bounds);
    case ParamKind::kText: return Json{{"type", "string"}};
    case ParamKind::kChoice: return row.listing.empty() ? one_of_names(row.choices()) : text(kNamePattern);
    case ParamKind::kSize: any["anyOf"] = Json::array({bounded("integer", row.bounds), text(kSizePattern)}); return any;
    case ParamKind::kSizeRange: return text(kSizeRangePattern);
    case ParamKind::kWorded: {
      Json words = text(row.wording.pattern.c_str());
      words["maxLength"] = kLongestWording;
      // A number stands for its digits.
      const std::regex pattern(row.wording.pattern);
      if (!std::regex_match("1", pattern)) return words;
      // 0 and 1 alone are a switch's.
      if (!std::regex_match("2", pattern)) {
        any["anyOf"] = Json::array({bounded("integer", {0, 1}), std::move(words)});
        return any;
      }
      const char* const kind = std::regex_match("0.5", pattern) ? "number" : "integer";
      any["anyOf"] = Json::array({bounded(kind, {0, kExactIntegers}), std::move(words)});
      return any;
    }
    case ParamKind::kNamedSets: return named_sets_schema(row);
    case ParamKind::kIothreadVqMapping:
    case ParamKind::kDisks: return Json{{"type", "array"}};
    case ParamKind::kDevice: return Json{{"type", Json::array({"string", "object"})}};
    case ParamKind::kCost: return cost_schema(row.bounds);
  }
  return any;
}

std::string description(const Param& row) {
  std::string all = row.help;
  if (!row.unit.empty()) all += " Unit: " + row.unit + ".";
  if (!row.listing.empty()) all += " One that `vqlab list " + row.listing + "` prints.";
  if (!row.source.empty()) all += " Source: " + row.source + ".";
  return all;
}

// What may be set where.
enum class Of {
  kScenario,      // all
  kMachine,       // what a machine may set
  kScenarioOnly,  // the rest
};

// Sections of parts are any objects to a schema.
std::vector<Section> described_sections(Of of) {
  std::vector<Section> described;
  for (const Section& section : sections())
    if (!section.of_part && (of == Of::kScenario || section.in_machine == (of == Of::kMachine)))
      described.push_back(section);
  return described;
}

// Sections of parts beside those of `properties`.
Json object_with_parts(Json properties) {
  Json json = closed_object(std::move(properties));
  json["additionalProperties"] = described("object", "Parameters of a part that `vqlab list parts` prints.");
  return json;
}

// By parameter path: `schema_of(param)` for each that is described, `of_part` for what may be one of a part.
template <class SchemaOf>
Json by_path(const SchemaOf& schema_of, Json of_part) {
  Json properties = Json::object();
  for (const Section& section : described_sections(Of::kScenario))
    for (const Param& row : section.table->rows) {
      const ParamRef param{&section, &row};
      const std::string before = section.key.empty() ? "" : section.key + ".";
      for (const std::string& key : keys_of_row(row)) properties[before + key] = schema_of(param);
    }
  Json json = closed_object(std::move(properties));
  json["patternProperties"][part_path_pattern()] = std::move(of_part);
  return json;
}

// A definition for each parameter, by path: machine, scenario, curves, sweep and claims all refer to it.
Json definitions(Of of) {
  Json json;
  for (const Section& section : described_sections(of)) {
    for (const Param& row : section.table->rows) {
      const ParamRef param{&section, &row};
      Json one = kind_schema(row);
      one["description"] = description(row);
      one["default"] = write_value(param.get(PointSpec{}));
      json[path_of(param)] = std::move(one);
    }
  }
  return json;
}

void add_sections(Json& properties, Of of) {
  for (const Section& section : described_sections(of)) {
    if (of == Of::kScenario && section.in_machine) {
      properties[section.key] = reference_to(std::string(kMachineSchemaFile) + "#/properties/" + section.key);
      continue;
    }
    Json rows = Json::object();
    for (const Param& row : section.table->rows)
      for (const std::string& key : keys_of_row(row))
        rows[key] = section.in_machine ? param_in_machine({&section, &row}) : param_in_scenario({&section, &row});
    if (section.key.empty()) {
      properties.update(rows);
    } else {
      properties[section.key] = closed_object(std::move(rows));
      properties[section.key]["description"] = section.table->help;
    }
  }
}

// Texts by path of the parameters that the scenario (or the machine) may set.
Json texts_by_param(Of of, const char* help) {
  std::vector<std::string> paths;
  for (const Section& section : described_sections(of))
    for (const Param& row : section.table->rows) paths.push_back(path_of({&section, &row}));
  Json json = described("object", help);
  json["propertyNames"]["anyOf"] = Json::array({one_of_names(paths), text(part_path_pattern().c_str())});
  json["additionalProperties"]["type"] = "string";
  json["additionalProperties"]["minLength"] = 1;
  return json;
}

Json curves_schema() {
  Json properties;
  properties["name"] = text(kNamePattern);
  properties["name"]["description"] = "Name of the curve in result files.";
  properties["label"] = short_text("Name of the curve in tables and figures; the name if left out.", kLongestTitle);
  properties["set"] = by_path(param_in_scenario, Json::object());
  properties["set"]["description"] = "What this curve sets, by parameter path.";
  Json one = closed_object(std::move(properties));
  one["required"] = Json::array({"name"});
  Json list = list_of(std::move(one), "The curves. Without them there is one curve, which sets nothing.");
  list["maxItems"] = kMostCurves;
  return list;
}

Json sweep_schema() {
  Json values;
  values["type"] = "array";
  values["minItems"] = 1;
  values["uniqueItems"] = true;
  const auto values_of = [](const ParamRef& param) { return Json{{"items", param_in_scenario(param)}}; };
  Json json = by_path(values_of, Json::object());
  json["allOf"] = Json::array({Json{{"additionalProperties", std::move(values)}}});  // each is a list
  json["description"] = "Values to try, by parameter path; with several axes, every combination.";
  return json;
}

Json seeds_schema() {
  Json json = list_of(bounded("integer", {0, 9007199254740991}), "Each point is run once for each seed.");
  json["items"]["maximum"] = std::int64_t{9007199254740991};
  json["uniqueItems"] = true;
  json["default"] = Json::array({1});
  return json;
}

Json hold_out_schema() {
  Json properties;
  properties["name"] = text(kNamePattern);
  properties["name"]["description"] = "Name of the hold-out in tables and result folders.";
  properties["targets"] =
      list_of(param_in_scenario(find_param("targets")), "At these targets. Without it, at all targets.");
  properties["curves"] = list_of(Json{{"type", "string"}}, "Of these curves. Without it, of all curves.");
  Json json = closed_object(std::move(properties));
  json["required"] = Json::array({"name"});
  return json;
}

Json calibration_schema() {
  Json properties;
  properties["machine"] = described("string", "Machine to start from, as `machine`; the study's own if left out.");
  std::vector<std::string> own;
  for (const std::string& path : fittable_params())
    if (!find_param(path).section->of_part) own.push_back(path);
  Json free;
  free["anyOf"] = Json::array({one_of_names(own), text(part_path_pattern().c_str())});
  properties["free"] = list_of(std::move(free), "Parameters to fit, by path.");
  properties["free"]["uniqueItems"] = true;
  properties["held_out"] =
      list_of(hold_out_schema(), "Published cells that a fit does not see: one fit for each with --held-out-fits.");
  const FitSettings defaults;
  for (const Param& row : params_of(&defaults).rows) {
    properties[row.name] = kind_schema(row);
    properties[row.name]["description"] = description(row);
    properties[row.name]["default"] = write_value(row.get(&defaults));
  }
  Json json = closed_object(std::move(properties));
  json["description"] = "How `vqlab calibrate` fits the machine to the published values.";
  return json;
}

Json reference_schema() {
  Json column;
  column["type"] = "object";
  column["additionalProperties"] = positive_number();
  Json inner = column;
  column["additionalProperties"] = Json{{"anyOf", Json::array({positive_number(), std::move(inner)})}};
  Json values;
  values["type"] = "object";
  values["minProperties"] = 1;
  values["additionalProperties"] = std::move(column);
  values["description"] = "Published values by position on the axis, or on both axes, the outer one first; by curve.";
  Json shown_properties;
  shown_properties["curve"] = described("string", "A curve that is printed but not counted.");
  shown_properties["same_as"] = described("string", "The curve whose published values it is printed beside.");
  shown_properties["why"] = described("string", "Why it is not counted.");
  Json shown = closed_object(std::move(shown_properties));
  shown["required"] = Json::array({"curve"});
  Json properties;
  properties["metric"] = text(kNamePattern);
  properties["metric"]["description"] = "The result column that is compared, such as bandwidth_mib_per_s.";
  Json path;
  path["type"] = "string";
  Json two = list_of(path, "Two of them, the outer one first.");
  two["minItems"] = two["maxItems"] = 2;
  properties["axis"]["anyOf"] = Json::array({std::move(path), std::move(two)});
  properties["axis"]["description"] = "The swept parameter that the values are given by, or two of them.";
  properties["source"] = described("string", "Where the values were published.");
  properties["values"] = std::move(values);
  properties["shown_only"]["type"] = "array";
  properties["shown_only"]["items"] = std::move(shown);
  properties["also_on"] = list_of(text(kNamePattern), "Machines whose errors a run tells beside the table.");
  properties["also_on"]["uniqueItems"] = true;
  Json json = closed_object(std::move(properties));
  json["required"] = Json::array({"metric", "axis", "source", "values"});
  json["description"] = "Published values that the results are compared with.";
  return json;
}

}  // namespace

Json scenario_schema() {
  Json properties;
  properties["$schema"] = described("string", "Schema that editors check this file with.");
  properties["study"] = text(kNamePattern);
  properties["study"]["description"] = "Name of the study: results go to results/<study>/.";
  properties["resolved"] =
      described("boolean", "The program wrote this file: every value stands here, whether anything reads it or not.");
  properties["title"] = short_text("One line, for tables and figures.", kLongestTitle);
  properties["description"] = described("string", "What the study asks.");
  Json machine;
  machine["description"] = "Name of a file in machines/, a path relative to this file, or the machine itself.";
  machine["anyOf"] = Json::array({Json{{"type", "string"}}, reference_to(kMachineSchemaFile)});
  properties["machine"] = std::move(machine);
  add_sections(properties, Of::kScenario);
  properties["seeds"] = seeds_schema();
  properties["curves"] = curves_schema();
  properties["sweep"] = sweep_schema();
  properties["baseline"] = described("string", "The curve that the speed-ups of the figures are relative to.");
  properties["figures"] = figures_schema();
  properties["reference"] = reference_schema();
  properties["calibration"] = calibration_schema();
  properties["claims"] = claims_schema();
  properties["free_parameters"] = texts_by_param(
      Of::kScenario,
      "Parameters that the study sets beyond the machine's description, and from what each value was set.");
  Json json;
  json["$schema"] = kDraft;
  json["title"] = "vqlab scenario";
  json["description"] = "Generated by `vqlab schema` from the parameter tables. machine_schema.json lies beside it.";
  json.update(object_with_parts(std::move(properties)));
  json["required"] = Json::array({"study"});
  json["definitions"] = definitions(Of::kScenarioOnly);
  json["definitions"][kPlaceDefinition] = place_schema();
  return json;
}

Json device_schema() {
  const DeviceSheet standard;
  Json properties;
  properties["$schema"] = described("string", "Schema that editors check this file with.");
  properties["name"] = text(kNamePattern);
  properties["name"]["description"] = "The device's name; in a file of its own it is the file's name.";
  properties["title"] = described("string", "One line.");
  properties["description"] = described("string", "What is known of this device.");
  std::vector<std::string> names;
  for (const Param& row : params_of(&standard).rows) {
    names.push_back(row.name);
    properties[row.name] = kind_schema(row);
    properties[row.name]["description"] = description(row) + " Only if: " + read_if_words(row) + ".";
  }
  properties["kind"]["description"] = description(params_of(&standard).rows.front());
  properties["sources"] = described("object", "Where each figure comes from.");
  properties["sources"]["propertyNames"] = one_of_names(names);
  properties["sources"]["additionalProperties"] = some_text("Where the figure comes from.");
  Json json;
  json["$schema"] = kDraft;
  json["title"] = "vqlab storage device";
  json["description"] = "Generated by `vqlab schema --device` from the table of figures.";
  json.update(closed_object(std::move(properties)));
  json["required"] = Json::array({"name", "kind"});
  return json;
}

Json machine_schema() {
  Json properties;
  properties["$schema"] = described("string", "Schema that editors check this file with.");
  properties["name"] = text(kNamePattern);
  properties["name"]["description"] = "The machine's name; in a file of its own it is the file's name.";
  properties["title"] = described("string", "One line.");
  properties["description"] = described("string", "What is known of this machine, and from where.");
  properties["sources"] =
      texts_by_param(Of::kMachine, "Where each value that the machine sets comes from, by parameter path.");
  properties["uncertainty"] = uncertainty_schema();
  properties["posterior"] = posterior_schema();
  add_sections(properties, Of::kMachine);
  Json json;
  json["$schema"] = kDraft;
  json["title"] = "vqlab machine";
  json["description"] = "Generated by `vqlab schema --machine` from the parameter tables.";
  json.update(object_with_parts(std::move(properties)));
  json["definitions"] = definitions(Of::kMachine);
  return json;
}

}  // namespace vqlab
