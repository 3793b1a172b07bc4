#include "models/costs/guest_costs.hpp"

namespace vqlab {

const ParamTable& params_of(const GuestCosts*) {
  using enum ResourceId;
  static const ParamTable table{
      "guest_costs",
      "What the guest kernel's and the fio processes' steps cost.",
      {
          cost("submit_ns", &GuestCosts::submit_ns, {4000, 35000}, kVcpus,
               "fio, io_submit, block layer and SCSI mid-layer for one request, without its pages.",
               "libaio direct submit + block + SCSI 4-6 us in 2012, from memory; start from the prototype's fit"),
          cost("submit_page_ns", &GuestCosts::submit_page_ns, {150, 900}, kVcpus,
               "Pinning one page (get_user_pages) and adding it to a bio.", "prototype's fit; range from memory")
              .part_of("page_pinning"),
          cost("split_request_ns", &GuestCosts::split_request_ns, {1000, 20000}, kVcpus,
               "bio, block layer and SCSI mid-layer for each further request of an I/O that is split, without its "
               "pages. The first costs submit_ns. An I/O that is merged saves as much.",
               "guess: libaio direct submit + block + SCSI 4-6 us in 2012, less fio's part and the system call")
              .not_modelled("jobs whose I/Os are split or merged are refused")
              .read_if(ConditionId::kSplitsOrMerges),
          cost("segment_page_ns", &GuestCosts::segment_page_ns, {10, 150}, kVcpus,
               "Building the segment of one page: its entry of the command's scatterlist.",
               "guess: an entry of 32 bytes, and whether the page continues the segment before it")
              .part_of("page_pinning"),
          cost("lun_lock_ns", &GuestCosts::lun_lock_ns, {50, 600}, kLunLock,
               "Time for which a request holds the queue_lock of its LUN, once when it is submitted and once when it "
               "completes; segments are built under it. Nobody waits for the lock of a LUN with one process. 0: it is "
               "not taken.",
               "guess: three sections each, most of them a few list operations")
              .part_of("lun_lock")
              .read_if(ConditionId::kHostLock),
          cost("host_lock_ns", &GuestCosts::host_lock_ns, {100, 1000}, kHostLock,
               "Time for which a command holds the HBA's host_lock when it is submitted.", "guess"),
          cost("unbusy_ns", &GuestCosts::unbusy_ns, {50, 600}, kHostLock,
               "Time for which a completed command holds the HBA's host_lock, each of two times: to leave the counts "
               "of commands in flight, and to look for LUNs that wait. 0: it does not take it.",
               "guess: half of host_lock_ns, which also looks at limits and lists")
              .part_of("completion_locks")
              .read_if(ConditionId::kHostLock),
          cost("target_lock_ns", &GuestCosts::target_lock_ns, {20, 300}, kTargetLock,
               "Time for which pick_vq holds the target's lock.",
               "guess: a few instructions; the cache lines are in target_lines")
              .read_if(ConditionId::kPicksUnderTargetLock),
          cost("linearise_segment_ns", &GuestCosts::linearise_segment_ns, {5, 100}, kTargetLock,
               "Copying one segment into the target's scatterlist under the target lock (add_buf only).",
               "guess: following a chained scatterlist, an entry of 32 bytes read and written")
              .part_of("linearising")
              .read_if(ConditionId::kLinearises),
          cost("add_ns", &GuestCosts::add_ns, {300, 3000}, kQueueLock,
               "Time for which the queue's lock is held to add one command, without its segments.",
               "guess, beside the prototype's 800 ns; range from memory"),
          cost("add_segment_ns", &GuestCosts::add_segment_ns, {5, 100}, kQueueLock, "Writing one descriptor.",
               "prototype; 56-80 ns a cycle of 3 and 290-300 ns of 18 descriptors, measured in user space"),
          cost("indirect_table_ns", &GuestCosts::indirect_table_ns, {50, 1000}, kQueueLock,
               "Allocating and freeing an indirect table.", "guess: one kmalloc and kfree")
              .part_of("indirect_allocation")
              .read_if(ConditionId::kIndirectTables),
          cost("line_transfer_ns", &GuestCosts::line_transfer_ns, {50, 400}, kCacheLines,
               "Moving a modified cache line from one CPU to another. Paid for the line of a lock itself, once for "
               "each vCPU that spins when the lock is handed over; and for the lines that the lock protects, if "
               "another vCPU held it last.",
               "109 to 400 cycles at 2.13 GHz, by distance (David, SOSP'13)")
              .part_of("line_transfers")
              .read_if(ConditionId::kLinesMove),
          number("lun_lines", &GuestCosts::lun_lines, {0, 40}, "cache lines",
                 "Lines that move with a LUN's queue_lock: the request queue's list, its counts, the device's.",
                 "guess")
              .loads(kLunLock)
              .not_modelled("few LUNs have processes on several vCPUs")
              .read_with("line_transfers")
              .read_if<GuestCosts>([](const GuestCosts& costs) { return costs.line_transfer_ns.mean_ns > 0; },
                                   "guest_costs.line_transfer_ns is above 0")
              .read_if<GuestCosts>([](const GuestCosts& costs) { return costs.lun_lock_ns.mean_ns > 0; },
                                   "guest_costs.lun_lock_ns is above 0")
              .read_if(ConditionId::kSeveralVcpus)
              .read_if(ConditionId::kSharedLuns),
          number("host_lines", &GuestCosts::host_lines, {0, 40}, "cache lines",
                 "Lines that move with the HBA's host_lock: the mid-layer's counters and lists.",
                 "guess: the HBA's counts, the target's, the list of LUNs that wait")
              .loads(kHostLock)
              .read_with("line_transfers")
              .read_if<GuestCosts>([](const GuestCosts& costs) { return costs.line_transfer_ns.mean_ns > 0; },
                                   "guest_costs.line_transfer_ns is above 0")
              .read_if(ConditionId::kSeveralVcpusWork)
              .read_if(ConditionId::kHostLock),
          number("queue_lines", &GuestCosts::queue_lines, {0, 40}, "cache lines",
                 "Lines that move with a queue's lock: the driver's state of the ring, its indices, free list.",
                 "guess")
              .loads(kQueueLock)
              .read_with("line_transfers")
              .read_if<GuestCosts>([](const GuestCosts& costs) { return costs.line_transfer_ns.mean_ns > 0; },
                                   "guest_costs.line_transfer_ns is above 0")
              .read_if(ConditionId::kQueuesShared),
          number("target_lines", &GuestCosts::target_lines, {0, 40}, "cache lines",
                 "Lines that move with a target's lock: reqs and req_vq.", "they share one line")
              .loads(kTargetLock)
              .not_modelled("one line, and few vCPUs submit to the same target")
              .read_with("line_transfers")
              .read_if<GuestCosts>([](const GuestCosts& costs) { return costs.line_transfer_ns.mean_ns > 0; },
                                   "guest_costs.line_transfer_ns is above 0")
              .read_if(ConditionId::kSeveralVcpusWork)
              .read_if(ConditionId::kTargetLock),
          cost("kick_ns", &GuestCosts::kick_ns, {700, 4000}, kVcpus,
               "VM exit for a PIO doorbell, eventfd signal and re-entry; waking the listener is wake_thread_ns.",
               "1762-1777 cycles (QEMU pci-testdev, April 2013), twice that with what an exit displaces"),
          cost("complete_ns", &GuestCosts::complete_ns, {2000, 16000}, kVcpus,
               "Softirq completion of one request, without its pages.",
               "libaio completion 3-5 us in 2012, from memory; start from the prototype's fit"),
          cost(
              "complete_merged_ns", &GuestCosts::complete_merged_ns, {300, 6000}, kVcpus,
              "The softirq's part of each further I/O of a request that others were merged into, without its pages and "
              "the process's wake-up.",
              "guess: the end of a bio, of a direct I/O and of an aio, without the mid-layer's part")
              .not_modelled("jobs whose I/Os are merged are refused")
              .read_if(ConditionId::kMerges),
          cost("complete_page_ns", &GuestCosts::complete_page_ns, {100, 500}, kVcpus,
               "Unpinning one page, and marking it as dirty if it was read into.", "prototype; range from memory")
              .part_of("page_pinning"),
          cost("complete_remote_page_ns", &GuestCosts::complete_remote_page_ns, {50, 2000}, kVcpus,
               "Additional cost of each page of a request that completes on another vCPU than the one that submitted "
               "it: "
               "what the kernel keeps of the page moves there.",
               "guess: the page's structure, and parts of the entries of bio and page table; 109 to 400 cycles a line")
              .part_of("remote_interrupts")
              .not_modelled("a request is taken to complete where it was submitted")
              .read_if(ConditionId::kCompletesElsewhere),
          cost("reap_call_ns", &GuestCosts::reap_call_ns, {500, 4000}, kVcpus,
               "One call of io_getevents, without its events. A job with io_uring makes it only if it has to wait.",
               "guess")
              .read_if(ConditionId::kReapsByCall),
          cost("seek_ns", &GuestCosts::seek_ns, {50, 500}, kVcpus,
               "The lseek before each I/O of ioengine sync that does not go on where the last one ended.",
               "guess: a system call that touches no device, 0.1 to 0.3 us")
              .not_modelled("jobs with another ioengine than libaio are refused")
              .read_if(ConditionId::kSeeks),
          cost("reap_event_ns", &GuestCosts::reap_event_ns, {1000, 6000}, kVcpus,
               "fio's handling of one completed request.", "prototype; range from memory"),
          cost("context_switch_ns", &GuestCosts::context_switch_ns, {1000, 4000}, kVcpus,
               "Switching a vCPU to another process.", "1.3-1.6 us pinned, 3 us not pinned"),
          cost("cold_switch_ns", &GuestCosts::cold_switch_ns, {500, 40000}, kVcpus,
               "Additional cost of a switch if the caches are cold for the process; see cold_jobs_per_vcpu.",
               "prototype's fit")
              .part_of("cold_switches")
              .read_if(ConditionId::kColdSwitches),
          cost("wake_process_ns", &GuestCosts::wake_process_ns, {500, 5000}, kVcpus,
               "try_to_wake_up of the process that waits for its events.",
               "guess, below the prototype's 2.2 us; range from memory"),
          cost("timer_late_ns", &GuestCosts::timer_late_ns, {100, 100000}, kWakeUps,
               "Delay of the timer of a process that thinks or waits for its rate: it expires so much later than asked "
               "for.",
               "uniform up to the 50 us by which Linux may delay a process's timers; guess")
              .not_modelled("jobs that think or have a rate are refused")
              .read_if(ConditionId::kPaced),
          cost("interrupt_ns", &GuestCosts::interrupt_ns, {2000, 9000}, kVcpus,
               "Interrupt entry, handler, EOI and exit, without the used buffers.",
               "APIC trap 2384 and EOI 1556 cycles at 2.1 GHz (Dall, ISCA'16)"),
          cost("interrupt_entry_ns", &GuestCosts::interrupt_entry_ns, {400, 3000}, kQueueLock,
               "Handling one used buffer under the queue's lock.", "prototype's fit; range from memory"),
          cost("empty_look_ns", &GuestCosts::empty_look_ns, {20, 300}, kVcpus,
               "An interrupt handler's look at a virtqueue in which nothing is used, where a device's virtqueues share "
               "a vector.",
               "guess: a call, and two lines, of which the driver's may lie in another vCPU's cache")
              .not_modelled("vectors that are shared are refused")
              .read_if(ConditionId::kSharedVector),
          cost("interrupt_remote_ns", &GuestCosts::interrupt_remote_ns, {100, 10000}, kQueueLock,
               "Additional cost of a used buffer on a vCPU that did not submit it, without its pages: cache misses "
               "under the queue's lock.",
               "guess: eight lines of 109 to 400 cycles: request, command, response, tables; a rough joint fit of the "
               "letter, tcm_vhost and dd found 300 to 1000 ns")
              .part_of("remote_interrupts")
              .read_if(ConditionId::kRemoteInterrupts),
          cost("interrupt_remote_page_ns", &GuestCosts::interrupt_remote_page_ns, {50, 2000}, kQueueLock,
               "The same for each page of the buffer.",
               "7.5 us for the letter's mean of 8.5 pages in the prototype's fit, less what other costs have; a rough "
               "joint fit found 1000 ns. An effect that published values show; what causes it is not known")
              .part_of("remote_interrupts")
              .read_if(ConditionId::kRemoteInterrupts),
          // The interrupt's handler sends while it holds the queue's lock.
          cost("ipi_send_ns", &GuestCosts::ipi_send_ns, {1000, 5000}, kQueueLock,
               "Sending an inter-processor interrupt: a trapped APIC write.",
               "virtual IPI 5230 cycles at 2.1 GHz (Dall, ISCA'16)")
              .part_of("ipis")
              .read_if(ConditionId::kInterruptsBetweenVcpus),
          cost("ipi_receive_ns", &GuestCosts::ipi_receive_ns, {1000, 6500}, kVcpus,
               "Receiving an inter-processor interrupt: exit, injection, handler, EOI.",
               "1.3 times the sending, prototype")
              .part_of("ipis")
              .read_if(ConditionId::kInterruptsBetweenVcpus),
          cost("halt_latency_ns", &GuestCosts::halt_latency_ns, {2000, 40000}, kWakeUps,
               "From the event to the first instruction of a halted vCPU: host scheduler and world switch.",
               "plus 5-15 us host wake-up in 2012, from memory")
              .part_of("halts"),
          cost("halt_cpu_ns", &GuestCosts::halt_cpu_ns, {1000, 6000}, kWakeUps,
               "CPU time of the vCPU around a halt: idle loop, exit, entry.", "guess")
              .part_of("halts"),
          cost("cold_request_ns", &GuestCosts::cold_request_ns, {200, 40000}, kVcpus,
               "Additional cost of completing a request, without its pages, if its state, the kernel's and the "
               "process's, is no longer in the vCPU's caches; see cached_requests.",
               "guess: some 7 KiB are 110 lines; each takes 10 to 80 ns, from the third-level cache or from memory; 36 "
               "ns assumed")
              .part_of("cold_requests")
              .read_if(ConditionId::kColdGuestRequests),
          cost("cold_page_ns", &GuestCosts::cold_page_ns, {20, 5000}, kVcpus, "The same for each page of the request.",
               "guess: page structure, page-table entry, entries of bio, scatterlist and descriptor table, touched "
               "several times; with cold_request_ns 9 us for the letter's mean of 8.5 pages")
              .part_of("cold_requests")
              .read_if(ConditionId::kColdGuestRequests),
          number(
              "cached_requests", &GuestCosts::cached_requests, {1, 100000}, {4, 64}, "requests",
              "Number of requests in flight on a vCPU whose state fits in its caches. With n requests in flight, "
              "more than this number, each pays the share 1 - cached_requests / n of cold_request_ns and cold_page_ns.",
              "256 KiB of second-level cache, divided by about 16 KiB for each request; guess")
              .read_with("cold_requests")
              .read_if<GuestCosts>(
                  [](const GuestCosts& costs) {
                    return costs.cold_request_ns.mean_ns > 0 || costs.cold_page_ns.mean_ns > 0;
                  },
                  "guest_costs.cold_request_ns or guest_costs.cold_page_ns is above 0")
              .read_if(ConditionId::kSeveralRequestsPerVcpu),
          number("cold_jobs_per_vcpu", &GuestCosts::cold_jobs_per_vcpu, {0, 1000}, "processes",
                 "Number of processes of a vCPU whose working sets fit in its caches together.", "prototype's fit")
              .read_with("cold_switches")
              .read_if<GuestCosts>([](const GuestCosts& costs) { return costs.cold_switch_ns.mean_ns > 0; },
                                   "guest_costs.cold_switch_ns is above 0"),
      }};
  return table;
}

}  // namespace vqlab
