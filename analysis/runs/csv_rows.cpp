#include "analysis/runs/csv_rows.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <system_error>

#include "analysis/runs/row_key.hpp"

namespace vqlab {
namespace {

// In whatever table. Their cells are texts even where one looks like a number.
const std::vector<std::string> kTextColumns{kCurveColumn, "scope",  "policy",     "baseline",       "against",
                                            "metric",     "better", "verdict",    "state",          "resource",
                                            "stage",      "kind",   "name",       "counter",        "column",
                                            "where",      "best",   "bottleneck", "simulated_state"};

// The next line's fields, from `at` on; moves it behind the line.
std::vector<std::string> next_csv_line(const std::string& csv, std::size_t& at) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (; at < csv.size(); ++at) {
    const char letter = csv[at];
    if (letter == '"' && quoted && at + 1 < csv.size() && csv[at + 1] == '"')
      fields.back() += csv[++at];
    else if (letter == '"')
      quoted = !quoted;
    else if (letter == ',' && !quoted)
      fields.emplace_back();
    else if (letter == '\n' && !quoted)
      break;
    else
      fields.back() += letter;
  }
  ++at;
  return fields;
}

// A number, true or false, else the text; null if it is blank.
Json csv_value(const std::string& cell) {
  if (cell.empty()) return nullptr;
  if (cell == "true" || cell == "false") return cell == "true";
  const char* const end = cell.data() + cell.size();
  std::int64_t whole = 0;
  if (const auto read = std::from_chars(cell.data(), end, whole); read.ec == std::errc() && read.ptr == end)
    return whole;
  double number = 0;
  if (const auto read = std::from_chars(cell.data(), end, number); read.ec == std::errc() && read.ptr == end)
    return number_json(number);
  return cell;
}

Json axis_value(const std::string& text) { return text.empty() ? Json("") : csv_value(text); }

bool has_name(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Json number_json(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json axes_json(const std::vector<std::pair<std::string, std::string>>& axes) {
  Json json = Json::object();
  for (const auto& [name, value] : axes) json[name] = axis_value(value);
  return json;
}

Json csv_rows(const std::string& csv, const std::vector<std::string>& axes) {
  Json rows = Json::array();
  std::size_t at = 0;
  const std::vector<std::string> columns = next_csv_line(csv, at);
  while (at < csv.size()) {
    const std::vector<std::string> cells = next_csv_line(csv, at);
    Json& row = rows.emplace_back(Json::object());
    for (std::size_t i = 0; i < std::min(cells.size(), columns.size()); ++i)
      if (has_name(axes, columns[i]))
        row["axes"][columns[i]] = axis_value(cells[i]);
      else
        row[columns[i]] = has_name(kTextColumns, columns[i]) ? Json(cells[i]) : csv_value(cells[i]);
  }
  return rows;
}

}  // namespace vqlab
