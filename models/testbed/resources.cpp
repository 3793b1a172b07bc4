#include "models/testbed/resources.hpp"

#include <initializer_list>

namespace vqlab {
namespace {

void halve(std::initializer_list<Cost*> costs) {
  for (Cost* cost : costs) cost->mean_ns /= 2;
}

void halve_main_loop(Testbed& testbed) {
  HostCosts& host = testbed.host_costs;
  halve({&host.loop_iteration_ns, &host.loop_fd_ns, &host.pop_ns, &host.pop_page_ns, &host.cold_request_ns,
         &host.finish_ns, &host.scan_entry_ns, &host.complete_ns, &host.complete_page_ns, &host.inject_ns,
         &host.wake_thread_ns});  // vCPUs pay the last one, too, but the main loop pays it most
}

void halve_vcpus(Testbed& testbed) {
  GuestCosts& guest = testbed.guest_costs;
  halve({&guest.submit_ns, &guest.submit_page_ns, &guest.kick_ns, &guest.complete_ns, &guest.complete_page_ns,
         &guest.reap_call_ns, &guest.reap_event_ns, &guest.context_switch_ns, &guest.cold_switch_ns,
         &guest.wake_process_ns, &guest.interrupt_ns, &guest.ipi_receive_ns, &guest.cold_request_ns});
}

void halve_queue_lock(Testbed& testbed) {
  GuestCosts& guest = testbed.guest_costs;
  // Completions are sent to other vCPUs while the interrupt's handler holds the lock.
  halve({&guest.add_ns, &guest.add_segment_ns, &guest.indirect_table_ns, &guest.interrupt_entry_ns,
         &guest.interrupt_remote_ns, &guest.ipi_send_ns});
  guest.queue_lines /= 2;
}

void halve_target_lock(Testbed& testbed) {
  halve({&testbed.guest_costs.target_lock_ns, &testbed.guest_costs.linearise_segment_ns});
  testbed.guest_costs.target_lines /= 2;
}

void halve_host_lock(Testbed& testbed) {
  halve({&testbed.guest_costs.host_lock_ns});
  testbed.guest_costs.host_lines /= 2;
}

void halve_storage(Testbed&) {}  // a device's costs are those of its part

void halve_workers(Testbed& testbed) {
  HostCosts& host = testbed.host_costs;
  halve({&host.pool_lock_ns, &host.worker_ns, &host.worker_page_ns, &testbed.host.slow_target_ns});
  testbed.hardware.copy_gb_per_s *= 2;
}

void halve_memory_bus(Testbed& testbed) { testbed.hardware.memory_gb_per_s *= 2; }

void halve_physical_cpus(Testbed& testbed) { testbed.hardware.physical_cpus *= 2; }

void halve_cache_lines(Testbed& testbed) { halve({&testbed.guest_costs.line_transfer_ns}); }

void halve_wake_ups(Testbed& testbed) {
  halve({&testbed.guest_costs.halt_latency_ns, &testbed.guest_costs.halt_cpu_ns, &testbed.guest_costs.timer_late_ns,
         &testbed.host_costs.loop_wakeup_ns, &testbed.host_costs.worker_wakeup_ns, &testbed.host_costs.cstate_ns});
}

}  // namespace

const std::vector<Resource>& resources() {
  static const std::vector<Resource> all{
      {ResourceId::kMainLoop,
       "The threads that serve the queues (main loop, iothreads, vhost workers): they poll, pop, finish, complete and "
       "inject.",
       false, halve_main_loop},
      {ResourceId::kVcpus,
       "Work of the guest outside locks: submission, kick, interrupt, softirq, wake-up and reaping.", false,
       halve_vcpus},
      {ResourceId::kQueueLock,
       "Adding commands to a queue, and in its interrupt taking used buffers and sending them on.", false,
       halve_queue_lock},
      {ResourceId::kTargetLock, "The lock of a target: steering, and the copy of a scatterlist for add_buf.", false,
       halve_target_lock},
      {ResourceId::kHostLock, "The HBA's host_lock, which every submission of a device takes.", false, halve_host_lock},
      {ResourceId::kWorkers,
       "What a thread of the pool does for a request, the copy and a slow target's sleep included.", false,
       halve_workers},
      {ResourceId::kMemoryBus, "The memory bus, which all copies share.", false, halve_memory_bus},
      {ResourceId::kPhysicalCpus, "Hardware threads, which slow each other down or run short; halved: twice as many.",
       false, halve_physical_cpus},
      {ResourceId::kCacheLines,
       "Cache lines on their way from one vCPU to another, of all locks and of what they protect.", true,
       halve_cache_lines},
      {ResourceId::kWakeUps, "Halts, C-states and sleeping threads: the time until somebody begins to work.", true,
       halve_wake_ups},
      {ResourceId::kStorage, "The device behind the back end.", false, halve_storage},
  };
  return all;
}

}  // namespace vqlab
