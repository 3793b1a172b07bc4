#include "models/testbed/running_jobs.hpp"

#include <algorithm>

namespace vqlab {
namespace {

std::vector<IndexRange> within(std::vector<IndexRange> ranges, std::uint32_t end) {
  for (IndexRange& one : ranges) one = {std::min(one.first, end), std::min(one.end, end)};
  ranges.erase(std::remove_if(ranges.begin(), ranges.end(), [](const IndexRange& one) { return one.size() == 0; }),
               ranges.end());
  return ranges;
}

}  // namespace

std::uint32_t RunningJob::target_count() const noexcept {
  std::uint32_t count = 0;
  for (const IndexRange& range : targets) count += range.size();
  return count;
}

FioJob with_values(FioJob job, const NamedSet& element) {
  for (const Param& row : params_of_listed_job().rows)
    for (const RowValue& value : element.values)
      if (value.row == row.name) row.set(&job, value.value);
  return job;
}

std::vector<RunningJob> running_jobs(const Testbed& testbed) {
  std::vector<RunningJob> all;
  const auto add = [&](std::string name, FioJob job, std::vector<IndexRange> targets) {
    targets = within(std::move(targets), testbed.targets);
    if (targets.empty()) return;
    const std::uint32_t phase = all.empty() ? 0 : all.back().phase + job.stonewall;
    all.push_back({std::move(name), std::move(job), std::move(targets), phase});
  };
  if (testbed.jobs.empty()) {
    const std::uint32_t others = testbed.targets - std::min(testbed.other_job_targets, testbed.targets);
    add("job", testbed.job, {{0, others}});
    add("other_job", testbed.other_job, {{others, testbed.targets}});
    return all;
  }
  for (const NamedSet& element : testbed.jobs) {
    FioJob job = with_values(testbed.job, element);
    const auto targets = parse_ranges(job.targets);
    add(element.name, std::move(job), targets.value_or(std::vector<IndexRange>{{0, testbed.targets}}));
  }
  return all;
}

bool is_by_time(const Testbed& testbed) {
  const std::vector<RunningJob> jobs = running_jobs(testbed);
  return std::any_of(jobs.begin(), jobs.end(),
                     [](const RunningJob& one) { return one.phase > 0 || one.job.is_limited(); });
}

Duration least_length(const Testbed& testbed) {
  Duration begin{0};  // of the phase
  Duration end{0};
  std::uint32_t phase = 0;
  for (const RunningJob& one : running_jobs(testbed)) {
    if (one.phase > phase) begin = end;
    phase = one.phase;
    const auto limit = one.job.time_limit();
    const Duration length = limit ? one.job.ramp() + *limit : std::max(one.job.ramp(), one.job.replay_length());
    end = std::max(end, std::max(begin, one.job.start_delay()) + length);
  }
  return end;
}

Duration steady_from(const Testbed& testbed) {
  Duration from{0};
  for (const RunningJob& one : running_jobs(testbed)) from = std::max(from, one.job.start_delay() + one.job.ramp());
  return from;
}

std::vector<std::uint32_t> processes_by_target(const Testbed& testbed) {
  std::vector<std::uint32_t> processes(testbed.targets);
  for (const RunningJob& one : running_jobs(testbed))
    for (const IndexRange& range : one.targets)
      for (std::uint32_t target = range.first; target < range.end; ++target) processes[target] += one.job.numjobs;
  return processes;
}

std::uint32_t most_processes_of_target(const Testbed& testbed) {
  if (testbed.jobs.empty()) {
    std::uint32_t most = 0;
    for (const RunningJob& one : running_jobs(testbed)) most = std::max(most, one.job.numjobs);
    return most;
  }
  const std::vector<std::uint32_t> processes = processes_by_target(testbed);
  return processes.empty() ? 0 : *std::max_element(processes.begin(), processes.end());
}

}  // namespace vqlab
