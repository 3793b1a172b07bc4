// Everything that one simulated testbed is made of. A scenario resolves to one of these per point.
#pragma once

#include <cstdint>
#include <string>

#include "models/base/params.hpp"
#include "models/base/part_params.hpp"
#include "models/costs/guest_costs.hpp"
#include "models/costs/host_costs.hpp"
#include "models/testbed/guest_config.hpp"
#include "models/workload/fio_job.hpp"

namespace vqlab {

// The host's hardware.
struct Hardware {
  std::uint32_t physical_cpus = 16;
  std::uint32_t threads_per_core = 2;
  double sibling_speed = 0.65;
  std::string scheduler = "cfs";
  double sched_base_slice_ns = 700000;
  double sched_latency_ns = 6e6;
  double sched_min_granularity_ns = 750000;
  double sched_wakeup_granularity_ns = 1e6;
  double tick_ns = 1e6;
  double clock_ghz = 2.4;
  double reference_clock_ghz = 2.4;
  double memory_gb_per_s = 14.0;
  double copy_gb_per_s = 5.0;

  // Threads that are more than CPUs wait for them.
  [[nodiscard]] bool has_slices() const { return (scheduler == "eevdf" ? sched_base_slice_ns : sched_latency_ns) > 0; }
  // Factor by which this machine is faster than the one that the costs are quoted for.
  [[nodiscard]] double speed() const { return clock_ghz / reference_clock_ghz; }
  // Speed of a hardware thread while another works that would be its sibling if it had one.
  [[nodiscard]] double speed_beside_sibling() const { return threads_per_core == 1 ? 1.0 : sibling_speed; }

  friend bool operator==(const Hardware&, const Hardware&) = default;
};
[[nodiscard]] const ParamTable& params_of(const Hardware*);

// The virtio-scsi devices, with QEMU's names and defaults.
struct Controller {
  std::uint32_t devices = 1;
  std::uint32_t num_queues = 0;
  std::int64_t vectors = -1;
  std::string ring = "split";
  std::uint32_t virtqueue_size = 128;
  std::uint32_t cmd_per_lun = 128;
  std::uint32_t can_queue = 1024;
  std::uint32_t seg_max = 126;
  std::uint32_t max_sectors = 65535;
  bool indirect_desc = true;
  bool event_idx = true;
  bool ioeventfd = true;
  std::string targets;                    // of one in the list of controllers
  std::string iothread;                   // the same
  IothreadVqMapping iothread_vq_mapping;  // the same; empty, or in place of iothread

  // Commands that the HBA takes at once, or on blk-mq each of its queues.
  [[nodiscard]] std::uint32_t hba_depth() const { return can_queue == 0 ? virtqueue_size : can_queue; }
  // Request queues of each device when the guest has this many vCPUs.
  [[nodiscard]] std::uint32_t queues(std::uint32_t vcpus) const;

  friend bool operator==(const Controller&, const Controller&) = default;
};
[[nodiscard]] const ParamTable& params_of(const Controller*);
// What an element of the list `controllers` may set.
[[nodiscard]] const ParamTable& params_of_listed_controller();

// The process on the host that emulates the devices, and what stands behind it.
struct HostProcess {
  std::string server = "main_loop";
  std::string aio = "threads";
  std::string backend = "page_cache";
  DeviceChoice device;
  bool batch_interrupts = false;
  std::int64_t halt_poll_ns = 0;
  std::uint32_t worker_threads_max = 64;
  std::uint32_t slow_targets = 0;
  Cost slow_target_ns{100000};
  std::string vcpu_cpus;
  std::string server_cpus;
  std::string worker_cpus;
  std::uint32_t cfs_quota_us = 0;
  std::uint32_t cfs_period_us = 100000;
  std::uint32_t vcpu_quota_us = 0;
  std::uint32_t vcpu_period_us = 100000;
  std::uint32_t iothread_quota_us = 0;
  std::uint32_t iothread_period_us = 100000;
  std::uint32_t emulator_quota_us = 0;
  std::uint32_t emulator_period_us = 100000;

  // Some thread may run on one CPU alone.
  [[nodiscard]] bool pins() const { return !vcpu_cpus.empty() || !server_cpus.empty() || !worker_cpus.empty(); }

  // Threads have a quota of CPU time by their kind.
  [[nodiscard]] bool limits() const { return vcpu_quota_us > 0 || iothread_quota_us > 0 || emulator_quota_us > 0; }
  // Of the quotas of CPU time, in s; 0: there is none.
  [[nodiscard]] double longest_period_s() const;

