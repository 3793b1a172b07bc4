#include "analysis/calibrate/fits_table.hpp"

#include <fmt/format.h>

#include "analysis/app/aligned_table.hpp"
#include "analysis/runs/csv.hpp"

namespace vqlab {
namespace {

// The path, and the study where several have a parameter of this name.
std::string name_of(const FitRecord& record, const FittedParam& param) {
  std::size_t same = 0;
  for (const FittedParam& other : record.params) same += other.path == param.path ? 1 : 0;
  return same == 1 ? param.path : param.path + " " + record.studies[param.studies.front()].name;
}

std::string percent(double value) { return fmt::format("{:.2f}", value); }

}  // namespace

std::string fits_table(const std::vector<NamedFit>& fits) {
  const FitRecord& first = fits.front().record;
  std::vector<std::vector<std::string>> lines{{""}};
  const auto add = [&](const std::string& what, auto value_of) {
    lines.push_back({what});
    for (const NamedFit& fit : fits) lines.back().push_back(value_of(fit.record));
  };
  for (const NamedFit& fit : fits) lines.front().push_back(fit.name);
  add("objective", [](const FitRecord& record) { return fmt::format("{:.1f}", record.objective()); });
  for (std::size_t i = 0; i < first.studies.size(); ++i) {
    const std::string& study = first.studies[i].name;
    add(study + ", MAPE %", [i](const FitRecord& record) { return percent(record.all_of(i).mean_percent); });
    add(study + ", largest %", [i](const FitRecord& record) { return percent(record.all_of(i).largest_percent); });
  }
  for (std::size_t i = 0; i < first.targets.size(); ++i)
    add(first.targets[i].name,
        [i](const FitRecord& record) { return fmt::format("{:.4g}", record.targets[i].fitted); });
  for (std::size_t i = 0; i < first.params.size(); ++i)
    add(name_of(first, first.params[i]), [i](const FitRecord& record) {
      const FittedParam& param = record.params[i];
      const std::string note = param.held ? "held" : param.at_bound();
      return fmt::format("{}{}{}", param.fitted, note.empty() ? "" : " ", note);
    });
  return aligned_table(lines);
}

std::string fits_lines(const std::vector<NamedFit>& fits) {
  const FitRecord& first = fits.front().record;
  std::vector<std::vector<std::string>> lines{{"fit", "objective"}};
  for (const FittedStudy& one : first.studies) lines.front().push_back(one.name + " %");
  for (const FittedTarget& one : first.targets) lines.front().push_back(one.name);
  for (const auto& [name, record] : fits) {
    lines.push_back({name, fmt::format("{:.1f}", record.objective())});
    for (std::size_t i = 0; i < record.studies.size(); ++i)
      lines.back().push_back(percent(record.all_of(i).mean_percent));
    for (const FittedTarget& one : record.targets) lines.back().push_back(fmt::format("{:.4g}", one.fitted));
  }
  return aligned_table(lines);
}

std::string fits_csv(const std::vector<NamedFit>& fits) {
  const FitRecord& first = fits.front().record;
  std::vector<std::string> heading{"fit", "objective"};
  for (const FittedStudy& one : first.studies) {
    heading.push_back(one.name + "_mape_percent");
    heading.push_back(one.name + "_largest_percent");
  }
  for (const FittedTarget& one : first.targets) heading.push_back(one.name);
  for (const FittedParam& param : first.params) heading.push_back(name_of(first, param));
  for (const FittedCell& cell : first.cells)
    heading.push_back(first.studies[cell.study].name + " " + cell.curve + " " + cell.position);
  std::string text = csv_line(heading);
  for (const auto& [name, record] : fits) {
    std::vector<std::string> line{name, csv_number(record.objective())};
    for (std::size_t i = 0; i < record.studies.size(); ++i) {
      line.push_back(csv_number(record.all_of(i).mean_percent));
      line.push_back(csv_number(record.all_of(i).largest_percent));
    }
    for (const FittedTarget& one : record.targets) line.push_back(csv_number(one.fitted));
    for (const FittedParam& param : record.params) line.push_back(csv_number(param.fitted));
    for (const FittedCell& cell : record.cells) line.push_back(csv_number(cell.fitted));
    text += csv_line(line);
  }
  return text;
}

}  // namespace vqlab
