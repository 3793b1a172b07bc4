// Short scenarios that others begin with.
#pragma once

#include "analysis/scenario/section.hpp"

namespace vqlab::test {

// A short run, far from precise.
inline PointSpec short_spec() {
  PointSpec spec;
  spec.precision = {.half_width_percent = 50, .min_simulated_s = 0.004, .max_simulated_s = 0.004};
  Testbed& testbed = spec.testbed;
  testbed.targets = 8;
  testbed.luns_per_target = 2;
  testbed.controller.num_queues = 2;
  testbed.guest.policy = "per_vcpu";
  testbed.job.rw = "randrw";
  testbed.job.iodepth = 8;
  testbed.job.numjobs = 2;
  return spec;
}

// blk-mq with tags that run out.
inline PointSpec later_guest() {
  PointSpec spec = short_spec();
  Testbed& testbed = spec.testbed;
  testbed.guest.driver = "blk_mq";
  testbed.controller.virtqueue_size = 32;
  testbed.controller.can_queue = 0;
  testbed.host.server = "iothreads";
  testbed.host.aio = "native";
  testbed.host.backend = "flash";
  return spec;
}

}  // namespace vqlab::test
