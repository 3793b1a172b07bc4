#include <array>

#include "models/testbed/testbed.hpp"

namespace vqlab {
namespace {

// The rows that are part of a mechanism, by path.
std::string rows_of(const std::string& mechanism) {
  const std::array tables{
      &params_of(static_cast<const Hardware*>(nullptr)), &params_of(static_cast<const GuestConfig*>(nullptr)),
      &params_of(static_cast<const GuestCosts*>(nullptr)), &params_of(static_cast<const HostCosts*>(nullptr))};
  std::string paths;
  for (const ParamTable* table : tables)
    for (const Param& row : table->rows)
      if (row.mechanism == mechanism) paths += (paths.empty() ? "" : ", ") + table->name + "." + row.name;
  return paths;
}

ParamTable mechanisms_table() {
  ParamTable table{
      "mechanisms",
      "Mechanisms that can be switched off. What is off takes no time, whatever its costs are. Choices of the guest "
      "have parameters of their own: guest.rq_affinity, guest.unhinted_delivery, guest.drop_reqs_on_failed_add, "
      "guest.mempool_commands.",
      {
          boolean("remote_interrupts", &Mechanisms::remote_interrupts,
                  "Cache misses under the queue's lock if another vCPU than the one that submitted a command serves "
                  "its interrupt."),
          boolean("halts", &Mechanisms::halts, "The time that halting and waking a vCPU takes."),
          boolean("cstates", &Mechanisms::cstates, "C-states of idle physical CPUs."),
          boolean("ipis", &Mechanisms::ipis, "The time that inter-processor interrupts take."),
          boolean("remote_wakeups", &Mechanisms::remote_wakeups,
                  "The time that waking a host thread takes from the thread that wakes it."),
          boolean("line_transfers", &Mechanisms::line_transfers,
                  "Moving the cache lines of locks, and of the data that they protect, between vCPUs."),
          boolean("shared_cores", &Mechanisms::shared_cores, "Two hardware threads of a core slow each other down."),
          boolean(
              "preemption", &Mechanisms::preemption,
              "Threads of an overcommitted host wait for a CPU, and can lose it at any time, even while they hold a "
              "lock. false: all threads are slowed down alike."),
          boolean("completion_locks", &Mechanisms::completion_locks,
                  "A command that completes takes the HBA's host_lock twice."),
          boolean("lun_lock", &Mechanisms::lun_lock, "The queue_lock of a LUN, on submission and on completion."),
          boolean("cold_switches", &Mechanisms::cold_switches,
                  "A process finds its caches cold after other processes ran."),
          boolean("cold_requests", &Mechanisms::cold_requests,
                  "If more requests are in flight than the caches hold, they find a part of their state cold, in guest "
                  "and host."),
          boolean("time_slices", &Mechanisms::time_slices,
                  "Processes of a vCPU share it by time slices, and one that wakes may preempt another."),
          boolean("load_balancing", &Mechanisms::load_balancing,
                  "Idle vCPUs, and now and then busy ones, take processes from others."),
          boolean("descriptor_polling", &Mechanisms::descriptor_polling,
                  "The main loop's cost for each descriptor that it polls."),
          boolean("drain_ends", &Mechanisms::drain_ends,
                  "What each look of the main loop into a ring costs beside the requests there."),
          boolean("in_flight_scan", &Mechanisms::in_flight_scan,
                  "The main loop's search among the requests in flight."),
          boolean("pool_hand_off", &Mechanisms::pool_hand_off,
                  "Waking a worker, and the pool's mutex, when a request is taken and when it is served."),
          boolean("page_pinning", &Mechanisms::page_pinning,
                  "Pinning and unpinning each page, and building its segment."),
          boolean("linearising", &Mechanisms::linearising, "Copying the scatterlist for add_buf."),
          boolean("indirect_allocation", &Mechanisms::indirect_allocation, "Allocating indirect tables."),
      }};
  for (Param& row : table.rows) row.help += " Takes out " + rows_of(row.name) + ".";
  return table;
}

}  // namespace

const ParamTable& params_of(const Mechanisms*) {
  static const ParamTable table = mechanisms_table();
  return table;
}

}  // namespace vqlab
