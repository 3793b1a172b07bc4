#include "analysis/runs/evaluations.hpp"

#include <fmt/format.h>

#include "analysis/app/progress.hpp"
#include "analysis/runs/point_key.hpp"
#include "analysis/runs/point_line.hpp"
#include "build_info.hpp"

namespace vqlab {
namespace {

PointRow row_of_evaluation(const Evaluation& asked) {
  PointRow row;
  row.curve = asked.name;
  row.axes = asked.axes;
  row.seed = asked.seed;
  return row;
}

std::string asked_words(const PointRow& row) {
  std::string words = row.curve;
  for (const auto& [name, value] : row.axes) words.append(" ").append(name).append("=").append(value);
  return words + fmt::format(" seed={}", row.seed);
}

}  // namespace

Evaluations::Evaluations(RunFolder& folder, PointRunner run_point, const Simulating& how)
    : folder_(folder), run_point_(std::move(run_point)), executing_(Asked::kResult), quiet_(how.quiet) {
  executing_.jobs = how.jobs;
  const std::optional<std::filesystem::path> kept = how.use_cache ? cache_folder() : std::nullopt;
  if (kept) cache_.emplace(*kept, std::string(build_program_sha256()));
  executing_.directory = folder.journal_file().parent_path();
  const std::optional<JournalContents>& known = folder.taken_up();
  for (std::size_t i = 0; known && i < known->places.size(); ++i) {
    PointRow row = known->row(i);
    row.result.stages.clear();
    row.result.jobs.clear();
    row.result.disks.clear();
    answers_[asked_words(row)] = std::move(row.result);
  }
}

std::vector<std::optional<PointResult>> Evaluations::answer(const std::vector<Evaluation>& asked,
                                                            const std::string& what) {
  std::vector<std::string> keys;
  std::map<std::string, const Evaluation*> seen;
  std::vector<Open> open;
  for (const Evaluation& one : asked) {
    keys.push_back(asked_words(row_of_evaluation(one)));
    if (answers_.count(keys.back()) == 0 && seen.emplace(keys.back(), &one).second)
      open.emplace_back(keys.back(), &one);
  }
  if (!open.empty()) simulate(std::move(open), what);
  std::vector<std::optional<PointResult>> answers;
  answers.reserve(keys.size());
  for (const std::string& key : keys) answers.push_back(answers_.at(key));
  return answers;
}

void Evaluations::simulate(std::vector<Open> open, const std::string& what) {
  if (!journal_) journal_.emplace(folder_.begin());
  Progress progress(open.size(), 0, quiet_);
  progress.say(fmt::format("{}: {} simulations", what, open.size()));
  std::vector<Open> tasks;
  for (Open& one : open) {
    const auto known =
        cache_ ? cache_->find(point_key(one.second->spec, one.second->seed, Asked::kResult)) : std::nullopt;
    if (!known) {
      tasks.push_back(std::move(one));
      continue;
    }
    note(one, *known);
    progress.advance();
  }
  const auto task_of = [&tasks](std::size_t task) {
    return PointTask{tasks[task].second->spec, tasks[task].second->seed};
  };
  const auto on_finished = [&](const TaskOutcome& outcome) {
    const Open& one = tasks[outcome.task];
    progress.under_way(outcome.under_way);
    if (outcome.ok) {
      note(one, outcome.payload);
      if (cache_) cache_->keep(point_key(one.second->spec, one.second->seed, Asked::kResult), outcome.payload);
    } else {
      answers_[one.first] = std::nullopt;
      failures_.push_back(one.first + ": " + outcome.error);
      progress.say("failed: " + failures_.back());
    }
    progress.advance();
  };
  Executing executing = executing_;
  if (progress.draws())
    executing.watch = [&progress](double under_way) {
      progress.under_way(under_way);
      progress.draw();
    };
  if (execute(tasks.size(), task_of, run_point_, executing, on_finished) != Ended::kWhole)
    throw SearchInterrupted("interrupted");
}

void Evaluations::note(const Open& one, std::string_view result) {
  const PointRow whose = row_of_evaluation(*one.second);
  const std::string line = line_with(whose, result);
  auto row = point_from_line(line);
  if (!row) {
    answers_[one.first] = std::nullopt;
    failures_.push_back(one.first + ": no result");
    return;
  }
  (void)journal_->append_line(line);
  row->result.jobs.clear();
  row->result.disks.clear();
  row->result.stages.clear();  // of thousands of answers; the journal has them
  answers_[one.first] = std::move(row->result);
}

}  // namespace vqlab
