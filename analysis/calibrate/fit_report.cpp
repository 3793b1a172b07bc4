#include "analysis/calibrate/fit_report.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "analysis/app/aligned_table.hpp"
#include "analysis/runs/csv.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kTableColumns = 100;
constexpr std::size_t kMostDirections = 4;  // of those that are told of
constexpr double kSmallestWeight = 0.25;    // of a parameter in a direction that is told of
constexpr double kDecided = 1.0;            // singular value from which the published values decide

std::string sd_text(double sd) { return std::isnan(sd) ? "-" : fmt::format("{:.2f}", sd); }

std::string fit_text(const ErrorSummary& errors) { return errors.cells == 0 ? "none" : error_text(errors, "cells", 2); }

// "multiqueue_2012 +1": the first of the studies that share it, and how many more do.
std::string sharing_text(const FitRecord& record, const FittedParam& param) {
  if (param.studies.size() == record.studies.size()) return "all";
  const std::string& first = record.studies[param.studies.front()].name;
  return param.studies.size() == 1 ? first : fmt::format("{} +{}", first, param.studies.size() - 1);
}

std::string params_table(const FitRecord& record) {
  const bool joint = record.studies.size() > 1;
  std::vector<std::vector<std::string>> lines{
      {"parameter", "before", "range", "fitted", "unit", "prior sd", "sd of ln p", ""}};
  if (joint) lines.front().insert(lines.front().end(), {"bound", "studies"});
  for (const FittedParam& param : record.params) {
    lines.push_back({param.path, fmt::format("{}", param.before),
                     fmt::format("{:g} to {:g}", param.range_min, param.range_max), fmt::format("{}", param.fitted),
                     param.unit, sd_text(param.prior_sd), sd_text(param.posterior_sd), param.verdict()});
    if (joint) lines.back().insert(lines.back().end(), {param.at_bound(), sharing_text(record, param)});
  }
  return aligned_table(lines);
}

std::string direction_line(const FitDirection& direction) {
  const std::string indent = fmt::format("{:8.2f}  ", direction.singular_value);
  std::string text;
  std::string line = indent;
  bool first = true;
  for (const auto& [path, weight] : direction.weights) {
    if (!first && std::abs(weight) < kSmallestWeight) break;
    const std::string term = fmt::format("{:.2f} {}", std::abs(weight), path);
    if (!first && line.size() + 3 + term.size() > kTableColumns) {
      text += line + '\n';
      line = std::string(indent.size() - 3, ' ');
    }
    line += (first ? "" : weight < 0 ? " - " : " + ") + term;
    first = false;
  }
  return text + line + '\n';
}

std::string directions_text(const FitRecord& record) {
  if (record.directions.empty()) return "";
  const auto decided = std::count_if(record.directions.begin(), record.directions.end(),
                                     [](const FitDirection& one) { return one.singular_value > kDecided; });
  std::string text = fmt::format(
      "\n{} of {} directions are decided by the published values (singular value above 1), the others by the ranges.\n"
      "The sloppiest, in prior standard deviations:\n",
      decided, record.directions.size());
  for (std::size_t i = 0; i < std::min(kMostDirections, record.directions.size()); ++i)
    text += direction_line(record.directions[i]);
  return text;
}

// The cells of a study as a run of it would print them.
std::string cells_table(const FitRecord& record, std::size_t study) {
  Reference reference;
  reference.metric = record.studies[study].metric;
  reference.axis = record.studies[study].axis;
  std::vector<PointRow> rows;
  for (const FittedCell& cell : record.cells) {
    if (cell.study != study) continue;
    if (reference.columns.empty() || reference.columns.back().curve != cell.curve)
      reference.columns.push_back({cell.curve, {}});
    reference.columns.back().values.push_back({cell.position, cell.published});
    PointRow row;
    row.curve = cell.curve;
    row.axes = {{reference.axis, cell.position}};
    row.result.quantities = {{reference.metric, cell.fitted, kNoValue}};
    rows.push_back(std::move(row));
  }
  return reference_table(reference_errors(rows, reference));
}

std::string held_out_cells(const FitRecord& record) {
  std::vector<std::vector<std::string>> lines{
      {"held out", "targets", "here", "publ.", "error", "interpolated", "error"}};
  for (const FittedCell& cell : record.cells) {
    if (!cell.held_out) continue;
    const bool between = !std::isnan(cell.interpolated);
    lines.push_back({cell.curve, cell.position, fmt::format("{:.0f}", cell.fitted), fmt::format("{}", cell.published),
                     fmt::format("{:+.1f}%", cell.compared(cell.fitted).error_percent()),
                     between ? fmt::format("{:.0f}", cell.interpolated) : "-",
                     between ? fmt::format("{:+.1f}%", cell.compared(cell.interpolated).error_percent()) : "-"});
  }
  return lines.size() == 1 ? "" : "\n" + aligned_table(lines);
}

