// Short scenarios of workloads in time, in which their parameters act.
#pragma once

#include <string>
#include <vector>

#include "models/workload/io_trace.hpp"
#include "tests/conformance/short_specs.hpp"

namespace vqlab::test {

// Jobs that begin later, think in bursts by time, are confined, and end by time.
inline PointSpec by_time() {
  PointSpec spec = short_spec();
  Testbed& testbed = spec.testbed;
  testbed.guest.topology = "cores";  // processes that are woken move
  testbed.host.backend = "null";
  testbed.other_job_targets = 4;
  spec.precision.max_simulated_s = 0.02;
  for (FioJob* const job : {&testbed.job, &testbed.other_job}) {
    job->startdelay = "100us";
    job->ramp_time = "200us";
    job->runtime = "2ms";
    job->thinktime_us = 100;
    job->thinktime_spin_us = 50;
    job->thinktime_iotime = "300us";
    job->cpus_allowed = "0-2";
    job->numjobs = 2;
    job->size_bytes = 1 << 17;
    job->bs = "64k";
    job->loops = 1;
    job->time_based = 1;
  }
  return spec;
}

// Bursts of so many requests from jobs that have more in flight.
inline PointSpec bursts() {
  PointSpec spec = short_spec();
  Testbed& testbed = spec.testbed;
  testbed.host.backend = "null";
  testbed.other_job_targets = 2;
  for (FioJob* const job : {&testbed.job, &testbed.other_job}) {
    job->iodepth = 8;
    job->thinktime_us = 50;
    job->thinktime_blocks = 4;
  }
  testbed.guest.topology = "cores";
  testbed.other_job_targets = 4;
  testbed.other_job.numjobs = 2;
  testbed.job.cpus_allowed = "0-1";
  testbed.other_job.cpus_allowed = "0-1";
  return spec;
}

// Both jobs replay a trace at its times, on a drive whose blocks differ.
inline PointSpec replaying() {
  std::string text = "fio version 3 iolog\n";
  for (int i = 0; i < 60; ++i)
    text += std::to_string(40 * i) + (i % 2 == 0 ? " a" : " b") + (i % 3 == 0 ? " write " : " read ") +
            std::to_string(std::int64_t{4096} * (7 * i % 50)) + " 4096\n";
  std::vector<TraceFault> faults;
  keep_trace("acting_bases", parse_iolog(text, faults));
  PointSpec spec = later_guest();
  spec.precision.max_simulated_s = 0.05;
  spec.testbed.other_job_targets = 2;
  for (FioJob* const job : {&spec.testbed.job, &spec.testbed.other_job}) {
    job->read_iolog = "acting_bases";
    job->numjobs = 1;
  }
  return spec;
}

}  // namespace vqlab::test
