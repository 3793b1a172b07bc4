#include <algorithm>
#include <iterator>
#include <string_view>

#include "analysis/words/qemu_tables.hpp"

namespace vqlab {
namespace {

constexpr OptionClass kRowHarmless = OptionClass::kHarmless;
constexpr OptionClass kRowModelled = OptionClass::kModelled;
constexpr OptionClass kRowApproximated = OptionClass::kApproximated;
constexpr OptionClass kRowRefused = OptionClass::kRefused;

constexpr const char* kOnItsBus = "how the device stands on its bus makes no difference here";
constexpr const char* kNotNegotiated =
    "this feature of virtio is not modelled, and changes no timing of a split request";
constexpr const char* kNoMigration = "nothing migrates";
constexpr const char* kGuestIdentity = "what the guest is told of the disk by name changes no timing";
constexpr const char* kOnErrors = "no request fails";
constexpr const char* kStatistics = "QEMU's own statistics cost nothing here";
constexpr const char* kStorage = "the storage behind a disk is the machine's (host.backend, host.device)";
constexpr const char* kClusters = "the metadata of an image format costs nothing here; nearest: format raw";
constexpr const char* kOldDrive = "where QEMU would put a drive that no -device names";
constexpr const char* kThrottleGroup = "group in throttling of disks";
constexpr const char* kVcpus = "vcpus in guest";
constexpr const char* kTopology = "topology in guest";
constexpr const char* kNoCache = "no cache belongs to it here";

// For who writes the word in a scenario.
constexpr const char* kIothreadHere =
    "\"server\": \"iothreads\" in host, which is one iothread for all devices; for several, iothread-vq-mapping in "
    "iothreads, with \"assigned\": \"devices\" for one iothread for each device, or a list of controllers, in which "
    "each device may name its own";
constexpr const char* kVhostHere = "\"server\": \"vhost_scsi\" in host";
constexpr const char* kTargetsHere = "targets, at the top level";
constexpr const char* kTopologyHere = "topology in guest: \"sockets\", or \"cores\" for all vCPUs of one socket";

// Of each device.
const QemuPropertyTable& common_rows() {
  static const QemuPropertyTable table = {
      {"id", kRowHarmless, "a name, which others refer to"},
      {"bus", kRowHarmless, kOnItsBus},
      {"acpi-index", kRowHarmless, kOnItsBus},
      {"addr", kRowHarmless, kOnItsBus},
      {"aer", kRowHarmless, kOnItsBus},
      {"multifunction", kRowHarmless, kOnItsBus},
      {"disable-legacy", kRowHarmless, kOnItsBus},
      {"disable-modern", kRowApproximated, "as virtio 1.0: doorbells of the old transport cost the same here", "off"},
      {"modern-pio-notify", kRowHarmless, kOnItsBus},
      {"page-per-vq", kRowHarmless, kOnItsBus},
      {"rombar", kRowHarmless, kOnItsBus},
      {"romfile", kRowHarmless, kOnItsBus},
      {"romsize", kRowHarmless, kOnItsBus},
      {"devno", kRowHarmless, kOnItsBus},
      {"max_revision", kRowHarmless, kOnItsBus},
      {"sriov-pf", kRowHarmless, kOnItsBus},
      {"busnr", kRowHarmless, kOnItsBus},
      {"x-", kRowHarmless, "a switch for compatibility, which changes no timing"},
      {"virtio-pci-bus-master-bug-migration", kRowHarmless, kNoMigration},
      {"migrate-extra", kRowHarmless, kNoMigration},
      {"migratable", kRowHarmless, kNoMigration},
      {"failover_pair_id", kRowHarmless, kNoMigration},
      {"use-disabled-flag", kRowHarmless, kNoMigration},
      {"use-started", kRowHarmless, kNoMigration},
      {"ats", kRowApproximated, "translations of a virtual IOMMU cost nothing here", "off"},
      {"iommu_platform", kRowApproximated, "translations of a virtual IOMMU cost nothing here", "off"},
      {"any_layout", kRowHarmless, kNotNegotiated},
      {"notify_on_empty", kRowHarmless, kNotNegotiated},
      {"queue_reset", kRowHarmless, kNotNegotiated},
      {"virtio-backend", kRowHarmless, "QEMU's own link"},
      {"in_order", kRowApproximated, "VIRTIO_F_IN_ORDER is not negotiated: buffers are used as they are done", "off"},
  };
  return table;
}

QemuPropertyTable with_common(QemuPropertyTable table) {
  table.insert(table.end(), common_rows().begin(), common_rows().end());
  return table;
}

QemuPropertyTable controller_rows() {
  return with_common({
      {"num_queues", kRowModelled, "num_queues in controller"},
      {"virtqueue_size", kRowModelled, "virtqueue_size in controller"},
      {"cmd_per_lun", kRowModelled, "cmd_per_lun in controller"},
      {"max_sectors", kRowModelled, "max_sectors in controller"},
      {"seg_max_adjust", kRowModelled, "seg_max in controller", nullptr,
       "seg_max in controller; \"on\" makes it virtqueue_size - 2"},
      {"vectors", kRowModelled, "vectors in controller"},
      {"packed", kRowModelled, "ring in controller", nullptr, "\"ring\": \"packed\" in controller"},
      {"indirect_desc", kRowModelled, "indirect_desc in controller"},
      {"event_idx", kRowModelled, "event_idx in controller"},
  });
}

constexpr QemuOtherDisk kQemuOtherDisks[] = {
    {"virtio-blk*", kRowRefused,
     "virtio-blk: its driver has no SCSI layer, and its requests cost less; nearest: virtio-scsi-pci with scsi-hd"},
    {"vhost-user-blk*", kRowRefused, "a disk of another process, which polls; nearest: vhost-scsi-pci"},
    {"vhost-user-scsi*", kRowRefused, "a controller of another process, which polls; nearest: vhost-scsi-pci", true},
    {"vhost-vdpa-device*", kRowRefused, "a device of hardware; nearest: vhost-scsi-pci"},
    {"nvme*", kRowRefused,
     "an NVMe drive with queues of its own; nearest: virtio-scsi-pci with num_queues and scsi-hd"},
    {"ide-hd", kRowRefused, "a disk on IDE or SATA; nearest: virtio-scsi-pci with scsi-hd"},
    {"ide-drive", kRowRefused, "a disk on IDE or SATA; nearest: virtio-scsi-pci with scsi-hd"},
    {"ide-cd", kRowHarmless, "no job reads it"},
    {"floppy", kRowHarmless, "no job reads it"},
    {"usb-storage", kRowRefused, "a disk on USB; nearest: virtio-scsi-pci with scsi-hd"},
    {"usb-uas", kRowRefused, "a disk on USB; nearest: virtio-scsi-pci with scsi-hd"},
    {"usb-bot", kRowRefused, "a disk on USB; nearest: virtio-scsi-pci with scsi-hd"},
    {"sd-card", kRowRefused, "a memory card; nearest: virtio-scsi-pci with scsi-hd"},
    {"emmc", kRowRefused, "a memory card; nearest: virtio-scsi-pci with scsi-hd"},
    {"ufs*", kRowRefused, "a UFS drive; nearest: virtio-scsi-pci with scsi-hd"},
    {"xen-disk", kRowRefused, "Xen's disk; nearest: virtio-scsi-pci with scsi-hd"},
    {"lsi*", kRowRefused, "an emulated HBA with one queue and registers that exit; nearest: virtio-scsi-pci", true},
    {"megasas*", kRowRefused, "an emulated HBA with registers that exit; nearest: virtio-scsi-pci", true},
    {"mptsas1068", kRowRefused, "an emulated HBA with registers that exit; nearest: virtio-scsi-pci", true},
    {"pvscsi", kRowRefused, "VMware's controller; nearest: virtio-scsi-pci", true},
    {"am53c974", kRowRefused, "an emulated HBA with registers that exit; nearest: virtio-scsi-pci", true},
    {"dc390", kRowRefused, "an emulated HBA with registers that exit; nearest: virtio-scsi-pci", true},
    {"spapr-vscsi", kRowRefused, "a controller of POWER's hypervisor; nearest: virtio-scsi-pci", true},
    {"virtio-net*", kRowHarmless, "networks share nothing with disks here"},
    {"virtio-serial*", kRowHarmless, "a device that does no disk I/O"},
    {"virtio-rng*", kRowHarmless, "a device that does no disk I/O"},
    {"virtio-balloon*", kRowHarmless, "a device that does no disk I/O"},
    {"virtio-gpu*", kRowHarmless, "a device that does no disk I/O"},
    {"virtio-vga*", kRowHarmless, "a device that does no disk I/O"},
    {"virtio-9p*", kRowHarmless, "a device that does no disk I/O"},
    {"virtio-mem*", kRowHarmless, "a device that does no disk I/O"},
    {"virtio-pmem*", kRowHarmless, "a device that does no disk I/O"},
    {"virtio-iommu*", kRowHarmless, "a device that does no disk I/O"},
    {"virtio-crypto*", kRowHarmless, "a device that does no disk I/O"},
    {"virtio-input*", kRowHarmless, "a device that does no disk I/O"},
    {"virtio-keyboard*", kRowHarmless, "a device that does no disk I/O"},
    {"virtio-mouse*", kRowHarmless, "a device that does no disk I/O"},
    {"virtio-tablet*", kRowHarmless, "a device that does no disk I/O"},
    {"virtio-sound*", kRowHarmless, "a device that does no disk I/O"},
    {"vhost-vsock*", kRowHarmless, "a device that does no disk I/O"},
    {"vhost-user-fs*", kRowHarmless, "a device that does no disk I/O"},
    {"vhost-user-vsock*", kRowHarmless, "a device that does no disk I/O"},
    {"vfio-pci*", kRowHarmless, "a device of the host that no job uses"},
};

}  // namespace

const QemuPropertyTable& qemu_controller_table() {
  static const QemuPropertyTable table = [] {
    QemuPropertyTable rows = controller_rows();
    rows.push_back({"ioeventfd", kRowModelled, "ioeventfd in controller"});
    rows.push_back({"iothread", kRowModelled, "server \"iothreads\" in host, and iothreads", nullptr, kIothreadHere});
    rows.push_back({"iothread-vq-mapping.", kRowModelled, "iothread-vq-mapping in iothreads"});
    rows.push_back({"hotplug", kRowHarmless,
                    "disks are there from the beginning; vCPUs that come and go are the section hotplug"});
    rows.push_back({"param_change", kRowHarmless, "disks do not change"});
    return rows;
  }();
  return table;
}

const QemuPropertyTable& qemu_vhost_table() {
  static const QemuPropertyTable table = [] {
    QemuPropertyTable rows = controller_rows();
    rows.push_back({"worker_per_virtqueue", kRowModelled, "worker_per_virtqueue in vhost_scsi"});
    rows.push_back(
        {"wwpn", kRowHarmless, "which SCSI target of the host it is; it is one target here", nullptr, kVhostHere});
    rows.push_back({"vhostfd", kRowHarmless, "an open file of the host", nullptr, kVhostHere});
    rows.push_back({"boot_tpgt", kRowHarmless, "no guest boots"});
    rows.push_back({"bootindex", kRowHarmless, "no guest boots"});
    rows.push_back({"t10_pi", kRowApproximated, "checksums of blocks cost nothing here", "off"});
    return rows;
  }();
  return table;
}

const QemuPropertyTable& qemu_disk_table() {
  static const QemuPropertyTable table = with_common({
      {"drive", kRowModelled, "a target, or a LUN of one", nullptr, kTargetsHere},
      {"channel", kRowModelled, "targets", nullptr, kTargetsHere},
      {"scsi-id", kRowModelled, "targets", nullptr, kTargetsHere},
      {"lun", kRowModelled, "luns_per_target", nullptr, "luns_per_target, at the top level"},
      {"write-cache", kRowModelled, "cache in disks", nullptr, kCacheOfDisks},
      {"max_io_size", kRowModelled, "max_sectors in controller"},
      {"physical_block_size", kRowHarmless, "offsets of a job are multiples of its bs"},
      {"logical_block_size", kRowHarmless, "offsets of a job are multiples of its bs"},
      {"min_io_size", kRowHarmless, "a hint that no job here asks for"},
      {"opt_io_size", kRowApproximated, "the guest would split large I/Os at it; see guest.max_sectors_kb", "0"},
      {"discard_granularity", kRowHarmless, "a trim is as long as the job's bs"},
      {"max_unmap_size", kRowHarmless, "a trim is never split here"},
      {"rotation_rate", kRowHarmless, "the storage behind is the machine's; the scheduler is guest.scheduler"},
      {"dpofua", kRowApproximated, "no write forces itself through a cache: jobs flush instead", "off"},
      {"bootindex", kRowHarmless, "no guest boots"},
      {"serial", kRowHarmless, kGuestIdentity},
      {"wwn", kRowHarmless, kGuestIdentity},
      {"port_wwn", kRowHarmless, kGuestIdentity},
      {"port_index", kRowHarmless, kGuestIdentity},
      {"device_id", kRowHarmless, kGuestIdentity},
      {"vendor", kRowHarmless, kGuestIdentity},
      {"product", kRowHarmless, kGuestIdentity},
      {"ver", kRowHarmless, kGuestIdentity},
      {"scsi_version", kRowHarmless, kGuestIdentity},
      {"removable", kRowHarmless, kGuestIdentity},
      {"cyls", kRowHarmless, kGuestIdentity},
      {"heads", kRowHarmless, kGuestIdentity},
      {"secs", kRowHarmless, kGuestIdentity},
      {"lcyls", kRowHarmless, kGuestIdentity},
      {"lheads", kRowHarmless, kGuestIdentity},
      {"lsecs", kRowHarmless, kGuestIdentity},
      {"quirk_mode_", kRowHarmless, kGuestIdentity},
      {"backend_defaults", kRowHarmless, kGuestIdentity},
      {"share-rw", kRowHarmless, "locks of the image file are taken once"},
      {"rerror", kRowHarmless, kOnErrors},
      {"werror", kRowHarmless, kOnErrors},
      {"io_timeout", kRowHarmless, kOnErrors},
      {"migrate-emulated-scsi-request", kRowHarmless, kNoMigration},
      {"migrate-pr", kRowHarmless, kNoMigration},
      {"account-", kRowHarmless, kStatistics},
      {"stats-intervals", kRowHarmless, kStatistics},
  });
  return table;
}

const QemuPropertyTable& qemu_iothread_table() {
  static const QemuPropertyTable table = {
      {"id", kRowModelled, "the iothread's name", nullptr, "iothread-vq-mapping in iothreads"},
      {"poll-max-ns", kRowModelled, "poll-max-ns in iothreads"},
      {"poll-grow", kRowModelled, "poll-grow in iothreads"},
      {"poll-shrink", kRowModelled, "poll-shrink in iothreads"},
      {"poll-weight", kRowRefused, "polling by weighted averages; nearest: polling-time \"weighted\" in iothreads"},
      {"aio-max-batch", kRowModelled, "aio-max-batch in iothreads"},
      {"thread-pool-max", kRowModelled, "worker_threads_max in host"},
      {"thread-pool-min", kRowHarmless, "threads of a pool are made on demand, and stay"},
  };
  return table;
}

const QemuPropertyTable& qemu_smp_table() {
  static const QemuPropertyTable table = {
      {"cpus", kRowModelled, kVcpus},
      {"maxcpus", kRowHarmless, "vCPUs that come later are the section hotplug", nullptr,
       "vcpus in guest, and the section hotplug"},
      {"drawers", kRowHarmless, kNoCache},
      {"books", kRowHarmless, kNoCache},
      {"sockets", kRowModelled, kTopology, nullptr, kTopologyHere},
      {"dies", kRowModelled, kTopology, nullptr, kTopologyHere},
      {"clusters", kRowHarmless, kNoCache},
      {"modules", kRowHarmless, kNoCache},
      {"cores", kRowModelled, kTopology, nullptr, kTopologyHere},
      {"threads", kRowModelled, kTopology, nullptr,
       "nothing: a vCPU has no sibling in the guest; the host's are threads_per_core in hardware"},
  };
  return table;
}

const QemuPropertyTable& qemu_drive_table() {
  static const QemuPropertyTable table = {
      {"id", kRowHarmless, "a name, which others refer to"},
      {"node-name", kRowHarmless, "a name, which others refer to"},
      {"if", kRowHarmless, "its -device says where it is"},
      {"bus", kRowHarmless, kOldDrive},
      {"unit", kRowHarmless, kOldDrive},
      {"index", kRowHarmless, kOldDrive},
      {"addr", kRowHarmless, kOldDrive},
      {"media", kRowHarmless, kOldDrive},
      {"serial", kRowHarmless, kGuestIdentity},
      {"file", kRowHarmless, kStorage},
      {"filename", kRowHarmless, kStorage},
      {"driver", kRowHarmless, kStorage},
      {"format", kRowHarmless, "raw data"},
      {"cache", kRowModelled, "cache in disks", nullptr, kCacheOfDisks},
      {"cache.direct", kRowModelled, "cache in disks", nullptr, kCacheOfDisks},
      {"cache.writeback", kRowModelled, "cache in disks", nullptr, kCacheOfDisks},
      {"cache.no-flush", kRowApproximated, "a flush takes the time that it takes with writeback", "off"},
      {"aio", kRowModelled, "aio in host"},
      {"aio-max-batch", kRowApproximated, "aio-max-batch in iothreads holds for all disks", "0"},
      {"discard", kRowModelled, "trims go to the storage", nullptr, "nothing: trims always go to the storage"},
      {"detect-zeroes", kRowApproximated, "looking for zeroes costs nothing here, and none are found", "off"},
      {"copy-on-read", kRowApproximated, "as without: a copy's write is not modelled", "off"},
      {"snapshot", kRowApproximated, "as without: the first write of a cluster would copy it", "off"},
      {"read-only", kRowHarmless, "jobs say what they do"},
      {"readonly", kRowHarmless, "jobs say what they do"},
      {"auto-read-only", kRowHarmless, "jobs say what they do"},
      {"force-share", kRowHarmless, "locks of the image file are taken once"},
      {"locking", kRowHarmless, "locks of the image file are taken once"},
      {"pr-manager", kRowHarmless, "reservations pass by the data"},
      {"drop-cache", kRowHarmless, kNoMigration},
      {"x-check-cache-dropped", kRowHarmless, kNoMigration},
      {"rerror", kRowHarmless, kOnErrors},
      {"werror", kRowHarmless, kOnErrors},
      {"group", kRowModelled, kThrottleGroup},
      {"throttling.group", kRowModelled, kThrottleGroup},
      {"throttle-group", kRowModelled, kThrottleGroup, nullptr, kThrottlingOfDisks},
      {"stats-", kRowHarmless, kStatistics},
      {"stats-intervals.", kRowHarmless, kStatistics},
      {"size", kRowHarmless, kStorage},
      {"offset", kRowHarmless, kStorage},
      {"read-zeroes", kRowHarmless, kStorage},
      {"latency-ns", kRowRefused, "a time that each request waits; nearest: host.slow_target_ns"},
      {"backing", kRowHarmless, "an image without one"},
      {"backing.", kRowApproximated, kClusters},
      {"lazy-refcounts", kRowHarmless, kClusters},
      {"l2-cache-", kRowHarmless, kClusters},
      {"cache-size", kRowHarmless, kClusters},
      {"cache-clean-interval", kRowHarmless, kClusters},
      {"refcount-cache-size", kRowHarmless, kClusters},
      {"overlap-check", kRowHarmless, kClusters},
      {"pass-discard-", kRowHarmless, kClusters},
      {"discard-no-unref", kRowHarmless, kClusters},
      {"preallocate-", kRowHarmless, kClusters},
      {"prealloc-", kRowHarmless, kClusters},
      {"data-file", kRowApproximated, kClusters},
      {"encrypt.", kRowApproximated, "encryption costs nothing here"},
      {"key-secret", kRowApproximated, "encryption costs nothing here"},
      {"server", kRowHarmless, kStorage},
      {"server.", kRowHarmless, kStorage},
      {"host", kRowHarmless, kStorage},
      {"port", kRowHarmless, kStorage},
      {"path", kRowHarmless, kStorage},
      {"export", kRowHarmless, kStorage},
      {"pool", kRowHarmless, kStorage},
      {"image", kRowHarmless, kStorage},
      {"namespace", kRowHarmless, kStorage},
      {"conf", kRowHarmless, kStorage},
      {"user", kRowHarmless, kStorage},
      {"volume", kRowHarmless, kStorage},
      {"portal", kRowHarmless, kStorage},
      {"target", kRowHarmless, kStorage},
      {"transport", kRowHarmless, kStorage},
      {"lun", kRowHarmless, kStorage},
      {"initiator-name", kRowHarmless, kStorage},
      {"header-digest", kRowHarmless, kStorage},
      {"timeout", kRowHarmless, kStorage},
      {"reconnect-delay", kRowHarmless, kStorage},
      {"open-timeout", kRowHarmless, kStorage},
      {"tls-creds", kRowHarmless, kStorage},
      {"tls-hostname", kRowHarmless, kStorage},
      {"url", kRowHarmless, kStorage},
      {"readahead", kRowHarmless, kStorage},
      {"sslverify", kRowHarmless, kStorage},
      {"device", kRowHarmless, kStorage},
      {"password-secret", kRowHarmless, kStorage},
      {"auth-client-required", kRowHarmless, kStorage},
      {"x-blockdev-", kRowHarmless, kStorage},
  };
  return table;
}

bool is_named_by(std::string_view row, std::string_view name) {
  const bool begins = row.back() == '.' || row.back() == '-' || row.back() == '_';
  return name == row || (begins && name.size() > row.size() && name.substr(0, row.size()) == row);
}

const QemuPropertyRow* qemu_property(const QemuPropertyTable& table, const std::string& name) {
  const QemuPropertyRow* best = nullptr;
  for (const QemuPropertyRow& row : table) {
    if (name == row.name) return &row;
    if (is_named_by(row.name, name)) best = &row;
  }
  return best;
}

std::vector<std::string> qemu_property_names(const QemuPropertyTable& table) {
  std::vector<std::string> names;
  for (const QemuPropertyRow& row : table) names.emplace_back(row.name);
  return names;
}

const QemuOtherDisk* qemu_other_disk(const std::string& driver) {
  const auto* const found = std::find_if(std::begin(kQemuOtherDisks), std::end(kQemuOtherDisks), [&](const auto& one) {
    const std::string_view name = one.driver;
    if (name.back() != '*') return name == driver;
    return std::string_view(driver).substr(0, name.size() - 1) == name.substr(0, name.size() - 1);
  });
  return found == std::end(kQemuOtherDisks) ? nullptr : found;
}

}  // namespace vqlab