std::string joined(const std::vector<AxisValue>& settings) {
  std::string text;
  for (const AxisValue& one : settings) text += (text.empty() ? "" : ", ") + one.path + " " + one.text;
  return text;
}

// Of a fit of several studies: each study's table, then the soft targets of all.
std::string studies_text(const FitRecord& record) {
  std::string text;
  for (std::size_t i = 0; i < record.studies.size(); ++i) {
    const FittedStudy& one = record.studies[i];
    text += fmt::format("\n{}, machine {}\nreference: {}\n", one.name, one.machine, one.source);
    if (!one.settings.empty()) text += "not published, assumed: " + joined(one.settings) + "\n";
    text += cells_table(record, i) + "before the fit: " + fit_text(record.before_of(i)) + "\n";
  }
  return text;
}

std::string targets_table(const FitRecord& record) {
  if (record.targets.empty()) return "";
  std::vector<std::vector<std::string>> lines{
      {"soft target", "study", "before", "fitted", "publ.", "error", "sigma %", ""}};
  for (const FittedTarget& one : record.targets)
    lines.push_back({one.name, record.studies[one.study].name, fmt::format("{:.4g}", one.before),
                     fmt::format("{:.4g}", one.fitted), fmt::format("{}", one.published),
                     fmt::format("{:+.1f}%", one.compared(one.fitted).error_percent()),
                     fmt::format("{:g}", one.sigma_percent), one.held_out ? "held out" : ""});
  return "\n" + aligned_table(lines);
}

std::string mape_text(double value) { return std::isnan(value) ? "-" : fmt::format("{:.2f}", value); }

}  // namespace

std::string fit_report(const FitRecord& record) {
  const bool joint = record.studies.size() > 1;
  std::string text = fmt::format(
      "{}: {} parameters of {} fitted to {} of {} published values\n\n", record.name, record.fitted_params(),
      joint ? fmt::format("{} studies", record.studies.size()) : "machine " + record.studies.front().machine,
      record.training().cells, record.cells.size());
  text += params_table(record) + directions_text(record);
  text += joint ? studies_text(record) : "\n" + cells_table(record, 0);
  text += targets_table(record) + held_out_cells(record);
  text += "\nbefore the fit:           " + fit_text(record.before()) + "\n";
  text += "after the fit:            " + fit_text(record.all()) + "\n";
  if (record.held_out().cells == 0) return text;
  text += "  the cells it saw:       " + fit_text(record.training()) + "\n";
  text += "  those held out:         " + fit_text(record.held_out()) + "\n";
  if (record.between().cells == 0) return text + "  none of them lies between two cells that it saw\n";
  text += "    between two it saw:   " + fit_text(record.between()) + "\n";
  return text + "    by interpolation:     " + fit_text(record.interpolation()) + "\n";
}

std::string held_out_table(const std::vector<FitRecord>& records) {
  std::vector<std::vector<std::string>> lines{
      {"held out", "fitted", "MAPE %", "held out", "MAPE %", "largest %", "between", "MAPE %", "interpolated %"}};
  for (const FitRecord& record : records) {
    const ErrorSummary training = record.training();
    const ErrorSummary held_out = record.held_out();
    const ErrorSummary between = record.between();
    lines.push_back({record.hold_out, std::to_string(training.cells), mape_text(training.mean_percent),
                     std::to_string(held_out.cells), mape_text(held_out.mean_percent),
                     mape_text(held_out.largest_percent), std::to_string(between.cells),
                     mape_text(between.mean_percent), mape_text(record.interpolation().mean_percent)});
  }
  return aligned_table(lines);
}

std::string held_out_csv(const std::vector<FitRecord>& records) {
  std::string text =
      csv_line({"hold_out", "training_cells", "training_mape_percent", "held_out_cells", "held_out_mape_percent",
                "held_out_largest_percent", "between_cells", "between_mape_percent", "interpolation_mape_percent"});
  for (const FitRecord& record : records) {
    const ErrorSummary training = record.training();
    const ErrorSummary held_out = record.held_out();
    const ErrorSummary between = record.between();
    text += csv_line({record.hold_out, std::to_string(training.cells), csv_number(training.mean_percent),
                      std::to_string(held_out.cells), csv_number(held_out.mean_percent),
                      csv_number(held_out.largest_percent), std::to_string(between.cells),
                      csv_number(between.mean_percent), csv_number(record.interpolation().mean_percent)});
  }
  return text;
}

}  // namespace vqlab
