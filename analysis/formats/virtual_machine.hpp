// What a QEMU command line and a libvirt domain say of a virtual machine, as far as timing here depends on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/scenario/document.hpp"
#include "models/base/iothread_vq_mapping.hpp"

namespace vqlab {

// A value, and the place among ImportedPart::options of the option that says it; nothing if it is the default.
template <class Value>
struct Said {
  Value value{};
  std::optional<std::size_t> option{};
};

struct VmIothread {
  std::string id;
  std::size_t option;  // that defines it
  Said<std::int64_t> poll_max_ns{32768};
  Said<std::int64_t> poll_grow{0};
  Said<std::int64_t> poll_shrink{0};
  Said<std::int64_t> aio_max_batch{0};
  Said<std::int64_t> thread_pool_max{64};
};

// A virtio-scsi device, in QEMU's words.
struct VmController {
  std::string id;
  std::size_t option;  // that defines it
  bool vhost = false;  // vhost-scsi: the kernel's SCSI target is behind it, and not QEMU's block layer
  Said<bool> worker_per_virtqueue{false};
  Said<std::int64_t> num_queues{0};  // 0: one for each vCPU
  Said<std::int64_t> virtqueue_size{256};
  Said<std::int64_t> cmd_per_lun{128};
  Said<std::int64_t> max_sectors{65535};
  Said<std::int64_t> vectors{-1};
  Said<bool> seg_max_adjust{true};
  Said<bool> packed{false};
  Said<bool> indirect_desc{true};
  Said<bool> event_idx{true};
  Said<bool> ioeventfd{true};
  Said<std::string> iothread{};
  Said<IothreadVqMapping> mapping{};
};

// A disk on one of them.
struct VmDisk {
  std::size_t controller = 0;  // its place among them
  std::uint32_t target = 0;
  std::uint32_t lun = 0;
  std::size_t option = 0;                // that defines it
  Said<std::string> cache{"writeback"};  // none, writeback, writethrough or directsync
  Said<std::string> aio{"threads"};      // threads, native or io_uring
  Said<bool> null{false};                // QEMU's null-co or null-aio
  Said<std::string> group{};             // of throttling; empty: limits of its own
  Json limits = Json::object();          // of throttling, in the scenario's words
  Said<std::int64_t> max_io_bytes{0};    // 0: as large as the controller takes
  std::string device_id{};
  bool in_model() const { return !null.value; }
};

// CPUs of the host that each thread of a kind may run on, in the order of the threads; empty: any.
using VmPins = std::vector<Said<std::vector<std::uint32_t>>>;

struct VmQuota {
  Said<std::int64_t> quota_us{0};  // not above 0: none
  Said<std::int64_t> period_us{100000};
};

struct VirtualMachine {
  Said<std::int64_t> vcpus{1};
  Said<bool> shared_cache{true};  // all vCPUs are of one socket; false: each is one by itself
  std::vector<VmIothread> iothreads{};
  std::vector<VmController> controllers{};
  std::vector<VmDisk> disks{};
  VmPins vcpu_pins{};
  VmPins iothread_pins{};
  Said<std::vector<std::uint32_t>> emulator_pin{};
  VmQuota vcpu_quota{};
  VmQuota iothread_quota{};
  VmQuota emulator_quota{};
  VmQuota global_quota{};
};

}  // namespace vqlab
