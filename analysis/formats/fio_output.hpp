// A point's results as fio writes them: its JSON, and its logs.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/testbed/running_jobs.hpp"
#include "sim/metrics/fio_times.hpp"

namespace vqlab {

// What fio's --output-format=json would print after the point, with `bins` what json+ would. Its jobs are those of the
// testbed, each with all of its processes, as fio does with group_reporting. What the simulation does not know is not
// there. The same point gives the same bytes. Precondition: `jobs` are those of running_jobs(testbed).
[[nodiscard]] std::string fio_json(const Testbed& testbed, std::uint64_t seed, double simulated_s,
                                   const std::vector<FioJobTimes>& jobs, bool bins);

// Names behind the point's and texts of the logs of bandwidth, IOPS and latency of each job, "_bw.1.log"; none without
// a time series.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> fio_logs(const std::vector<FioJobTimes>& jobs);

}  // namespace vqlab
