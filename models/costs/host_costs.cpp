#include "models/costs/host_costs.hpp"

namespace vqlab {

const ParamTable& params_of(const HostCosts*) {
  using enum ResourceId;
  static const ParamTable table{
      "host_costs",
      "What the steps of the host process (QEMU 1.3) and of the host kernel cost.",
      {
          cost("loop_iteration_ns", &HostCosts::loop_iteration_ns, {3000, 40000}, kMainLoop,
               "One iteration of the main loop: select under the big lock, and dispatch, without the descriptors.",
               "guess, near the geometric middle of a range from memory"),
          cost("loop_fd_ns", &HostCosts::loop_fd_ns, {50, 500}, kMainLoop,
               "Polling one file descriptor in an iteration.", "prototype's fit")
              .part_of("descriptor_polling")
              .read_if(ConditionId::kPollsDescriptors),
          cost("loop_wakeup_ns", &HostCosts::loop_wakeup_ns, {2000, 30000}, kWakeUps,
               "Waking the main loop's thread from select.",
               "eventfd wake of a thread on another idle core 3-6 us, from memory"),
          cost(
              "drain_ns", &HostCosts::drain_ns, {100, 3000}, kMainLoop,
              "Looking into a ring that was kicked, without the requests found there: reading the eventfd, and the pop "
              "that finds nothing more, for which QEMU 1.3 allocates and frees a request.",
              "guess: a system call, 48 KiB of heap, the line of the ring's index")
              .part_of("drain_ends")
              .read_if(ConditionId::kPaysDrains),
          cost("pop_ns", &HostCosts::pop_ns, {2500, 10000}, kMainLoop,
               "Pop, parse and submit one request, without its pages.",
               "whole main-loop cost per request 8-15 us, inferred; start from the prototype's fit"),
          cost("pop_page_ns", &HostCosts::pop_page_ns, {50, 500}, kMainLoop, "Mapping one page of a request.",
               "prototype"),
          cost("cold_request_ns", &HostCosts::cold_request_ns, {200, 8000}, kMainLoop,
               "Additional cost of taking a request if the memory that it reuses is no longer in the caches; see "
               "cached_requests.",
               "guess: about 64 lines in 6 of the 48 KiB of a request's element, 36 ns for each")
              .part_of("cold_requests")
              .read_if(ConditionId::kColdHostRequests),
          number("cached_requests", &HostCosts::cached_requests, {1, 100000}, {16, 256}, "requests",
                 "Number of requests in flight whose memory fits in the main loop's caches. With n requests in flight, "
                 "more than this number, each pays the share 1 - cached_requests / n of cold_request_ns.",
                 "256 KiB of second-level cache, divided by about 4 KiB for each request; guess")
              .read_with("cold_requests")
              .read_if<HostCosts>([](const HostCosts& costs) { return costs.cold_request_ns.mean_ns > 0; },
                                  "host_costs.cold_request_ns is above 0")
              .read_if(ConditionId::kSeveralRequests),
          cost("finish_ns", &HostCosts::finish_ns, {700, 4000}, kMainLoop,
               "The main loop's handling of one finished worker, without the scan.", "prototype"),
          cost("scan_entry_ns", &HostCosts::scan_entry_ns, {1, 50}, kMainLoop,
               "Looking at one entry of the list of requests in flight.", "guess: one cache line, often warm")
              .part_of("in_flight_scan")
              .read_if(ConditionId::kScansInFlight),
          cost("complete_ns", &HostCosts::complete_ns, {1200, 6000}, kMainLoop,
               "Bottom half: push the used entry and evaluate the notification, without the pages.", "prototype"),
          cost("complete_page_ns", &HostCosts::complete_page_ns, {50, 500}, kMainLoop,
               "Unmapping one page of a request.", "prototype"),
          cost("inject_ns", &HostCosts::inject_ns, {1000, 4000}, kMainLoop, "The ioctl that injects the interrupt.",
               "interrupt injection 1.5-3 us"),
          cost("worker_wakeup_ns", &HostCosts::worker_wakeup_ns, {3000, 30000}, kWakeUps, "Waking a worker thread.",
               "eventfd wake of a thread on another idle core 3-6 us, from memory")
              .part_of("pool_hand_off")
              .read_if(ConditionId::kThreadPool),
          // The main loop pays it most.
          cost("wake_thread_ns", &HostCosts::wake_thread_ns, {500, 5000}, kMainLoop,
               "Waking a host thread that sleeps. The thread that wakes it pays: the main loop for a worker or a "
               "halted vCPU, a worker for the main loop, a vCPU (during its exit) for the main loop or another halted "
               "vCPU.",
               "try_to_wake_up and an IPI to an idle CPU: 1 to 3 us; prototype")
              .part_of("remote_wakeups"),
          cost("pool_lock_ns", &HostCosts::pool_lock_ns, {30, 1000}, kPoolLock,
               "Time for which a worker holds the thread pool's mutex to take a request, and again to tell of a served "
               "one.",
               "guess; futex hand-off 1.57 us on one CPU, measured")
              .part_of("pool_hand_off")
              .read_if(ConditionId::kThreadPool),
          cost("worker_ns", &HostCosts::worker_ns, {1000, 6000}, kWorkers,
               "A worker's handling of one request, without its pages and the copy.",
               "prototype; pread from tmpfs 0.28 us + 0.181 us/KiB, measured")
              .read_if(ConditionId::kThreadPool),
          cost("worker_page_ns", &HostCosts::worker_page_ns, {100, 700}, kWorkers, "Page-cache look-up of one page.",
               "prototype")
              .read_if(ConditionId::kThreadPool)
              .read_if(ConditionId::kWorkerPages),
          cost("cstate_ns", &HostCosts::cstate_ns, {2000, 120000}, kWakeUps,
               "Latency of leaving the deepest C-state of an idle physical CPU.",
               "3-6 us, 50+ with deep C-states, from memory")
              .part_of("cstates"),
          number("cstate_ramp_ns", &HostCosts::cstate_ramp_ns, {1, 1e6}, {10000, 400000}, "ns",
                 "Idle time after which half of the C-state latency applies.", "range 10-400 us; prototype's fit")
              .read_with("cstates")
              .read_if<HostCosts>([](const HostCosts& costs) { return costs.cstate_ns.mean_ns > 0; },
                                  "host_costs.cstate_ns is above 0"),
          cost("user_exit_ns", &HostCosts::user_exit_ns, {500, 5000}, kVcpus,
               "Without ioeventfd: what an exit for a doorbell costs beyond kick_ns, because the vCPU's thread goes on "
               "in QEMU.",
               "QEMU pci-testdev, April 2013: 5287 cycles in place of 1762 with ioeventfd, at 3 GHz")
              .read_if(ConditionId::kServesKicks)
              .not_modelled("hosts with another server than main_loop are refused"),
      }};
  return table;
}

}  // namespace vqlab
