#include "models/testbed/testbed.hpp"

#include <algorithm>
#include <utility>

#include "models/backend/backend.hpp"
#include "models/base/index_ranges.hpp"
#include "models/command/driver_version.hpp"
#include "models/testbed/host_kind.hpp"

namespace vqlab {
namespace {

Wording list_of_cpus() {
  return {is_ranges_or_empty,
          "physical CPUs from 0 on, each once and in ascending order, as \"0-3,8\"",
          kRangesPattern,
          {"0", "0-1"}};
}

}  // namespace

const ParamTable& params_of(const Hardware*) {
  static const ParamTable table{
      "hardware",
      "The host's hardware. The 2012 machine is unknown: see docs/assumptions.md.",
      {
          integer("physical_cpus", &Hardware::physical_cpus, {1, 1024}, "hardware threads",
                  "Hardware threads that vCPUs, main loop and workers share.")
              .serves(ResourceId::kPhysicalCpus),
          integer("threads_per_core", &Hardware::threads_per_core, {1, 2}, "hardware threads",
                  "Hardware threads of each core. 1: no hardware thread has a sibling.")
              .read_with("shared_cores")
              .read_if<Hardware>([](const Hardware& hardware) { return hardware.sibling_speed < 1; },
                                 "hardware.sibling_speed is below 1")
              .read_if<Hardware>([](const Hardware& hardware) { return hardware.physical_cpus > 1; },
                                 "hardware.physical_cpus is above 1"),
          number("sibling_speed", &Hardware::sibling_speed, {0.2, 1}, {0.55, 0.75}, "",
                 "Speed of a hardware thread while its sibling works, relative to a hardware thread that has its core "
                 "for itself.",
                 "two busy threads of a core do 1.2 to 1.4 times the work of one; from memory")
              .part_of("shared_cores", 1)
              .read_if<Hardware>([](const Hardware& hardware) { return hardware.threads_per_core > 1; },
                                 "hardware.threads_per_core is 2")
              .read_if<Hardware>([](const Hardware& hardware) { return hardware.physical_cpus > 1; },
                                 "hardware.physical_cpus is above 1"),
          choice("scheduler", &Hardware::scheduler, {"cfs", "eevdf"},
                 "How the host's kernel shares CPUs among more threads than there are. cfs: as Linux up to 6.5; a "
                 "thread that has slept mostly takes the CPU at once. eevdf: as Linux since 6.6; it may have to wait "
                 "for a slice, and the tenant's threads together have as large a share of a CPU as those of QEMU.")
              .read_with("preemption")
              .read_if(ConditionId::kOvercommit),
          number("sched_base_slice_ns", &Hardware::sched_base_slice_ns, {0, 1e9}, "ns",
                 "CPU time for which a thread keeps its CPU if it has not had more than the others. It is what the "
                 "kernel is built with: the kernel multiplies it by 1 + log2 of the number of CPUs, of 8 at most. 0: "
                 "no thread waits for a CPU; all are slowed down alike.",
                 "Linux 6.12 to 6.18: 0.7 ms")
              .part_of("preemption")
              .read_if<Hardware>([](const Hardware& hardware) { return hardware.scheduler == "eevdf"; },
                                 "hardware.scheduler is \"eevdf\"")
              .read_if(ConditionId::kOvercommit),
          number(
              "sched_latency_ns", &Hardware::sched_latency_ns, {0, 1e9}, "ns",
              "Time in which each of a few threads that share a CPU runs once. As the next two, it is what the "
              "kernel is built with: the kernel multiplies it by 1 + log2 of the number of CPUs, of 8 at most. 0: no "
              "thread waits for a CPU; all are slowed down alike.",
              "Linux 3.6 to 3.10: 6 ms")
              .part_of("preemption")
              .read_if<Hardware>([](const Hardware& hardware) { return hardware.scheduler == "cfs"; },
                                 "hardware.scheduler is \"cfs\"")
              .read_if(ConditionId::kOvercommit),
          number("sched_min_granularity_ns", &Hardware::sched_min_granularity_ns, {1000, 1e9}, "ns",
                 "Shortest time slice. If more threads share a CPU than slices fit in sched_latency_ns, that time is "
                 "longer.",
                 "Linux 3.6 to 3.10: 0.75 ms")
              .read_with("preemption")
              .read_if<Hardware>([](const Hardware& hardware) { return hardware.scheduler == "cfs"; },
                                 "hardware.scheduler is \"cfs\"")
              .read_if<Hardware>([](const Hardware& hardware) { return hardware.sched_latency_ns > 0; },
                                 "hardware.sched_latency_ns is above 0")
              .read_if(ConditionId::kOvercommit),
          number("sched_wakeup_granularity_ns", &Hardware::sched_wakeup_granularity_ns, {0, 1e9}, "ns",
                 "A thread that wakes and finds no idle CPU takes that of the current thread if it has run less by "
                 "more than this. Otherwise it waits.",
                 "Linux 3.6 to 3.10: 1 ms")
              .read_with("preemption")
              .read_if<Hardware>([](const Hardware& hardware) { return hardware.scheduler == "cfs"; },
                                 "hardware.scheduler is \"cfs\"")
              .read_if<Hardware>([](const Hardware& hardware) { return hardware.sched_latency_ns > 0; },
                                 "hardware.sched_latency_ns is above 0")
              .read_if(ConditionId::kOvercommit),
          number("tick_ns", &Hardware::tick_ns, {10000, 1e8}, "ns",
                 "Period of the timer at which a time slice can end.",
                 "CONFIG_HZ of the host's kernel: 1000 in Fedora and RHEL, 250 in Debian and Ubuntu")
              .read_with("preemption")
              .read_if<Hardware>([](const Hardware& hardware) { return hardware.has_slices(); },
                                 "the scheduler has slices: hardware.sched_latency_ns, or hardware.sched_base_slice_ns")
              .read_if(ConditionId::kOvercommit),
          number("clock_ghz", &Hardware::clock_ghz, {0.1, 10}, "GHz", "Clock of each physical CPU."),
          number("reference_clock_ghz", &Hardware::reference_clock_ghz, {0.1, 10}, "GHz",
                 "Clock of the machine that the costs are quoted for; costs scale by the ratio of the two."),
          number("memory_gb_per_s", &Hardware::memory_gb_per_s, {0.1, 10000}, {8, 25}, "10^9 bytes/s",
                 "Memory bandwidth that all copies share.", "range 8-25 for a two-socket server of 2012; guess")
              .serves(ResourceId::kMemoryBus)
              .read_if(ConditionId::kCopies),
          number("copy_gb_per_s", &Hardware::copy_gb_per_s, {0.1, 1000}, {3, 5}, "10^9 bytes/s",
                 "Bandwidth of one copy by one core.", "3-5 GB/s page-cache copy on one core in 2012, from memory")
              .serves(ResourceId::kWorkers)
              .read_if(ConditionId::kCopies),
      }};
  return table;
}

std::uint32_t Controller::queues(std::uint32_t vcpus) const { return num_queues == 0 ? vcpus : num_queues; }

const ParamTable& params_of(const Controller*) {
  static const ParamTable table{
      "controller",
      "The virtio-scsi devices, with QEMU's names and defaults.",
      {
          integer(
              "devices", &Controller::devices, {1, 64}, "devices",
              "virtio-scsi devices; each has its own queues and host lock, and at most 256 targets. Not with a list of "
              "`controllers`."),
          integer("num_queues", &Controller::num_queues, {0, 1022}, "queues",
                  "Request queues of each device. 0: one for each vCPU.",
                  "QEMU: 1024 virtqueues less the two fixed ones, 64 less two in QEMU 1.3; default there 1, since 5.2 "
                  "one for each vCPU"),
          integer("vectors", &Controller::vectors, {-1, 2048}, "vectors",
                  "MSI-X vectors of each device. -1: one for each virtqueue, and one for changes of the configuration: "
                  "num_queues + 3. With fewer than the guest's driver wants, all virtqueues of a device share one "
                  "vector: its handler looks at each of them, and no affinity hint holds. 2 is the least: with none or "
                  "one, Linux takes the interrupt line (INTx), which is not modelled.",
                  "QEMU: virtio-scsi-pci's property, default num_queues + 3; PCI: at most 2048. Linux, virtio_pci: one "
                  "for each virtqueue, else one for all, else INTx"),
          choice("ring", &Controller::ring, {"split", "packed"},
                 "Format of the rings. packed: VIRTIO_F_RING_PACKED is negotiated."),
          integer("virtqueue_size", &Controller::virtqueue_size, {8, 1024}, "descriptors",
                  "Entries of each ring. A split ring takes a power of two.",
                  "QEMU: at most 1024; 128 always up to 4.2, the default since 5.0 is 256")
              .serves(ResourceId::kCommandSlots),
          integer("cmd_per_lun", &Controller::cmd_per_lun, {1, 32768}, "commands",
                  "Commands that the SCSI mid-layer keeps in flight on one LUN.",
                  "QEMU: default 128; Linux takes no more than can_queue")
              .serves(ResourceId::kCommandSlots)
              .read_if(ConditionId::kSeveralRequests),
          integer(
              "can_queue", &Controller::can_queue, {0, 32768}, "commands",
              "Most commands in flight on one HBA, which is one device; with a driver on blk-mq, on each of its "
              "queues. 0: as many as a ring has entries. No LUN takes more than this, even if cmd_per_lun is larger.",
              "Linux: 1024 in the driver's host template of 2012; later kernels take the ring's size")
              .serves(ResourceId::kCommandSlots)
              .read_if(ConditionId::kSeveralRequests),
          integer("seg_max", &Controller::seg_max, {1, 1022}, "segments", "Data segments of one command.",
                  "QEMU: 128 - 2 up to 4.2; seg_max_adjust, the default since 5.0, makes it virtqueue_size - 2"),
          integer("max_sectors", &Controller::max_sectors, {1, 65535}, "sectors of 512 bytes",
                  "The most that one command reads or writes.",
                  "QEMU: default 65535; Linux uses 65535 also if the device says 0"),
          boolean("indirect_desc", &Controller::indirect_desc, "VIRTIO_F_INDIRECT_DESC is negotiated."),
          boolean("event_idx", &Controller::event_idx, "VIRTIO_F_EVENT_IDX is negotiated."),
          boolean("ioeventfd", &Controller::ioeventfd,
                  "true: a doorbell wakes the thread of the host that serves the queue. false: the vCPU's own thread "
                  "leaves the guest, takes QEMU's big lock, and takes and submits the requests; QEMU's main loop "
                  "completes them."),
      }};
  return table;
}

const ParamTable& params_of(const HostProcess*) {
  static const ParamTable table{
      "host",
      "The threads that emulate the devices on the host, and the storage behind them.",
      {
          plug_in(
              "server", &HostProcess::server, "servers", [] { return Registry<HostServerKind>::instance().names(); },
              "Threads that serve the request queues."),
          plug_in(
              "aio", &HostProcess::aio, "aio", [] { return Registry<AioKind>::instance().names(); },
              "How requests get to the back end."),
          plug_in(
              "backend", &HostProcess::backend, "backends", [] { return Registry<BackendEntry>::instance().names(); },
              "What reads and writes the data of a request."),
          device("device", &HostProcess::device,
                 "Storage device behind the back end, which all targets share that disks says nothing of: the name of "
                 "a file in devices/, or an object with the figures of a data sheet. Whatever it does follows from "
                 "its sheet alone.")
              .read_if<HostProcess>([](const HostProcess& host) { return host.backend == "device"; },
                                    "host.backend is \"device\""),
          boolean("batch_interrupts", &HostProcess::batch_interrupts,
                  "true: a thread of QEMU sends one interrupt for all requests of a queue that one iteration of its "
                  "loop completes, as since QEMU 8.2. false: it sends one for each request.")
              .read_if(ConditionId::kChoosesBatches)
              .read_if(ConditionId::kSeveralRequests),
          integer("halt_poll_ns", &HostProcess::halt_poll_ns, {0, 1e9}, "ns",
                  "KVM's parameter of this name: the longest time that the host polls for a halted vCPU before its "
                  "thread blocks. A vCPU that is polled for wakes at once, and no thread pays for it. 0: the thread "
                  "blocks at once.",
                  "KVM's default on x86 is 200000 since Linux 4.x; there was none in 2012"),
          integer("worker_threads_max", &HostProcess::worker_threads_max, {1, 1024}, "threads",
                  "Most worker threads of a thread pool.")
              .serves(ResourceId::kWorkerPool)
              .read_if(ConditionId::kThreadPool),
          integer("slow_targets", &HostProcess::slow_targets, {0, 16384}, "targets",
                  "So many of the first targets have slower storage than the others.")
              .read_if(ConditionId::kThreadPool),
          cost("slow_target_ns", &HostProcess::slow_target_ns, {1000, 2e7}, ResourceId::kDeviceLatency,
               "Time that a worker sleeps in each request of a slow target.",
               "a read of an SSD of 2012 takes 50 to 150 us, of a disk 4 to 12 ms; from memory")
              .not_modelled("slow targets are refused")
              .read_if(ConditionId::kThreadPool)
              .read_if<HostProcess>([](const HostProcess& host) { return host.slow_targets > 0; },
                                    "host.slow_targets is above 0"),
          worded(
              "vcpu_cpus", &HostProcess::vcpu_cpus, list_of_cpus(), "",
              "Physical CPUs that the threads of the vCPUs are pinned to, as Linux lists them: \"0-3,8\". Each thread "
              "has one, in turn. Empty: they are not pinned."),
          worded("server_cpus", &HostProcess::server_cpus, list_of_cpus(), "",
                 "The same for the threads that serve the request queues: main loop, iothreads, vhost workers."),
          worded("worker_cpus", &HostProcess::worker_cpus, list_of_cpus(), "",
                 "The same for the workers of each thread pool.")
              .read_if(ConditionId::kThreadPool),
          integer(
              "cfs_quota_us", &HostProcess::cfs_quota_us, {0, 1e9}, "us",
              "CPU time that all threads of QEMU together may use in each period. When they have used it, they stand "
              "still until the next period. 0: no limit.",
              "a control group's cpu.max; libvirt: global_quota; Kubernetes: the CPU limit of a pod"),
          integer("cfs_period_us", &HostProcess::cfs_period_us, {1000, 1e6}, "us", "That period.",
                  "Linux's default: 100 ms")
              .read_if<HostProcess>([](const HostProcess& host) { return host.cfs_quota_us > 0; },
                                    "host.cfs_quota_us is above 0"),
          integer(
              "vcpu_quota_us", &HostProcess::vcpu_quota_us, {0, 1e9}, "us",
              "CPU time that the thread of each vCPU may use in each period. When it has, it stands still until the "
              "next one. 0: no limit.",
              "libvirt: cputune's vcpu_quota"),
          integer("vcpu_period_us", &HostProcess::vcpu_period_us, {1000, 1e6}, "us", "That period.",
                  "libvirt's default: 100 ms")
              .read_if<HostProcess>([](const HostProcess& host) { return host.vcpu_quota_us > 0; },
                                    "host.vcpu_quota_us is above 0"),
          integer("iothread_quota_us", &HostProcess::iothread_quota_us, {0, 1e9}, "us", "The same for each iothread.",
                  "libvirt: cputune's iothread_quota")
              .read_if(ConditionId::kIothreads),
          integer("iothread_period_us", &HostProcess::iothread_period_us, {1000, 1e6}, "us", "That period.",
                  "libvirt's default: 100 ms")
              .read_if<HostProcess>([](const HostProcess& host) { return host.iothread_quota_us > 0; },
                                    "host.iothread_quota_us is above 0")
              .read_if(ConditionId::kIothreads),
          integer("emulator_quota_us", &HostProcess::emulator_quota_us, {0, 1e9}, "us",
                  "The same for all other threads of QEMU together: main loop, workers of thread pools, vhost workers.",
                  "libvirt: cputune's emulator_quota")
              .read_if(ConditionId::kEmulatorThreads),
          integer("emulator_period_us", &HostProcess::emulator_period_us, {1000, 1e6}, "us", "That period.",
                  "libvirt's default: 100 ms")
              .read_if<HostProcess>([](const HostProcess& host) { return host.emulator_quota_us > 0; },
                                    "host.emulator_quota_us is above 0")
              .read_if(ConditionId::kEmulatorThreads),
      }};
  return table;
}

const ParamTable& params_of(const Tenant*) {
  static const ParamTable table{
      "tenant",
      "A background tenant of the host: a SimGrid actor that keeps physical CPUs busy for part of the run.",
      {
          integer("physical_cpus", &Tenant::physical_cpus, {0, 1024}, "hardware threads",
                  "Physical CPUs that it keeps busy. 0: there is no tenant."),
          number("start_s", &Tenant::start_s, {0, 1e6}, "s", "When it starts, in simulated time.")
              .read_if<Tenant>([](const Tenant& tenant) { return tenant.physical_cpus > 0; },
                               "tenant.physical_cpus is above 0"),
          number("stop_s", &Tenant::stop_s, {0, 1e6}, "s", "When it stops.")
              .read_if<Tenant>([](const Tenant& tenant) { return tenant.physical_cpus > 0; },
                               "tenant.physical_cpus is above 0"),
      }};
  return table;
}

const ParamTable& params_of(const Hotplug*) {
  static const ParamTable table{
      "hotplug",
      "vCPUs that go offline while the guest runs, and return.",
      {
          integer("vcpus", &Hotplug::vcpus, {0, 255}, "vCPUs", "So many of the last vCPUs go offline. 0: none."),
          number("offline_s", &Hotplug::offline_s, {0, 1e6}, "s", "When they go offline, in simulated time.")
              .read_if<Hotplug>([](const Hotplug& hotplug) { return hotplug.vcpus > 0; }, "hotplug.vcpus is above 0"),
          number("online_s", &Hotplug::online_s, {0, 1e6}, "s", "When they return.")
              .read_if<Hotplug>([](const Hotplug& hotplug) { return hotplug.vcpus > 0; }, "hotplug.vcpus is above 0"),
          number("period_s", &Hotplug::period_s, {0, 1e6}, "s",
                 "Time from one going offline to the next. 0: they go offline only once.")
              .read_if<Hotplug>([](const Hotplug& hotplug) { return hotplug.vcpus > 0; }, "hotplug.vcpus is above 0"),
      }};
  return table;
}

double HostProcess::longest_period_s() const {
  const HostServerKind& kind = *Registry<HostServerKind>::instance().find(server);
  const bool emulates = !kind.iothreads || (kind.uses_aio && Registry<AioKind>::instance().find(aio)->thread_pool);
  const auto of = [](std::uint32_t quota, std::uint32_t period) { return quota > 0 ? period : 0u; };
  return 1e-6 * std::max({of(cfs_quota_us, cfs_period_us), of(vcpu_quota_us, vcpu_period_us),
                          kind.iothreads ? of(iothread_quota_us, iothread_period_us) : 0u,
                          emulates ? of(emulator_quota_us, emulator_period_us) : 0u});
}

std::uint32_t Testbed::commands_at_once() const {
  const DriverVersion& driver = *Registry<DriverVersion>::instance().find(guest.driver);
  const std::uint32_t used_queues = std::min(controller.queues(guest.vcpus), guest.housekeeping());
  return controller.hba_depth() * (driver.tags ? used_queues : 1);
}

double cold_share_of_host_requests(const Testbed& testbed) {
  return cold_share(testbed.requests_in_flight(), testbed.host_costs.cached_requests);
}

double cold_share_of_guest_requests(const Testbed& testbed) {
  return cold_share(testbed.requests_in_flight() / testbed.guest.vcpus, testbed.guest_costs.cached_requests);
}

double cold_share_of_switches(const Testbed& testbed) {
  const double jobs_per_vcpu = static_cast<double>(testbed.processes()) / testbed.guest.vcpus;
  return cold_share(jobs_per_vcpu, testbed.guest_costs.cold_jobs_per_vcpu);
}

const ParamTable& params_of(const Testbed*) {
  static const ParamTable table{
      "testbed",
      "Targets of the testbed.",
      {
          integer("targets", &Testbed::targets, {1, 16384}, "targets",
                  "SCSI targets. They are assigned to the devices in turn. Each has its own fio job."),
          integer("luns_per_target", &Testbed::luns_per_target, {1, 256}, "LUNs", "Logical units of each target.")
              .read_if(ConditionId::kSeveralLuns),
          integer("other_job_targets", &Testbed::other_job_targets, {0, 16384}, "targets",
                  "So many of the last targets run other_job instead of job.")
              .read_if<Testbed>([](const Testbed& testbed) { return testbed.jobs.empty(); }, "jobs lists no jobs"),
          named_sets(
              "jobs", &Testbed::jobs, [] { return &params_of_listed_job(); },
              "Jobs that run at the same time, as the sections of a fio job file: each has a name, the targets that it "
              "runs on, and keys of `job`. What a job does not say is as in `job`. With nothing, `job` and `other_job` "
              "run."),
          named_sets(
              "controllers", &Testbed::controllers, [] { return &params_of_listed_controller(); },
              "virtio-scsi devices that differ: each has a name, the `targets` that are on it, and keys of "
              "`controller`. What a device does not say is as there. With nothing there are controller.devices equal "
              "ones."),
          disks("disks", &Testbed::disks,
                "Disks that differ: a list of groups, each the next `targets` targets (1 if left out), with a `device` "
                "of their own, one for each target, or one for all if `shared`, with `throttling`, limits for each "
                "logical unit by itself, or for all of the same `group`, and with a `cache`. What a group does not say "
                "is as in host.")
              .read_if(ConditionId::kDisksDiffer),
      }};
  return table;
}

}  // namespace vqlab
