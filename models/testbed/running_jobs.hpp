// Which jobs run on which targets.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "models/base/index_ranges.hpp"
#include "models/testbed/testbed.hpp"

namespace vqlab {

struct RunningJob {
  std::string name;
  FioJob job;
  std::vector<IndexRange> targets;  // at least one
  std::uint32_t phase = 0;          // it begins when all jobs of the phases before have ended

  // Targets, and fio processes on all of them.
  [[nodiscard]] std::uint32_t target_count() const noexcept;
  [[nodiscard]] std::uint32_t processes() const noexcept {
    return job.roams() ? job.numjobs : target_count() * job.numjobs;
  }
};

// Those of the testbed's list, each with the values of `job` where it has none of its own; without a list `job` and
// `other_job`, as far as they have targets. Targets that the testbed does not have are left out.
[[nodiscard]] std::vector<RunningJob> running_jobs(const Testbed& testbed);

// Some job has an end by time, replays a trace or waits for others, so that the run is no steady state: it is a stretch
// of time that ends with the last job that has a runtime or a trace, or if the last phase has none, with its last job.
[[nodiscard]] bool is_by_time(const Testbed& testbed);
// No run of it is over before: delays, ramps, runtimes and the times of traces, phase by phase. 0 if nothing is known.
[[nodiscard]] Duration least_length(const Testbed& testbed);
// Of a run that is not by time: when the last job has begun and its ramp is over.
[[nodiscard]] Duration steady_from(const Testbed& testbed);

// Whether `holds(job)` of a job that some target runs.
template <class Holds>
[[nodiscard]] bool of_some_job(const Testbed& testbed, const Holds& holds) {
  const std::vector<RunningJob> jobs = running_jobs(testbed);
  return std::any_of(jobs.begin(), jobs.end(), [&holds](const RunningJob& one) { return holds(one.job); });
}

// Processes that do I/O on each target of the testbed.
[[nodiscard]] std::vector<std::uint32_t> processes_by_target(const Testbed& testbed);
// The most of them, if they have no LUN in common with each other as long as there are enough LUNs.
[[nodiscard]] std::uint32_t most_processes_of_target(const Testbed& testbed);

// The job with the values of one element of the list.
[[nodiscard]] FioJob with_values(FioJob job, const NamedSet& element);

}  // namespace vqlab
