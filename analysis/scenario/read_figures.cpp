#include "analysis/scenario/read_figures.hpp"

#include <algorithm>
#include <vector>

#include "analysis/scenario/object_reader.hpp"
#include "analysis/scenario/schema_parts.hpp"
#include "analysis/scenario/value.hpp"
#include "sim/metrics/columns.hpp"

namespace vqlab {
namespace {

// "p99" is part of "latency_p99_us", "lat" its beginning.
std::string nearest_word(const std::string& word, const std::vector<std::string>& known) {
  std::string part = "_" + word + "_";
  std::replace(part.begin(), part.end(), '.', '_');
  const auto found = std::find_if(known.begin(), known.end(), [&](const std::string& one) {
    return word.size() > 1 &&
           (("_" + one + "_").find(part) != std::string::npos || one.compare(0, word.size(), word) == 0);
  });
  return found == known.end() ? nearest_name(word, known) : *found;
}

// Each word once, and each among those that are known.
std::vector<std::string> words_of_figures(const Json& json, const std::string& path,
                                          const std::vector<std::string>& known, const std::string& accepted,
                                          FaultList& faults) {
  std::vector<std::string> words;
  if (!json.is_array() || json.empty()) {
    faults.add(FaultKind::kSchema, path, show(json), "a list with at least one name");
    return words;
  }
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string at = element_path(path, i);
    if (!json[i].is_string()) {
      faults.add(FaultKind::kSchema, at, show(json[i]), accepted);
      continue;
    }
    const auto word = json[i].get<std::string>();
    if (std::find(known.begin(), known.end(), word) == known.end())
      faults.add(FaultKind::kMeaning, at, show(json[i]), accepted, nearest_word(word, known));
    else if (std::find(words.begin(), words.end(), word) != words.end())
      faults.add(FaultKind::kSchema, at, show(json[i]) + " a second time", "each name once");
    else
      words.push_back(word);
  }
  return words;
}

}  // namespace

FigureWishes read_figures(const Json& json, const std::string& path, const Scenario& scenario, FaultList& faults) {
  ObjectReader reader(json, path, {"metrics", "over"}, faults);
  FigureWishes wishes;
  if (const Json* metrics = reader.require("metrics", "a list of columns of points.csv"))
    wishes.metrics = words_of_figures(*metrics, reader.path("metrics"), quantity_names(),
                                      "a column of points.csv (docs/reference/columns.md)", faults);
  if (const Json* over = reader.find("over")) {
    std::vector<std::string> swept;
    for (const AxisSpec& axis : scenario.sweep) swept.push_back(path_of(axis.param));
    wishes.over = words_of_figures(*over, reader.path("over"), swept,
                                   swept.empty() ? "a swept parameter, but there is no sweep" : one_of(swept), faults);
  }
  return wishes;
}

Json figures_schema() {
  Json properties;
  const auto names = [](const char* help) {
    Json json = list_of(Json{{"type", "string"}}, help);
    json["minItems"] = 1;
    json["uniqueItems"] = true;
    return json;
  };
  properties["metrics"] = names("Columns of points.csv, such as iops or latency_p99_us.");
  properties["over"] = names("Swept parameters that they are drawn over; the first one if left out.");
  Json json = closed_object(std::move(properties));
  json["required"] = Json::array({"metrics"});
  json["description"] = "What is drawn of a run beside the usual figures.";
  return json;
}

}  // namespace vqlab
