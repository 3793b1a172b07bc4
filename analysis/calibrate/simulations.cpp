#include "analysis/calibrate/simulations.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <utility>

#include "analysis/runs/point_key.hpp"
#include "analysis/runs/point_line.hpp"
#include "build_info.hpp"

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
    if (free[i].acts_on(*question.place) && free[i].usual != question.values[i])
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
  for (std::size_t i = 0; i < journal.places.size(); ++i) {
    const auto [before, is_first] = lines.emplace(key_of(journal.row(i)), JournalContents::line(i));
    if (!is_first)
      faults.push_back({FaultKind::kMeaning, file.string(), fmt::format("line {}", JournalContents::line(i)),
                        fmt::format("the simulation of line {} again", before->second), "each simulation once", ""});
  }
}

Simulations::Simulations(Options options, PointRunner run_point, Journal journal, const JournalContents* known)
    : options_(std::move(options)), run_point_(std::move(run_point)), journal_(std::move(journal)) {
  const std::optional<std::filesystem::path> folder = options_.use_cache ? cache_folder() : std::nullopt;
  if (folder) cache_.emplace(*folder, std::string(build_program_sha256()));
  if (known == nullptr) return;
  for (std::size_t i = 0; i < known->places.size(); ++i)
    if (const PointRow row = known->row(i); !row.result.quantities.empty())
      answers_[key_of(row)] = row.result.quantities.front().value;
}

std::vector<double> Simulations::answer(const std::vector<FreeParam>& free, const std::vector<Question>& questions) {
  std::vector<std::string> keys;
  std::map<std::string, const Question*> open;
  for (const Question& question : questions) {
    keys.push_back(key_of(row_of_question(free, question)));
    if (answers_.count(keys.back()) == 0) open[keys.back()] = &question;
  }
  if (!open.empty()) simulate(free, {open.begin(), open.end()});
  std::vector<double> answers;
  for (const std::string& key : keys) answers.push_back(answers_.at(key));
  return answers;
}

void Simulations::simulate(const std::vector<FreeParam>& free, std::vector<Open> open) {
  const std::size_t total = open.size();
  std::size_t done = 0;
  std::string failed;
  if (options_.on_progress) options_.on_progress(0, total, 0);
  const auto take = [&](const Open& one, std::string_view result, double under_way) {
    ++done;
    if (options_.on_progress) options_.on_progress(done, total, under_way);
    const std::string why = note(free, one, result);
    if (!why.empty() && failed.empty()) failed = one.first + ": " + why;
  };
  const auto spec_of = [&free](const Question& question) {
    PointSpec spec = question.place->spec;
    for (std::size_t i = 0; i < free.size(); ++i)
      if (free[i].is_of(question.place->study)) set_number(free[i].param, spec, question.values[i]);
    if (question.simulated_s) spec.precision.min_simulated_s = spec.precision.max_simulated_s = *question.simulated_s;
    return spec;
  };
  const auto key_of_point = [&spec_of](const Open& one) {
    return point_key(spec_of(*one.second), one.second->seed, Asked::kWithoutBound);
  };
  std::vector<Open> tasks;
  for (Open& one : open) {
    const auto known = cache_ ? cache_->find(key_of_point(one)) : std::nullopt;
    if (known)
      take(one, *known, 0);
    else
      tasks.push_back(std::move(one));
  }
  const auto task_of = [&](std::size_t task) {
    const Question& question = *tasks[task].second;
    return PointTask{spec_of(question), question.seed};
  };
  const auto on_finished = [&](const TaskOutcome& outcome) {
    const Open& one = tasks[outcome.task];
    if (!outcome.ok && failed.empty()) failed = one.first + ": " + outcome.error;
    take(one, outcome.payload, outcome.under_way);
    if (outcome.ok && cache_) cache_->keep(key_of_point(one), outcome.payload);
  };
  Executing executing = options_.executing;
  if (options_.on_progress) executing.watch = [&](double under_way) { options_.on_progress(done, total, under_way); };
  if (execute(tasks.size(), task_of, run_point_, executing, on_finished) != Ended::kWhole)
    throw Interrupted("interrupted");
  if (!failed.empty()) throw SimulationFailed("a simulation failed: " + failed);
}

std::string Simulations::note(const std::vector<FreeParam>& free, const Open& one, std::string_view result) {
  PointRow row = row_of_question(free, *one.second);
  const auto read = result.empty() ? std::nullopt : point_from_line(line_with(row, result));
  const std::string& metric = options_.metrics[one.second->place->study];
  const double value = read ? read->result.value(metric) : kNoValue;
  if (!(value > 0) || !std::isfinite(value))
    return fmt::format("{} is {}, and only values above 0 can be fitted", metric, value);
  // Of the many quantities the fit needs one, and its journal holds thousands of points.
  row.result = read->result;
  row.result.quantities = {{metric, value, kNoValue}};
  (void)journal_.append(row);
  answers_[one.first] = value;
  return "";
}

}  // namespace vqlab
