#include "analysis/calibrate/simulations.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <utility>

#include "analysis/runs/point_line.hpp"
#include "analysis/runs/worker_pool.hpp"
#include "models/base/cost.hpp"

namespace vqlab {
namespace {

constexpr const char* kLengthAxis = "precision.simulated_s";

// The journal's row of a question, still without an answer.
PointRow row_of_question(const std::vector<FreeParam>& free, const Question& question) {
  PointRow row;
  row.curve = question.place->curve;
  row.axes = question.place->axes;
  if (question.simulated_s) row.axes.emplace_back(kLengthAxis, fmt::format("{}", *question.simulated_s));
  for (std::size_t i = 0; i < free.size(); ++i)
    if (free[i].acts_on(*question.place))
      row.axes.emplace_back(path_of(free[i].param), fmt::format("{}", question.values[i]));
  row.seed = question.seed;
  return row;
}

std::string key_of(const PointRow& row) {
  std::string key = fmt::format("{} seed={}", row.curve, row.seed);
  for (const auto& [name, value] : row.axes) key.append(" ").append(name).append("=").append(value);
  return key;
}

}  // namespace

double rounded_value(const FreeParam& param, double value, int digits) {
  const double rounded = std::strtod(fmt::format("{:.{}g}", value, digits).c_str(), nullptr);
  return std::clamp(rounded, param.range.min, param.range.max);
}

void check_answers(const JournalContents& journal, const std::filesystem::path& file, std::vector<Fault>& faults) {
  std::map<std::string, std::size_t> lines;
  for (std::size_t i = 0; i < journal.rows.size(); ++i) {
    const auto [before, is_first] = lines.emplace(key_of(journal.rows[i]), journal.lines[i]);
    if (!is_first)
      faults.push_back({FaultKind::kMeaning, file.string(), fmt::format("line {}", journal.lines[i]),
                        fmt::format("the simulation of line {} again", before->second), "each simulation once", ""});
  }
}

Simulations::Simulations(Options options, PointRunner run_point, Journal journal, const std::vector<PointRow>& known)
    : options_(std::move(options)), run_point_(std::move(run_point)), journal_(std::move(journal)) {
  for (const PointRow& row : known)
    if (!row.result.quantities.empty()) answers_[key_of(row)] = row.result.quantities.front().value;
}

std::vector<double> Simulations::answer(const std::vector<FreeParam>& free, const std::vector<Question>& questions) {
  std::vector<std::string> keys;
  std::map<std::string, const Question*> open;
  for (const Question& question : questions) {
    keys.push_back(key_of(row_of_question(free, question)));
    if (answers_.count(keys.back()) == 0) open[keys.back()] = &question;
  }
  if (!open.empty()) simulate(free, open);
  std::vector<double> answers;
  for (const std::string& key : keys) answers.push_back(answers_.at(key));
  return answers;
}

void Simulations::simulate(const std::vector<FreeParam>& free, const std::map<std::string, const Question*>& open) {
  const std::vector<std::pair<std::string, const Question*>> tasks(open.begin(), open.end());
  make_cost_tables();
  const auto work = [&](std::size_t task) {
    const Question& question = *tasks[task].second;
    PointSpec spec = question.place->spec;
    for (std::size_t i = 0; i < free.size(); ++i)
      if (free[i].is_of(question.place->study)) set_number(free[i].param, spec, question.values[i]);
    if (question.simulated_s) spec.precision.min_simulated_s = spec.precision.max_simulated_s = *question.simulated_s;
    PointRow row = row_of_question(free, question);
    row.result = run_point_(spec.testbed, spec.precision, question.seed);
    // Of the many quantities the fit needs one, and its journal holds thousands of points.
    const std::string& metric = options_.metrics[question.place->study];
    const double value = row.result.value(metric);
    row.result.quantities = {{metric, value, kNoValue}};
    return to_line(row);
  };
  std::size_t done = 0;
  std::string failed;
  const auto on_finished = [&](const TaskOutcome& outcome) {
    if (options_.on_progress) options_.on_progress(++done, tasks.size());
    const std::optional<PointRow> row = outcome.ok ? point_from_line(outcome.payload) : std::nullopt;
    const std::string& metric = options_.metrics[tasks[outcome.task].second->place->study];
    const double value = row ? row->result.value(metric) : kNoValue;
    const std::string& key = tasks[outcome.task].first;
    if (row && value > 0 && std::isfinite(value)) {
      journal_.append(*row);
      answers_[key] = value;
    } else if (failed.empty()) {
      failed =
          key + ": " +
          (outcome.ok ? fmt::format("{} is {}, and only values above 0 can be fitted", metric, value) : outcome.error);
    }
  };
  if (run_in_processes(tasks.size(), options_.jobs, work, on_finished)) throw Interrupted("interrupted");
  if (!failed.empty()) throw SimulationFailed("a simulation failed: " + failed);
}

}  // namespace vqlab
