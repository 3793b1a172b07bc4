#include "analysis/explore/engine.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <deque>
#include <fstream>
#include <map>
#include <optional>
#include <poll.h>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "analysis/ablate/plan_ablation.hpp"
#include "analysis/app/exit_code.hpp"
#include "analysis/app/home.hpp"
#include "analysis/explore/controls.hpp"
#include "analysis/explore/explored_study.hpp"
#include "analysis/explore/simulators.hpp"
#include "analysis/runs/point_line.hpp"
#include "analysis/runs/write_file.hpp"
#include "analysis/scenario/fault_json.hpp"
#include "analysis/scenario/load_study.hpp"
#include "analysis/scenario/machine_files.hpp"
#include "analysis/scenario/shipped_scenario.hpp"
#include "models/testbed/in_effect.hpp"
#include "models/testbed/resources.hpp"
#include "sim/experiment/explain_point.hpp"

namespace vqlab {
namespace {

// How long a point is simulated at most, one time after the other until it is precise. The first is the rough one.
constexpr std::array kLongestOfLevel_s{0.005, 0.05, 0.5, 5.0, 20.0};
constexpr std::size_t kLevelOfPath = 1;
constexpr std::size_t kLevelOfHelps = 2;
constexpr double kPreciseEnough_percent = 2;
constexpr std::size_t kLongestLine = std::size_t{1} << 20;

struct Helps {
  std::size_t point = 0;
  std::vector<AblationChange> changes;  // that make a difference there
  std::optional<Quantity> base;
  std::map<std::size_t, Quantity> changed;  // by change, while there is no base yet
  std::size_t left = 0;
};

// What a process is asked for.
struct Job {
  enum class Kind : std::uint8_t { kPoint, kPath, kHelps };

  std::size_t point = 0;
  std::size_t level = 0;
  Kind kind = Kind::kPoint;
  std::size_t change = 0;  // of Helps::changes; their number: the point as it is
};

class ExploreEngine {
 public:
  ExploreEngine(std::filesystem::path scenario, unsigned jobs) : file_(std::move(scenario)), simulators_(jobs) {}

  int run() {
    std::signal(SIGPIPE, SIG_IGN);
    std::ifstream written(find_scenario(file_, home() / "scenarios"));
    document_ = Json::parse(written, nullptr, false);
    for (const MachineFile& one : machine_files(home() / "scenarios" / "machines")) machines_.push_back(one.name);
    while (!at_end_) {
      wait();
      for (Simulated& one : simulators_.ended()) take(std::move(one));
      start_all();
    }
    return kExitGood;
  }

