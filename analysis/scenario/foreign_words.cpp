#include "analysis/scenario/foreign_words.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "models/backend/disk_table.hpp"

namespace vqlab {
namespace {

struct ForeignWord {
  const char* key;  // with underscores
  const char* here;
};

constexpr const char* kQueueSize = "virtqueue_size in controller";
constexpr const char* kQueues = "num_queues in controller";
constexpr const char* kPci = "nothing: how the device stands on its PCI bus makes no difference here";
constexpr const char* kNoFeature = "nothing: this feature of virtio is not modelled, and is not negotiated";
constexpr const char* kCache = "cache in a group of disks: \"none\", \"writeback\", \"writethrough\" or \"directsync\"";
constexpr const char* kThrottling =
    "throttling in a group of disks: {\"targets\": 1, \"throttling\": {\"iops_total\": 500}}";
constexpr const char* kTopology = "topology in guest: \"sockets\", or \"cores\" for all vCPUs of one socket";

constexpr ForeignWord kForeignWords[] = {
    // Other names of what is here.
    {"queue_size", kQueueSize},
    {"vq_size", kQueueSize},
    {"queues", kQueues},
    {"num_vqs", kQueues},
    {"packed", "\"ring\": \"packed\" in controller"},
    {"iothread",
     "\"server\": \"iothreads\" in host, which is one iothread for all devices; for several, iothread-vq-mapping in "
     "iothreads, with \"assigned\": \"devices\" for one iothread for each device, or a list of controllers, in which "
     "each device may name its own"},
    {"seg_max_adjust", "seg_max in controller; \"on\" makes it virtqueue_size - 2"},
    {"thread_pool_max", "worker_threads_max in host"},
    {"cpus", "vcpus in guest"},
    {"maxcpus", "vcpus in guest, and the section hotplug"},
    {"sockets", kTopology},
    {"cores", kTopology},
    {"threads", "nothing: a vCPU has no sibling in the guest; the host's are threads_per_core in hardware"},
    // Of drives.
    {"cache", kCache},
    {"cache.direct", kCache},
    {"cache.writeback", kCache},
    {"cache.no_flush", "nothing: a flush is never left out"},
    {"write_cache", kCache},
    {"throttle", kThrottling},
    {"throttling", kThrottling},
    {"throttle_group", kThrottling},
    {"iops", kThrottling},
    {"bps", kThrottling},
    {"io", "aio in host: \"native\" or \"threads\""},
    {"iotune", kThrottling},
    {"group_name", "group in throttling of a group of disks"},
    {"size_iops_sec", "iops_size in throttling of a group of disks"},
    // Features and wires that nothing depends on.
    {"thread_pool_min", "nothing: threads of a pool are made on demand"},
    {"any_layout", kNoFeature},
    {"iommu_platform", kNoFeature},
    {"notify_on_empty", kNoFeature},
    {"queue_reset", kNoFeature},
    {"in_order", kNoFeature},
    {"param_change", kNoFeature},
    {"t10_pi", kNoFeature},
    {"hotplug", "nothing: disks are there from the beginning; vCPUs that come and go are the section hotplug"},
    {"acpi_index", kPci},
    {"addr", kPci},
    {"aer", kPci},
    {"ats", kPci},
    {"bus", kPci},
    {"disable_legacy", kPci},
    {"disable_modern", kPci},
    {"modern_pio_notify", kPci},
    {"multifunction", kPci},
    {"page_per_vq", kPci},
    {"rombar", kPci},
    {"romfile", kPci},
    {"romsize", kPci},
    {"virtio_pci_bus_master_bug_migration", kPci},
    {"bootindex", "nothing: no guest boots"},
    {"boot_tpgt", "nothing: no guest boots"},
    {"failover_pair_id", "nothing: nothing migrates"},
    {"migratable", "nothing: nothing migrates"},
    {"migrate_extra", "nothing: nothing migrates"},
    {"use_disabled_flag", "nothing: nothing migrates"},
    {"use_started", "nothing: nothing migrates"},
    {"vhostfd", "\"server\": \"vhost_scsi\" in host"},
    {"wwpn", "\"server\": \"vhost_scsi\" in host"},
    {"virtio_backend", "host, the section with server, aio and backend"},
};

constexpr std::pair<const char*, const char*> kLibvirtUnits[] = {{"iops", "iops"}, {"bytes", "bps"}};

constexpr std::string_view kOfThrottling = "throttling.";

// QEMU's switches for compatibility of its PCI devices begin so.
constexpr const char* kOfPci[] = {"x_ats_", "x_disable_", "x_ignore_", "x_pcie_"};

// "total_iops_sec_max" is "iops_total_max" here. Empty: it is none of libvirt's limits.
std::string limit_of_libvirt(const std::string& word) {
  for (const std::string direction : {"total", "read", "write"})
    for (const auto& [theirs, ours] : kLibvirtUnits)
      for (const std::string end : {"", "_max", "_max_length"})
        if (word == direction + '_' + theirs + "_sec" + end) return std::string(ours) + '_' + direction + end;
  return "";
}

}  // namespace

std::string foreign_word(const std::string& key) {
  std::string word = key;
  std::replace(word.begin(), word.end(), '-', '_');
  for (const ForeignWord& one : kForeignWords)
    if (word == one.key) return one.here;
  const std::string limit =
      word.compare(0, kOfThrottling.size(), kOfThrottling) == 0 ? word.substr(kOfThrottling.size()) : word;
  for (const Param& row : params_of(static_cast<const Throttling*>(nullptr)).rows)
    if (limit == row.name) return row.name + " in throttling of a group of disks";
  if (limit != word) return kThrottling;
  const std::string of_libvirt = limit_of_libvirt(word);
  if (!of_libvirt.empty()) return of_libvirt + " in throttling of a group of disks";
  const auto begins = [&word](const std::string& with) { return word.compare(0, with.size(), with) == 0; };
  return std::any_of(std::begin(kOfPci), std::end(kOfPci), begins) ? kPci : "";
}

}  // namespace vqlab
