#include "models/testbed/mechanisms.hpp"

#include <initializer_list>

#include "models/testbed/testbed.hpp"

namespace vqlab {
namespace {

void none(std::initializer_list<Cost*> costs) {
  for (Cost* cost : costs) cost->mean_ns = 0;
}

}  // namespace

const ParamTable& params_of(const Mechanisms*) {
  static const ParamTable table{
      "mechanisms",
      "Mechanisms that can be switched off, whatever their costs say. What is a choice rather than a cost has a row of "
      "its own: guest.rq_affinity, guest.unhinted_delivery, guest.drop_reqs_on_failed_add, guest.mempool_commands.",
      {
          boolean("remote_interrupts", &Mechanisms::remote_interrupts,
                  "Cache misses under the queue's lock where an interrupt is served on another vCPU than its command "
                  "was submitted on (interrupt_remote_ns)."),
          boolean("halts", &Mechanisms::halts, "What halting and waking a vCPU takes (halt_latency_ns, halt_cpu_ns)."),
          boolean("cstates", &Mechanisms::cstates, "C-states of idle physical CPUs (cstate_ns)."),
          boolean("ipis", &Mechanisms::ipis, "What inter-processor interrupts take (ipi_send_ns, ipi_receive_ns)."),
          boolean("remote_wakeups", &Mechanisms::remote_wakeups,
                  "What waking a thread of the host costs whoever wakes it (wake_thread_ns)."),
          boolean("line_transfers", &Mechanisms::line_transfers,
                  "Cache lines of locks and of what they protect, on their way between vCPUs (line_transfer_ns)."),
          boolean("shared_cores", &Mechanisms::shared_cores,
                  "Two hardware threads of a core slow each other down (sibling_speed)."),
          boolean("preemption", &Mechanisms::preemption,
                  "Threads of an overcommitted host lose their CPU in the middle of what they do, holders of locks "
                  "too; off: all are slowed down alike (timeslice_ns)."),
          boolean("cold_switches", &Mechanisms::cold_switches,
                  "Processes find their caches cold after others ran (cold_switch_ns)."),
          boolean("cold_requests", &Mechanisms::cold_requests,
                  "Requests beyond what caches hold are cold, in guest and host (cold_request_ns)."),
          boolean("wake_migration", &Mechanisms::wake_migration, "Woken processes are displaced (wake_migration)."),
          boolean("placement_by_interrupts", &Mechanisms::placement_by_interrupts,
                  "Load balancing keeps processes from a vCPU that serves all interrupts (interrupt_vcpu_share)."),
          boolean("descriptor_polling", &Mechanisms::descriptor_polling,
                  "The main loop's cost for each descriptor that it polls (loop_fd_ns)."),
          boolean("in_flight_scan", &Mechanisms::in_flight_scan,
                  "The main loop's search among the requests in flight (scan_entry_ns)."),
          boolean("pool_hand_off", &Mechanisms::pool_hand_off,
                  "Waking a worker and the pool's mutex (worker_wakeup_ns, pool_lock_ns)."),
          boolean("page_pinning", &Mechanisms::page_pinning,
                  "Pinning and unpinning each page (submit_page_ns, complete_page_ns of the guest)."),
          boolean("linearising", &Mechanisms::linearising,
                  "Copying the scatterlist for add_buf (linearise_segment_ns)."),
          boolean("indirect_allocation", &Mechanisms::indirect_allocation,
                  "Allocating indirect tables (indirect_table_ns)."),
      }};
  return table;
}

Testbed in_effect(Testbed testbed) {
  const Mechanisms& on = testbed.mechanisms;
  GuestCosts& guest = testbed.guest_costs;
  HostCosts& host = testbed.host_costs;
  if (!on.remote_interrupts) none({&guest.interrupt_remote_ns});
  if (!on.halts) none({&guest.halt_latency_ns, &guest.halt_cpu_ns});
  if (!on.cstates) none({&host.cstate_ns});
  if (!on.ipis) none({&guest.ipi_send_ns, &guest.ipi_receive_ns});
  if (!on.remote_wakeups) none({&host.wake_thread_ns});
  if (!on.line_transfers) none({&guest.line_transfer_ns});
  if (!on.shared_cores) testbed.hardware.sibling_speed = 1;
  if (!on.preemption) testbed.hardware.timeslice_ns = 0;
  if (!on.cold_switches) none({&guest.cold_switch_ns});
  if (!on.cold_requests) none({&guest.cold_request_ns, &host.cold_request_ns});
  if (!on.wake_migration) guest.wake_migration = 0;
  if (!on.placement_by_interrupts) testbed.guest.interrupt_vcpu_share = 1;
  if (!on.descriptor_polling) none({&host.loop_fd_ns});
  if (!on.in_flight_scan) none({&host.scan_entry_ns});
  if (!on.pool_hand_off) none({&host.worker_wakeup_ns, &host.pool_lock_ns});
  if (!on.page_pinning) none({&guest.submit_page_ns, &guest.complete_page_ns});
  if (!on.linearising) none({&guest.linearise_segment_ns});
  if (!on.indirect_allocation) none({&guest.indirect_table_ns});
  return testbed;
}

}  // namespace vqlab