 private:
  void tell(Json message) {
    message["state"] = state_;
    if (!write_all(STDOUT_FILENO, message.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n")) at_end_ = true;
  }

  void wait() {
    std::vector<pollfd> waiting{{STDIN_FILENO, POLLIN, 0}};
    for (const int fd : simulators_.descriptors()) waiting.push_back({fd, POLLIN, 0});
    if (poll(waiting.data(), waiting.size(), -1) < 0) {
      if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "poll");
      return;
    }
    if (waiting.front().revents != 0) listen();
  }

  void listen() {
    std::array<char, 65536> part;
    const ssize_t count = read(STDIN_FILENO, part.data(), part.size());
    if (count < 0 && errno == EINTR) return;
    if (count <= 0 || unread_.size() > kLongestLine) {
      at_end_ = true;
      return;
    }
    unread_.append(part.data(), static_cast<std::size_t>(count));
    std::vector<Json> commands;
    for (std::size_t end = 0; (end = unread_.find('\n')) != std::string::npos; unread_.erase(0, end + 1))
      commands.push_back(Json::parse(unread_.substr(0, end), nullptr, false));
    // Of several states the last alone is looked at.
    const auto is_state = [](const Json& one) { return one.is_object() && one.contains("set"); };
    const auto last = std::find_if(commands.rbegin(), commands.rend(), is_state);
    for (const Json& one : commands) {
      if (!one.is_object()) continue;
      if (is_state(one)) {
        if (&one == &*last) enter(one);
      } else if (one.value("why", std::uint64_t{0}) == state_ && study_) {
        explain(one.value("point", std::size_t{0}));
      } else if (one.value("helps", std::uint64_t{0}) == state_ && study_) {
        help(one.value("point", std::size_t{0}));
      } else if (one.value("scenario", std::uint64_t{0}) == state_ && study_) {
        tell({{"scenario", study_->resolved}});
      }
    }
  }

  void enter(const Json& command) {
    simulators_.give_up();
    for (std::deque<Job>* const queue : {&rough_, &asked_, &finer_}) queue->clear();
    jobs_.clear();
    helps_.reset();
    study_.reset();
    state_ = command.value("state", std::uint64_t{0});
    std::vector<std::string> overrides;
    std::vector<Fault> faults;
    for (const auto& [path, value] : command["set"].items()) {
      if (!may_be_set(path, value))
        faults.push_back({FaultKind::kMeaning, "the page", path, show(value), "a value of a control of the page", ""});
      overrides.push_back(path + "=" + value.dump(-1, ' ', false, Json::error_handler_t::replace));
    }
    if (faults.empty()) {
      StudyOrFaults read = load_study(file_, {overrides, home() / "scenarios"});
      study_ = std::move(read.study);
      faults = std::move(read.faults);
    }
    if (!study_) return tell({{"faults", fault_json(faults)}});
    points_ = explored_points(*study_);
    rough_left_ = precise_left_ = points_.size();
    for (std::size_t i = 0; i < points_.size(); ++i) rough_.push_back({i, 0});
    start_all();  // they run while the rest is written
    tell(
        {{"study", explored_study(*study_, file_.string())}, {"controls", controls_of(*study_, document_, machines_)}});
  }

  // A run with its critical path takes ten times as long as one without: it is made of one point.
  void explain(std::size_t point) {
    if (point < points_.size()) asked_.push_front({point, kLevelOfPath, Job::Kind::kPath});
  }

  void help(std::size_t point) {
    if (point >= points_.size()) return;
    // What runs for an earlier question is passed over when it ends.
    const auto of_helps = [](const Job& job) { return job.kind == Job::Kind::kHelps; };
    std::erase_if(asked_, of_helps);
    std::erase_if(jobs_, [&of_helps](const auto& one) { return of_helps(one.second); });
    helps_ = Helps{point, {}, {}, {}, 0};
    const Testbed testbed = testbed_of(point);
    for (AblationChange& change : ablation_changes()) {
      PointSpec spec{testbed, {}};
      change.apply(spec);
      if (!same_in_effect(testbed, spec.testbed)) helps_->changes.push_back(std::move(change));
    }
    helps_->left = helps_->changes.size() + 1;
    asked_.push_back({point, kLevelOfHelps, Job::Kind::kHelps, helps_->changes.size()});
    for (std::size_t i = 0; i < helps_->changes.size(); ++i)
      asked_.push_back({point, kLevelOfHelps, Job::Kind::kHelps, i});
  }

  [[nodiscard]] Testbed testbed_of(std::size_t point) const { return study_->points[points_[point]].testbed; }

  void start_all() {
    while (simulators_.has_room() && (!rough_.empty() || !asked_.empty() || !finer_.empty())) start_next();
  }

  void start_next() {
    std::deque<Job>& queue = !rough_.empty() ? rough_ : !asked_.empty() ? asked_ : finer_;
    const Job job = queue.front();
    queue.pop_front();
    const Point point = study_->points[points_[job.point]];
    PointTask task{{point.testbed, point.precision}, point.seed};
    const double longest_s = kLongestOfLevel_s[job.level];
    task.spec.precision.results = {};
    task.spec.precision.half_width_percent = kPreciseEnough_percent;
    task.spec.precision.max_simulated_s = longest_s;
    task.spec.precision.min_simulated_s = std::min(task.spec.precision.min_simulated_s, longest_s / 4);
    if (job.kind == Job::Kind::kHelps && job.change < helps_->changes.size())
      helps_->changes[job.change].apply(task.spec);
    jobs_[++last_job_] = job;
    simulators_.start(last_job_, task, PointRunner(job.kind == Job::Kind::kPath ? explain_point : run_point));
  }

  void take(Simulated one) {
    const auto found = jobs_.find(one.task);
    if (found == jobs_.end()) return;
    const Job job = found->second;
    jobs_.erase(found);
    std::optional<PointRow> row;
    if (!one.result.empty()) row = point_from_line(line_with(PointRow{}, one.result));
    switch (job.kind) {
      case Job::Kind::kPoint: return take_point(job, row, one.error);
      case Job::Kind::kPath: return take_path(job, row, one.error);
      case Job::Kind::kHelps: return take_help(job, row);
    }
  }

  void take_point(const Job& job, const std::optional<PointRow>& row, const std::string& error) {
    const bool last = job.level + 1 == kLongestOfLevel_s.size();
    const bool precise = row && row->result.precise;
    if (row) {
      Json message = explored_point(row->result);
      message["point"] = job.point;
      message["rough"] = !precise;
      tell(std::move(message));
    } else if (last) {
      tell({{"point", job.point}, {"failed", error}});
    }
    if (job.level == 0 && --rough_left_ == 0) tell({{"done", "rough"}});
    if (!precise && !last)
      finer_.push_back({job.point, job.level + 1});
    else if (--precise_left_ == 0)
      tell({{"done", "precise"}});
  }

  void take_path(const Job& job, const std::optional<PointRow>& row, const std::string& error) {
    if (row) return tell({{"why", job.point}, {"path", explored_path(row->result, testbed_of(job.point))}});
    if (job.level + 2 < kLongestOfLevel_s.size()) {
      asked_.push_front({job.point, job.level + 1, Job::Kind::kPath});  // nothing came back in so short a time
    } else {
      tell({{"why", job.point}, {"path", Json::array()}, {"failed", error}});
    }
  }

  void take_help(const Job& job, const std::optional<PointRow>& row) {
    const Quantity* const found = row ? row->result.find(kAblationMetric) : nullptr;
    if (job.change == helps_->changes.size()) {
      helps_->base = found == nullptr ? Quantity{} : *found;
      for (const auto& [change, value] : helps_->changed) tell_help(change, value);
    } else if (found != nullptr && helps_->base) {
      tell_help(job.change, *found);
    } else if (found != nullptr) {
      helps_->changed[job.change] = *found;
    }
    if (--helps_->left == 0) tell({{"helped", helps_->point}});
  }

  // The interval takes both runs to be independent: wide, and never too narrow.
  void tell_help(std::size_t change, const Quantity& value) {
    const Quantity& base = *helps_->base;
    const AblationVariant& variant = helps_->changes[change].variant;
    std::string words = variant.name;
    if (variant.kind == AblationKind::kResource)
      for (const Resource& resource : resources())
        if (resource.name() == variant.name) words = resource.words_for(testbed_of(helps_->point));
    const double ratio = value.value / base.value;
    const double half = ratio * std::hypot(value.ci95 / value.value, base.ci95 / base.value);
    if (!std::isfinite(ratio)) return;
    tell({{"help",
           {{"point", helps_->point},
            {"kind", to_string(variant.kind)},
            {"name", variant.name},
            {"words", words},
            {"percent", 100 * (ratio - 1)},
            {"half", std::isfinite(half) ? Json(100 * half) : Json(nullptr)}}}});
  }

  std::filesystem::path file_;
  Json document_;  // what stands in it
  std::vector<std::string> machines_;
  Simulators simulators_;
  std::optional<Study> study_;
  std::vector<std::size_t> points_;  // by the page's number: position in the study
  std::uint64_t state_ = 0;
  std::deque<Job> rough_;
  std::deque<Job> asked_;
  std::deque<Job> finer_;
  std::map<std::uint64_t, Job> jobs_;  // that run
  std::uint64_t last_job_ = 0;
  std::size_t rough_left_ = 0;
  std::size_t precise_left_ = 0;
  std::optional<Helps> helps_;
  std::string unread_;
  bool at_end_ = false;
};

}  // namespace

int run_explore_engine(const std::filesystem::path& scenario, unsigned jobs) {
  return ExploreEngine(scenario, jobs).run();
}

}  // namespace vqlab
