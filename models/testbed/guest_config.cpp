#include "models/testbed/guest_config.hpp"

#include "models/command/driver_version.hpp"
#include "models/steering/policy.hpp"

namespace vqlab {

const ParamTable& params_of(const GuestConfig*) {
  static const ParamTable table{
      "guest",
      "The guest: vCPUs, kernel and driver.",
      {
          integer("vcpus", &GuestConfig::vcpus, {1, 256}, "vCPUs", "vCPUs that are online."),
          plug_in(
              "driver", &GuestConfig::driver, "drivers", [] { return Registry<DriverVersion>::instance().names(); },
              "Version of the virtio-scsi driver.")
              .renames({{"series", "multiqueue"}}),
          plug_in(
              "policy", &GuestConfig::policy, "policies", [] { return Registry<PolicyEntry>::instance().names(); },
              "Steering policy: which request queue a command goes to.")
              .acts_if(ConditionId::kPicksAmongQueues),
          choice("buffer_api", &GuestConfig::buffer_api, {"add_buf", "piecewise", "add_sgs"},
                 "How the driver adds a buffer to the ring, if its version does not say.")
              .read_if(ConditionId::kBufferApiIsChosen),
          choice("notify", &GuestConfig::notify, {"outside_lock", "inside_lock"},
                 "inside_lock: while the driver rings the doorbell it holds the queue's lock, and the interrupts of "
                 "its vCPU are off. virtio_blk did so until \"block: virtio_blk: don't hold spin lock during world "
                 "switch\" (2014, "
                 "Linux 3.16).")
              .read_if(ConditionId::kNotifyIsChosen),
          boolean("affinity_hints", &GuestConfig::affinity_hints,
                  "Whether somebody (irqbalance, a script) applies the driver's interrupt affinity hints.")
              .read_if(ConditionId::kHintsDecide),
          choice("unhinted_delivery", &GuestConfig::unhinted_delivery, {"pinned", "round_robin"},
                 "Where an interrupt without an applied hint goes: always to the last vCPU, or to each vCPU in turn.")
              .read_if(ConditionId::kUnhinted),
          boolean("rq_affinity", &GuestConfig::rq_affinity,
                  "Whether the block layer completes a request on the vCPU that submitted it, unless the interrupted "
                  "one shares its last cache: the file rq_affinity of a disk is 1.")
              .read_if<GuestConfig>([](const GuestConfig& guest) { return guest.topology == "sockets"; },
                                    "guest.topology is \"sockets\"")
              .read_if(ConditionId::kLeavesItsSubmitter),
          choice("topology", &GuestConfig::topology, {"sockets", "cores"},
                 "sockets: each vCPU is a socket of its own, with its own caches, as QEMU's machine types up to 6.1 "
                 "make it. cores: all are cores of one socket and share its last cache. Then a process that wakes "
                 "takes an idle vCPU, and the interrupted vCPU completes requests itself.")
              .read_if(ConditionId::kSeveralVcpus),
          number("sched_latency_ns", &GuestConfig::sched_latency_ns, {0, 1e9}, "ns",
                 "Time in which each runnable process of a vCPU runs once. As the next two, it is what the kernel is "
                 "built with: the kernel multiplies it by 1 + log2 of the number of vCPUs, of 8 at most. 0: a process "
                 "runs until it sleeps, and who has waited longest is next.",
                 "Linux 3.6 to 3.10: 6 ms")
              .part_of("time_slices")
              .read_if(ConditionId::kSeveralProcesses),
          number("sched_min_granularity_ns", &GuestConfig::sched_min_granularity_ns, {1000, 1e9}, "ns",
                 "Shortest time slice. If there are more runnable processes than slices fit in sched_latency_ns, that "
                 "time is longer.",
                 "Linux 3.6 to 3.10: 0.75 ms")
              .read_with("time_slices")
              .read_if(ConditionId::kTimeSlices)
              .read_if(ConditionId::kSeveralProcesses),
          number("sched_wakeup_granularity_ns", &GuestConfig::sched_wakeup_granularity_ns, {0, 1e9}, "ns",
                 "A process that wakes preempts the one that runs if it has run less by more than this.",
                 "Linux 3.6 to 3.10: 1 ms")
              .read_with("time_slices")
              .read_if(ConditionId::kTimeSlices)
              .read_if(ConditionId::kSeveralProcesses),
          number("tick_ns", &GuestConfig::tick_ns, {10000, 1e8}, "ns",
                 "Period of the timer at which a vCPU looks whether a slice is over, and vCPUs whether to balance.",
                 "CONFIG_HZ: 1000 in Fedora and RHEL, 250 in Debian and Ubuntu")
              .read_if(ConditionId::kScheduled)
              .read_if(ConditionId::kSeveralProcesses),
          number("balance_interval_ns", &GuestConfig::balance_interval_ns, {0, 1e9}, "ns",
                 "A vCPU with nothing to do looks at this interval, times the number of vCPUs, for processes that wait "
                 "on others. A busy one looks 64 times less often. 0: never.",
                 "Linux 3.6 to 3.10: 1 ms, to 2 ms; busy_factor 64")
              .part_of("load_balancing")
              .read_if(ConditionId::kSeveralVcpus)
              .read_if(ConditionId::kUnpinned)
              .read_if(ConditionId::kSeveralProcesses),
          number("sched_migration_cost_ns", &GuestConfig::sched_migration_cost_ns, {0, 1e9}, "ns",
                 "A process that has run within this time is not moved, unless balancing has failed twice before.",
                 "Linux 3.6 to 3.10: 0.5 ms")
              .read_with("load_balancing")
              .read_if(ConditionId::kBalances)
              .read_if(ConditionId::kSeveralProcesses),
          choice(
              "placement", &GuestConfig::placement, {"in_order", "shuffled", "isolated"},
              "Where processes begin that pinned_vcpus does not pin. The same number of them on each vCPU. in_order: "
              "process i on vCPU i modulo the number of vCPUs. shuffled: any of them anywhere, drawn for each seed. "
              "isolated: process i is pinned to the isolated vCPU of number i modulo isolated_vcpus, as taskset and "
              "isolcpus=domain make it.")
              .read_if<GuestConfig>([](const GuestConfig& guest) { return guest.pinned_vcpus == 0; },
                                    "guest.pinned_vcpus is 0")
              .read_if(ConditionId::kSeveralVcpus),
          integer("pinned_vcpus", &GuestConfig::pinned_vcpus, {0, 256}, "vCPUs",
                  "Process i is pinned to vCPU i modulo this number. 0: no process is pinned.")
              .read_if(ConditionId::kSeveralVcpus),
          integer("isolated_vcpus", &GuestConfig::isolated_vcpus, {0, 255}, "vCPUs",
                  "So many of the last vCPUs are isolated (isolcpus=io_queue,managed_irq): the driver uses no more "
                  "queues than there are other vCPUs, and all interrupts of devices go to those. An isolated vCPU "
                  "submits to their queues.",
                  "Linux: isolcpus=managed_irq since 5.6; io_queue from patches of 2024 and 2025")
              .read_if(ConditionId::kSeveralVcpus),
          number("migration_interval_ns", &GuestConfig::migration_interval_ns, {0, 5e8}, "ns",
                 "Mean time after which something outside the scheduler (taskset, a daemon) moves a process to "
                 "another vCPU, which is drawn at random. The process may sleep or have requests in flight when it is "
                 "moved. The intervals are exponential. 0: never.")
              .read_if(ConditionId::kSeveralVcpus),
          integer("max_sectors_kb", &GuestConfig::max_sectors_kb, {4, 1 << 20}, "KiB",
                  "The most that the block layer puts into one request, as /sys/block/*/queue/max_sectors_kb. A larger "
                  "I/O is split, and so is one that is larger than controller.max_sectors or has more segments than "
                  "controller.seg_max.",
                  "Linux: 512 from 2.6.31 on, 1280 since 2015")
              .read_if(ConditionId::kLargeIos),
          integer("nr_requests", &GuestConfig::nr_requests, {4, 65536}, "requests",
                  "Requests of a LUN's request queue, as /sys/block/*/queue/nr_requests. A process that finds no free "
                  "one sleeps. Once it has slept it may take up to half as many more, and is woken when fewer than "
                  "nr_requests are left.",
                  "Linux: 128, and batches of a process that has slept; with tags there is no such list")
              .serves(ResourceId::kCommandSlots)
              .read_if(ConditionId::kNoTags),
          choice(
              "scheduler", &GuestConfig::scheduler, {"auto", "none", "mq-deadline", "noop", "deadline", "cfq"},
              "I/O scheduler of the disks, as /sys/block/*/queue/scheduler: what it merges among requests that wait. "
              "noop: behind a request. deadline, mq-deadline: behind and in front. cfq: the same, but of one "
              "process alone. none: nothing; its plug still merges. auto: with driver blk_mq what "
              "its kernel chooses, mq-deadline for one queue and none for several; with the drivers of 2012 none.")
              .read_if(ConditionId::kNeighboursMeet),
          integer("nomerges", &GuestConfig::nomerges, {0, 2}, "",
                  "As /sys/block/*/queue/nomerges. 0: all merges are tried. 1: those in the plug alone. 2: none.")
              .read_if(ConditionId::kNeighboursMeet),
          boolean("host_busy_blocks", &GuestConfig::host_busy_blocks,
                  "Whether a command that the driver refuses (\"host busy\") keeps back all commands of its HBA until "
                  "one comes back. false: only those of its LUN.")
              .read_if(ConditionId::kHostCanBeBusy),
          integer("mempool_commands", &GuestConfig::mempool_commands, {0, 65536}, "commands",
                  "Most commands that the driver of a device can have allocated at a time. If it needs more, the "
                  "device is busy. 0: no limit. Linux has one pool for all devices, with a reserve of 64 for the case "
                  "that the slab allocator has no memory.")
              .serves(ResourceId::kCommandSlots)
              .read_if(ConditionId::kSeveralRequests),
          boolean("drop_reqs_on_failed_add", &GuestConfig::drop_reqs_on_failed_add,
                  "Whether the target's request count is decreased again if a command cannot be added to the ring. "
                  "Linux 3.10 does not decrease it, and the target can then stay on its queue forever.")
              .read_if(ConditionId::kAddsCanFail),
      }};
  return table;
}

}  // namespace vqlab
