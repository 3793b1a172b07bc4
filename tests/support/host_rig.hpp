// The host alone: the test is its driver, rings the doorbells and hears the interrupts.
#pragma once

#include <gtest/gtest.h>
#include <vector>

#include "models/scsi/virtio_scsi.hpp"
#include "models/virtqueue/split_driver.hpp"
#include "tests/support/testbed_rig.hpp"

namespace vqlab::test {

// Costs that a test can add up; no device, so that a request is served as soon as it is handed over.
inline Testbed host_testbed() {
  Testbed testbed;
  testbed.controller.num_queues = 2;
  testbed.hardware.threads_per_core = 1;
  testbed.job.iodepth = 8;  // room for as many headers
  testbed.host.backend = "null";
  HostCosts& costs = testbed.host_costs;
  const auto constant = [](double ns) { return Cost{ns, Shape::kConstant}; };
  costs.loop_wakeup_ns = constant(5000);
  costs.loop_iteration_ns = constant(10000);
  costs.pop_ns = constant(3000);
  costs.finish_ns = constant(1000);
  costs.complete_ns = constant(2000);
  costs.inject_ns = constant(1500);
  costs.worker_wakeup_ns = constant(4000);
  costs.worker_ns = constant(2000);
  costs.pool_lock_ns = constant(100);
  for (Cost* nothing :
       {&costs.loop_fd_ns, &costs.pop_page_ns, &costs.cold_request_ns, &costs.scan_entry_ns, &costs.complete_page_ns,
        &costs.wake_thread_ns, &costs.worker_page_ns, &costs.cstate_ns, &costs.drain_ns})
    *nothing = constant(0);
  return testbed;
}

struct HostRig : MachineRig, sim::InterruptListener {
  explicit HostRig(const Testbed& spec = host_testbed()) : MachineRig(spec), host(machine, testbed, 1) {
    machine.guest = this;
    const RingOptions options{.size = static_cast<std::uint16_t>(testbed.controller.virtqueue_size),
                              .indirect_desc = false,
                              .event_idx = testbed.controller.event_idx};
    for (const sim::RingPlace& place : machine.rings) rings.emplace_back(memory, place.area, options, nullptr);
  }

  bool interrupted(sim::LineIndex queue) override {
    interrupts.push_back({calendar.now().time_since_epoch(), queue});
    return wakes_vcpu;
  }

  // Adds a read of one block; true if the device wants a kick.
  bool add(sim::LineIndex line, std::uint64_t tag) {
    const std::uint64_t headers = layout.headers + tag * sim::GuestLayout::kHeaderStride;
    const scsi::Request request{.address = {TargetId(0), LunId(0)}, .tag = tag, .cdb = scsi::read10(0, 1)};
    std::byte* const bytes = memory.at(headers, scsi::kRequestBytes);
    scsi::encode(request, std::span<std::byte, scsi::kRequestBytes>(bytes, scsi::kRequestBytes));
    const std::vector<Segment> segments{{headers, scsi::kRequestBytes},
                                        {headers + sim::GuestLayout::kResponseOffset, scsi::kResponseBytes},
                                        {layout.data, 512}};
    log.called(0, tag);
    EXPECT_TRUE(rings[line].add_buf(segments, 1, 2, tag).ok());
    log.accepted(tag);
    return rings[line].kick_prepare();
  }
  void kick(sim::LineIndex line) { machine.host->kicked(line); }
  void run_to(Duration time) { calendar.run_until(Instant{time}); }

  struct Interrupt {
    Duration when;
    sim::LineIndex line;
  };
  sim::Host host;
  std::vector<SplitDriver> rings;
  std::vector<Interrupt> interrupts;
  bool wakes_vcpu = false;  // whether an interrupt finds its vCPU halted
};

}  // namespace vqlab::test
