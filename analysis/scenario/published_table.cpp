#include "analysis/scenario/published_table.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>
#include <system_error>
#include <vector>

#include "analysis/scenario/document.hpp"

namespace vqlab {
namespace {

struct Field {
  std::string text;    // without blanks around it
  std::size_t column;  // of its first character, from 1
};

std::vector<Field> fields_of(const std::string& line) {
  std::vector<Field> fields;
  for (std::size_t start = 0; start <= line.size();) {
    const std::size_t end = std::min(line.find(',', start), line.size());
    std::size_t first = start;
    while (first < end && line[first] == ' ') ++first;
    std::size_t last = end;
    while (last > first && (line[last - 1] == ' ' || line[last - 1] == '\r')) --last;
    fields.push_back({line.substr(first, last - first), first + 1});
    start = end + 1;
  }
  return fields;
}

// Digits, point and exponent: no hexadecimal, infinity or NaN, which strtod takes.
std::optional<double> decimal_number(const std::string& text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || rest != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::vector<std::string> targets_of_sweep(const Study& study) {
  for (const Axis& axis : study.sweep)
    if (axis.path == "targets") return axis.values;
  return {};
}

class TableReader {
 public:
  TableReader(const std::string& file, const Study& study) : faults_(file), targets_(targets_of_sweep(study)) {
    for (const Curve& one : study.curves) curves_.push_back(one.name);
    if (study.reference) reference_ = *study.reference;
    if (!study.reference) reference_.metric = "bandwidth_mib_per_s";
    reference_.axis = "targets";
    reference_.source = std::filesystem::path(file).filename().string();
    reference_.columns.clear();
    reference_.shown_only.clear();
  }

  Reference read(const std::string& text) {
    for (std::size_t start = 0; start < text.size() && !faults_.full();) {
      const std::size_t end = std::min(text.find('\n', start), text.size());
      const std::string line = text.substr(start, end - start);
      ++line_;
      start = end + 1;
      if (line.find_first_not_of(" \r") == std::string::npos) continue;
      if (heading_.empty())
        read_heading(fields_of(line));
      else
        read_row(fields_of(line));
    }
    if (heading_.empty())
      faults_.add(FaultKind::kSyntax, "line 1, column 1", "nothing", "a heading: targets,CURVE,CURVE ...");
    else if (rows_.empty())
      faults_.add(FaultKind::kSyntax, place(1), "no line after the heading", "a line for each number of targets");
    return reference_;
  }

  FaultList& faults() { return faults_; }

 private:
  [[nodiscard]] std::string place(std::size_t column) const {
    return "line " + std::to_string(line_) + ", column " + std::to_string(column);
  }

  void read_heading(const std::vector<Field>& fields) {
    heading_ = fields;
    if (fields.front().text != "targets")
      faults_.add(FaultKind::kSyntax, place(fields.front().column), quoted_text(fields.front()), "\"targets\"");
    if (fields.size() == 1)
      faults_.add(FaultKind::kSyntax, place(fields.front().column), "no curve", "targets,CURVE,CURVE ...");
    std::set<std::string> names;
    for (std::size_t i = 1; i < fields.size() && !faults_.full(); ++i) {
      const std::string& name = fields[i].text;
      if (std::find(curves_.begin(), curves_.end(), name) == curves_.end())
        faults_.add(FaultKind::kMeaning, place(fields[i].column), quoted_text(fields[i]),
                    "a curve of the study: " + one_of(curves_), nearest_name(name, curves_));
      if (!names.insert(name).second)
        faults_.add(FaultKind::kMeaning, place(fields[i].column), quoted_text(fields[i]) + " a second time",
                    "each curve once");
      reference_.columns.push_back({name, {}});
    }
  }

  void read_row(const std::vector<Field>& fields) {
    const std::string& targets = fields.front().text;
    if (std::find(targets_.begin(), targets_.end(), targets) == targets_.end())
      faults_.add(
          FaultKind::kMeaning, place(fields.front().column), quoted_text(fields.front()),
          targets_.empty() ? "a study whose sweep has targets" : "targets that the sweep visits: " + one_of(targets_));
    if (!rows_.insert(targets).second)
      faults_.add(FaultKind::kMeaning, place(fields.front().column), quoted_text(fields.front()) + " a second time",
                  "each number of targets once");
    if (fields.size() != heading_.size())
      faults_.add(FaultKind::kSyntax, place(fields.back().column), std::to_string(fields.size()) + " fields",
                  std::to_string(heading_.size()) + " fields, as in the heading");
    for (std::size_t i = 1; i < std::min(fields.size(), heading_.size()); ++i) {
      if (fields[i].text.empty()) continue;
      const std::optional<double> value = decimal_number(fields[i].text);
      if (!value || *value <= 0)
        faults_.add(FaultKind::kSyntax, place(fields[i].column), quoted_text(fields[i]),
                    "a number above 0, or an empty cell if no value is published");
      else
        reference_.columns[i - 1].values.push_back({targets, *value});
    }
  }

  // As much of it as a line of a terminal can show.
  static std::string quoted_text(const Field& field) {
    constexpr std::size_t kMostShown = 60;
    std::string text = field.text.substr(0, kMostShown);
    for (char& c : text)
      if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) >= 0x7f) c = '?';
    return '"' + text + (field.text.size() > kMostShown ? "..." : "") + '"';
  }

  FaultList faults_;
  std::vector<std::string> targets_;
  std::vector<std::string> curves_;
  Reference reference_;
  std::vector<Field> heading_;
  std::set<std::string> rows_;
  std::size_t line_ = 0;
};

}  // namespace

Reference parse_published_table(const std::string& text, const std::string& file, const Study& study,
                                std::vector<Fault>& faults) {
  TableReader reader(file, study);
  Reference reference = reader.read(text);
  const std::vector<Fault>& found = reader.faults().faults();
  faults.insert(faults.end(), found.begin(), found.end());
  return reference;
}

Reference load_published_table(const std::filesystem::path& file, const Study& study, std::vector<Fault>& faults) {
  FaultList own(file.string());
  const auto text = read_input(file, "a table as CSV", own);
  faults.insert(faults.end(), own.faults().begin(), own.faults().end());
  return text ? parse_published_table(*text, file.string(), study, faults) : Reference{};
}

}  // namespace vqlab
