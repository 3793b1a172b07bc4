// A point's jobs as fio's job files write them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/testbed/running_jobs.hpp"

namespace vqlab {

// fio's options and their values, in the order of the parameters of a job.
using FioOptions = std::vector<std::pair<std::string, std::string>>;

// Of each process of the job. Left out are filename, numjobs and stonewall, which depend on where the process runs,
// and what has fio's own default. `seed`: that of the point.
[[nodiscard]] FioOptions fio_options(const Testbed& testbed, const RunningJob& job, std::uint64_t seed);

// A whole job file. A job is as many sections of its name as it has disks, one behind the other, and one group of
// fio's reports. Disks are guest_disk(). Comments say what fio's words do not. A trace is named as the scenario names
// it.
[[nodiscard]] std::string fio_job_file(const Testbed& testbed, std::uint64_t seed);

// A logical unit in the host, "t3l0": its drive, and its device_id.
[[nodiscard]] std::string exported_disk(std::uint32_t target, std::uint32_t lun);
// The same in the guest if Linux finds the disks in their order, "/dev/sdd".
[[nodiscard]] std::string guest_disk(const Testbed& testbed, std::uint32_t target, std::uint32_t lun);

}  // namespace vqlab