  friend bool operator==(const HostProcess&, const HostProcess&) = default;
};
[[nodiscard]] const ParamTable& params_of(const HostProcess*);

// A background tenant of the host: occupies physical CPUs from start to stop.
struct Tenant {
  std::uint32_t physical_cpus = 0;
  double start_s = 0.0;
  double stop_s = 1e6;

  friend bool operator==(const Tenant&, const Tenant&) = default;
};
[[nodiscard]] const ParamTable& params_of(const Tenant*);

// vCPUs that leave and return while the guest runs.
struct Hotplug {
  std::uint32_t vcpus = 0;
  double offline_s = 0.05;
  double online_s = 0.1;
  double period_s = 0.0;

  friend bool operator==(const Hotplug&, const Hotplug&) = default;
};
[[nodiscard]] const ParamTable& params_of(const Hotplug*);

// The mechanisms of the model, each of which can be switched off to see what it does. What that takes out stands in the
// rows that are part of it.
struct Mechanisms {
  bool remote_interrupts = true;
  bool halts = true;
  bool cstates = true;
  bool ipis = true;
  bool remote_wakeups = true;
  bool line_transfers = true;
  bool shared_cores = true;
  bool preemption = true;
  bool completion_locks = true;
  bool lun_lock = true;
  bool cold_switches = true;
  bool cold_requests = true;
  bool time_slices = true;
  bool load_balancing = true;
  bool descriptor_polling = true;
  bool drain_ends = true;
  bool in_flight_scan = true;
  bool pool_hand_off = true;
  bool page_pinning = true;
  bool linearising = true;
  bool indirect_allocation = true;

  friend bool operator==(const Mechanisms&, const Mechanisms&) = default;
};
[[nodiscard]] const ParamTable& params_of(const Mechanisms*);

struct Testbed {
  std::uint32_t targets = 1;  // over all devices, dealt out in turn
  std::uint32_t luns_per_target = 1;
  std::uint32_t other_job_targets = 0;
  NamedSets jobs;  // see running_jobs()
  Disks disks;
  NamedSets controllers;  // see placed_controllers()
  Hardware hardware;
  GuestConfig guest;
  Controller controller;
  HostProcess host;
  Tenant tenant;
  Hotplug hotplug;
  FioJob job;
  FioJob other_job;
  GuestCosts guest_costs;
  HostCosts host_costs;
  Mechanisms mechanisms;
  PartParams parts;

  // Commands that a device takes at once over all its queues.
  [[nodiscard]] std::uint32_t commands_at_once() const;
  // The most bytes and pages of a request; a larger I/O is split. And the requests of the largest I/O. A trim is never
  // split: its command has one page, of which blocks.
  [[nodiscard]] std::uint32_t most_request_bytes() const;
  [[nodiscard]] std::uint32_t most_request_pages() const;
  [[nodiscard]] std::uint32_t most_requests_of_io() const;
  // What all processes together keep in flight: at most so many requests, each I/O being as large as can be.
  [[nodiscard]] double requests_in_flight() const;
  // virtio-scsi devices, and the request queues of all of them.
  [[nodiscard]] std::uint32_t controller_count() const;
  [[nodiscard]] std::uint32_t request_queues() const;
  // fio processes of all targets.
  [[nodiscard]] std::uint32_t processes() const;

  friend bool operator==(const Testbed&, const Testbed&) = default;
};
// What of cold_request_ns each request pays, in the host and in the guest, and what of cold_switch_ns each switch to
// another process does: shares by what the caches do not hold.
[[nodiscard]] double cold_share_of_host_requests(const Testbed& testbed);
[[nodiscard]] double cold_share_of_guest_requests(const Testbed& testbed);
[[nodiscard]] double cold_share_of_switches(const Testbed& testbed);
// The rows of the top level alone; the parts have tables of their own.
[[nodiscard]] const ParamTable& params_of(const Testbed*);

// What a run tells of itself beside its quantities. It changes none of them.
struct Results {
  bool tables = false;
  std::int64_t time_series_ms = 0;  // length of a bin; 0: no time series
  std::string output_format = "normal";

  [[nodiscard]] bool asks_for_fio() const { return output_format != "normal"; }

  friend bool operator==(const Results&, const Results&) = default;
};
[[nodiscard]] const ParamTable& params_of(const Results*);

// How long a point runs, how sure its numbers must be, and what else is asked of it.
struct Precision {
  double half_width_percent = 1.0;
  double min_simulated_s = 0.02;
  double max_simulated_s = 60.0;
  Results results{};  // a section of its own in scenarios

  friend bool operator==(const Precision&, const Precision&) = default;
};
[[nodiscard]] const ParamTable& params_of(const Precision*);

}  // namespace vqlab
