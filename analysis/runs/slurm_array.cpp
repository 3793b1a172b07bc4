#include "analysis/runs/slurm_array.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <ctime>
#include <fmt/format.h>
#include <stdexcept>

#include "analysis/app/answer.hpp"
#include "analysis/app/refused.hpp"
#include "analysis/app/shell_word.hpp"
#include "analysis/runs/held_signals.hpp"
#include "analysis/runs/program_file.hpp"
#include "analysis/runs/write_file.hpp"
#include "build_info.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kMostLost = 3;
constexpr std::size_t kExportedTasks = 1000;  // wherever it will run

// The folder and Slurm's controller are looked at more seldom the longer it takes.
std::chrono::milliseconds pause_after(std::chrono::steady_clock::duration waited) {
  constexpr std::chrono::milliseconds kShortest{200};
  constexpr std::chrono::milliseconds kLongest{10000};
  return std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(waited / 20), kShortest, kLongest);
}

// True if SIGINT or SIGTERM came. Precondition: both are held.
bool interrupted_within(std::chrono::milliseconds time) {
  const sigset_t both = interrupting_signals();
  const timespec span{static_cast<time_t>(time.count() / 1000), static_cast<long>(time.count() % 1000 * 1000000)};
  return sigtimedwait(&both, nullptr, &span) > 0;
}

std::string this_program() { return std::string(build_program_sha256()); }

}  // namespace

SlurmArray::SlurmArray(std::size_t tasks, const std::function<PointTask(std::size_t)>& task_of, Executing how,
                       const std::function<void(const TaskOutcome&)>& finished)
    : task_of_(task_of), how_(std::move(how)), finished_(finished) {
  for (std::size_t i = 0; i < tasks; ++i) {
    const PointTask task = task_of_(i);
    const PointKey key = point_key(task.spec, task.seed, how_.asked);
    std::vector<std::size_t>& same = open_[key];
    if (same.empty()) order_.emplace_back(key, i);
    same.push_back(i);
  }
}

void SlurmArray::take_what_was_left() {
  for (SlurmFolder& folder : SlurmFolder::all_in(how_.directory)) {
    const auto job = folder.read_job();
    if (job && job->program_sha256 == this_program()) {
      std::size_t at_work = 0;
      for (std::size_t part = 0; job->ids.empty() && part < job->parts; ++part)
        if (!folder.read_end(part)) ++at_work;
      if (at_work > 0)
        throw Refused(fmt::format(
            "vqlab: {} of {} tasks of {} have not ended; submit it, or wait for them; if nobody is to run them any "
            "more, remove {}",
            at_work, job->parts, folder.script().string(), folder.path().string()));
      SlurmJobs(job->ids).cancel();
      for (std::size_t part = 0; part < job->parts; ++part)
        folder.read_new(part, job->program_sha256,
                        [this](const PointKey& key, const std::string& text) { (void)tell(key, &text, ""); });
    }
    folder.remove();
  }
}

std::vector<std::size_t> SlurmArray::left() const {
  std::vector<std::size_t> tasks;
  for (const auto& [key, same] : open_) tasks.insert(tasks.end(), same.begin(), same.end());
  std::sort(tasks.begin(), tasks.end());
  return tasks;
}

Ended SlurmArray::run() {
  if (open_.empty()) return Ended::kWhole;
  make_folder();
  if (how_.slurm->export_script) {
    say_note(fmt::format("vqlab: {} simulates {} points in {} tasks; to submit it: sbatch {}",
                         folder_.script().string(), open_.size(), job_.parts, shell_word(folder_.script().string())));
    answer_file(folder_.script());
    return Ended::kExported;
  }
  try {
    const HeldSignals held;
    std::set<std::size_t> all;
    for (const auto& [number, part] : parts_) all.insert(all.end(), number);
    submit(all);
    const Ended ended = wait();
    if (ended == Ended::kWhole && !any_failed_) folder_.remove();
    return held.came() ? Ended::kInterrupted : ended;
  } catch (...) {
    jobs_.cancel();
    throw;
  }
}

void SlurmArray::make_folder() {
  order_.erase(
      std::remove_if(order_.begin(), order_.end(), [this](const auto& one) { return open_.count(one.first) == 0; }),
      order_.end());
  const std::size_t most = how_.slurm->export_script ? kExportedTasks : most_array_tasks();
  job_ = {
      .program_sha256 = this_program(), .asked = how_.asked, .jobs = std::max(1u, how_.jobs), .parts = 0, .ids = {}};
  job_.parts = std::min(most, (order_.size() + job_.jobs - 1) / job_.jobs);
  folder_ = SlurmFolder::new_in(how_.directory);
  for (std::size_t number = 0; number < job_.parts; ++number) {
    // Neighbours take about as long: they are dealt out.
    PointTaskWriter points;
    for (std::size_t i = number; i < order_.size(); i += job_.parts) {
      points.add(task_of_(order_[i].second));
      parts_[number].open.insert(order_[i].first);
    }
    folder_.write_points(number, points.text());
  }
  folder_.write_job(job_);
  std::string logs = folder_.path().string();
  for (std::size_t at = 0; (at = logs.find('%', at)) != std::string::npos; at += 2) logs.insert(at, 1, '%');
  const std::string command = shell_word(program_file().string()) + " work " + shell_word(folder_.path().string());
  write_atomically(folder_.script(),
                   slurm_script("vqlab", job_.parts, logs + "/%a/log", command, job_.jobs, *how_.slurm));
}

