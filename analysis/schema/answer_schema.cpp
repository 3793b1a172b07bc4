#include "analysis/schema/answer_schema.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <utility>

#include "analysis/app/home.hpp"
#include "analysis/app/refused.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/runs/write_file.hpp"
#include "analysis/scenario/fault.hpp"

namespace vqlab {
namespace {

// What every answer has: see AnswerOfVerb::give().
constexpr const char* kAnswerSchema = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["vqlab", "verb", "exit_code", "faults", "notes", "files", "answer"],
  "additionalProperties": false,
  "properties": {
    "vqlab": {"type": "string", "description": "version of the program"},
    "verb": {"type": "string"},
    "exit_code": {"enum": [0, 1, 2, 130], "description": "docs/reference/exit_codes.md"},
    "faults": {"type": "array", "items": {"$ref": "#/$defs/fault"}, "description": "all that is wrong, or has failed"},
    "notes": {"type": "array", "items": {"type": "string"}, "description": "what -q leaves out"},
    "files": {"type": "array", "items": {"type": "string"}, "description": "that were written, in their order"},
    "resume": {"type": "string", "description": "the command that goes on after an interrupt"},
    "answer": {"description": "null if the verb did not get as far"}
  },
  "$defs": {
    "fault": {
      "type": "object",
      "required": ["kind", "file", "path", "found", "accepted"],
      "additionalProperties": false,
      "properties": {
        "kind": {
          "enum": ["syntax", "schema", "meaning", "effect", "refused", "failed"],
          "description": "syntax to effect: of an input. refused: cannot be begun. failed: was run, or written"
        },
        "file": {"type": "string", "description": "or the option that has it; empty: neither"},
        "path": {"type": "string", "description": "$.guest.vcpus, a line and a column, or what was run"},
        "found": {"type": "string"},
        "accepted": {"type": "string"},
        "nearest": {"type": "string", "description": "known name nearest to a misspelt one"}
      }
    },
    "number": {"type": ["number", "null"], "description": "null: there is none"},
    "flag": {"type": ["boolean", "null"], "description": "null: it is not known"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "axes": {
      "type": "object",
      "additionalProperties": {"type": ["number", "string", "boolean"]},
      "description": "where the point stands, by the path of each swept parameter"
    },
    "state": {"type": "string", "description": "how sure the numbers are: docs/reference/columns.md"},
    "seeds": {"type": "array", "items": {"type": "integer"}},
    "simulations": {
      "type": "object",
      "required": ["total", "finished", "failed"],
      "additionalProperties": false,
      "properties": {
        "total": {"type": "integer"},
        "finished": {"type": "integer"},
        "failed": {"type": "integer"}
      }
    },
    "errors": {
      "type": "object",
      "required": ["cells", "mape_percent", "largest_percent"],
      "additionalProperties": false,
      "properties": {
        "cells": {"type": "integer"},
        "mape_percent": {"$ref": "#/$defs/number"},
        "largest_percent": {"$ref": "#/$defs/number"}
      }
    }
  }
})";

std::vector<std::string> verbs_with_answers(const CLI::App& app, const std::string& above) {
  std::vector<std::string> all;
  for (const CLI::App* const verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    const std::string name = above + verb->get_name();
    const std::vector<std::string> below = verbs_with_answers(*verb, name + " ");
    all.insert(all.end(), below.begin(), below.end());
    if (below.empty() && verb->get_option_no_throw("--json") != nullptr) all.push_back(name);
  }
  return all;
}

// Of one verb's part; of a verb below another one, a member of the same file.
Json own_schema(const std::vector<std::string>& words) {
  std::string folder = words.front();
  std::replace(folder.begin(), folder.end(), '-', '_');
  const std::filesystem::path file = home() / "analysis" / folder / "answer_schema.json";
  Json schema = Json::parse(text_of(file), nullptr, false);
  if (words.size() > 1 && schema.is_object()) schema = schema.value(words.back(), Json());
  if (!schema.is_object())
    throw Refused(fmt::format("vqlab: {}: found no schema; looked in {}", file.string(), home_words()));
  return schema;
}

// A table's rows: csv_rows().
Json rows_schema(const Json& table) {
  Json row = Json::parse(R"({"type": "object", "required": [], "additionalProperties": false, "properties": {}})");
  const auto add = [&row](const std::string& column, Json type) {
    row["required"].push_back(column);
    row["properties"][column] = std::move(type);
  };
  for (const Json& column : table.value("texts", Json::array())) add(column, {{"type", "string"}});
  if (table.contains("axes")) add("axes", {{"$ref", "#/$defs/axes"}});
  for (const Json& column : table.value("numbers", Json::array())) add(column, {{"$ref", "#/$defs/number"}});
  for (const Json& column : table.value("flags", Json::array())) add(column, {{"$ref", "#/$defs/flag"}});
  return {{"type", "array"}, {"items", row}};
}

// Puts in place what a verb's file has in short: "answer_of", the answer of another verb, as `policy try` has those of
// order and compare; "table", the columns of a list of rows.
void complete(Json& schema) {
  if (schema.is_array())
    for (Json& one : schema) complete(one);
  if (!schema.is_object()) return;
  if (const auto of = schema.find("answer_of"); of != schema.end()) schema = own_schema({of->get<std::string>()});
  if (const auto table = schema.find("table"); table != schema.end()) {
    schema.update(rows_schema(*table));
    schema.erase("table");
  }
  for (auto& [key, value] : schema.items()) complete(value);
}

}  // namespace

Json answer_schema(const CLI::App& program, const std::vector<std::string>& words) {
  const std::string called = fmt::format("{}", fmt::join(words, " "));
  const std::vector<std::string> known = verbs_with_answers(program, "");
  if (std::find(known.begin(), known.end(), called) == known.end()) {
    const std::string nearest = nearest_name(called, known);
    throw Refused("--output: found " + called + "; accepted: " + one_of(known) +
                  (nearest.empty() ? "" : "; did you mean " + nearest + "?"));
  }
  Json schema = Json::parse(kAnswerSchema);
  // Shards put together answer as the verb whose shards they are.
  Json own = own_schema(words);
  complete(own);
  schema["title"] = "vqlab " + called + " --json";
  if (own.contains("verb"))
    own.erase("verb");
  else
    schema["properties"]["verb"] = {{"const", called}};
  schema["properties"]["answer"] = {{"description", "null if the verb did not get as far"},
                                    {"anyOf", Json::array({Json{{"type", "null"}}, own})}};
  return schema;
}

}  // namespace vqlab