void SlurmArray::submit(const std::set<std::size_t>& parts) {
  jobs_.submit(folder_.script(), parts, how_.slurm->array_limit);
  job_.ids = jobs_.ids();
  folder_.write_job(job_);
}

Ended SlurmArray::wait() {
  const std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  while (!parts_.empty()) {
    if (interrupted_within(pause_after(std::chrono::steady_clock::now() - start))) {
      jobs_.cancel();
      const auto parts = parts_;  // what they write from here on is taken when the run goes on
      for (const auto& [number, part] : parts) look_at(number);
      return Ended::kInterrupted;
    }
    // Asked first: what has ended by now has written what it had to.
    const auto tasks = jobs_.tasks();
    std::vector<std::size_t> looked_at;
    for (const auto& [number, part] : parts_)
      if (!tasks || tasks->waiting.count(number) == 0) looked_at.push_back(number);
    for (const std::size_t number : looked_at) look_at(number);
    if (tasks) look_for_lost(*tasks);
    if (tasks) say_why_waiting(tasks->why);
  }
  return Ended::kWhole;
}

void SlurmArray::look_at(std::size_t number) {
  Part& part = parts_.at(number);
  const auto end = folder_.read_end(number);
  folder_.read_new(number, job_.program_sha256, [&](const PointKey& key, const std::string& text) {
    if (!tell(key, &text, "")) return;
    part.open.erase(key);
    part.lost = 0;
    any_result_ = true;
  });
  for (const auto& [key, why] : end.value_or(std::vector<FailedPoint>{})) {
    any_failed_ = true;
    any_result_ = true;
    (void)tell(key, nullptr, why);
    part.open.erase(key);
  }
  if (part.open.empty()) parts_.erase(number);
}

void SlurmArray::look_for_lost(const SlurmTasks& tasks) {
  std::set<std::size_t> again;
  std::set<std::size_t> given_up;
  for (auto& [number, part] : parts_) {
    const bool missing = tasks.waiting.count(number) + tasks.running.count(number) == 0;
    // A shared folder may show late what a task has written: it is looked at once more.
    if (!std::exchange(part.missing, missing) || !missing) continue;
    part.missing = false;
    (may_run_again(number) ? again : given_up).insert(number);
  }
  for (const std::size_t number : given_up) parts_.erase(number);
  if (again.empty()) return;
  say_note(fmt::format("vqlab: {} of Slurm's tasks ended early and run again", again.size()));
  for (const std::size_t number : again) folder_.forget_end(number);
  submit(again);
}

bool SlurmArray::may_run_again(std::size_t number) {
  Part& part = parts_.at(number);
  if (!any_result_ && ++lost_ >= kMostLost) throw std::runtime_error(why_lost(number));
  if (++part.lost < kMostLost) return true;
  any_failed_ = true;
  for (const PointKey& key : part.open) (void)tell(key, nullptr, why_lost(number));
  return false;
}

std::string SlurmArray::why_lost(std::size_t number) const {
  const std::string log = folder_.end_of_log(number);
  const std::string file = folder_.log_of(number).string();
  std::string text = fmt::format("Slurm's task {} ended {} times without a result", number, kMostLost);
  text +=
      log.empty() ? fmt::format(" and printed nothing to {}", file) : fmt::format("; the end of {}:\n{}", file, log);
  return text + fmt::format(
                    "\nDo all nodes see {} and {} under these names? Is a task's time or memory too small? --time and "
                    "SBATCH_MEM_PER_CPU give it more.",
                    folder_.path().string(), program_file().string());
}

void SlurmArray::say_why_waiting(const std::string& why) {
  static const std::set<std::string> usual{"",          "None",    "Resources", "Priority", "JobArrayTaskLimit",
                                           "BeginTime", "Cleaning"};
  if (usual.count(why) != 0 || why == said_waiting_) return;
  said_waiting_ = why;
  say_note("vqlab: Slurm lets tasks wait: " + why);
}

bool SlurmArray::tell(const PointKey& key, const std::string* text, const std::string& why) {
  const auto same = open_.find(key);
  if (same == open_.end()) return false;
  for (const std::size_t task : same->second) finished_({task, text != nullptr, text != nullptr ? *text : "", why});
  open_.erase(same);
  return true;
}

}  // namespace vqlab
