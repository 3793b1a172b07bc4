#include "analysis/words/libvirt_elements.hpp"

#include <string_view>

namespace vqlab {
namespace {

constexpr OptionClass kXmlHarmless = OptionClass::kHarmless;
constexpr OptionClass kXmlModelled = OptionClass::kModelled;
constexpr OptionClass kXmlApproximated = OptionClass::kApproximated;
constexpr OptionClass kXmlRefused = OptionClass::kRefused;

constexpr const char* kXmlName = "names and notes change no timing";
constexpr const char* kXmlBoot = "no guest boots: a run begins when all is up";
constexpr const char* kXmlMemory = "memory is large enough, and its pages are there; what it costs is the machine's";
constexpr const char* kXmlDevice = "a device that does no disk I/O";
constexpr const char* kXmlShares = "a weight among virtual machines, and only one runs here";
constexpr const char* kXmlStorage = "the storage behind a disk is the machine's (host.backend, host.device)";
constexpr const char* kXmlPriority = "threads that are never preempted; nearest: vcpu_cpus and server_cpus in host";

constexpr LibvirtElement kLibvirtElements[] = {
    {"@type", kXmlHarmless, "costs are those of the machine"},
    {"@id", kXmlHarmless, kXmlName},
    {"name", kXmlHarmless, kXmlName},
    {"uuid", kXmlHarmless, kXmlName},
    {"hwuuid", kXmlHarmless, kXmlName},
    {"genid", kXmlHarmless, kXmlName},
    {"title", kXmlHarmless, kXmlName},
    {"description", kXmlHarmless, kXmlName},
    {"metadata", kXmlHarmless, kXmlName},
    {"maxMemory", kXmlHarmless, kXmlMemory},
    {"memory", kXmlHarmless, kXmlMemory},
    {"currentMemory", kXmlHarmless, kXmlMemory},
    {"memoryBacking", kXmlHarmless, kXmlMemory},
    {"memtune", kXmlHarmless, kXmlMemory},
    {"numatune", kXmlApproximated, "one node: memory of another node costs no more here"},
    {"blkiotune", kXmlHarmless, kXmlShares},
    {"resource", kXmlHarmless, kXmlName},
    {"sysinfo", kXmlHarmless, kXmlName},
    {"bootloader", kXmlHarmless, kXmlBoot},
    {"bootloader_args", kXmlHarmless, kXmlBoot},
    {"os", kXmlHarmless, kXmlBoot},
    {"idmap", kXmlHarmless, kXmlBoot},
    {"features", kXmlHarmless, "what the CPU and the board cost is the machine's"},
    {"clock", kXmlHarmless, "the guest's clock is not modelled, but for its tick (guest.tick_ns)"},
    {"on_poweroff", kXmlHarmless, "no guest ends"},
    {"on_reboot", kXmlHarmless, "no guest ends"},
    {"on_crash", kXmlHarmless, "no guest ends"},
    {"on_lockfailure", kXmlHarmless, "no guest ends"},
    {"pm", kXmlHarmless, "no guest sleeps"},
    {"perf", kXmlHarmless, "counters cost nothing here"},
    {"seclabel", kXmlHarmless, "the process's rights change no timing"},
    {"keywrap", kXmlHarmless, "the process's rights change no timing"},
    {"launchSecurity", kXmlApproximated, "as a guest whose memory is not encrypted"},
    {"cpu", kXmlHarmless, "what the CPU costs is the machine's (guest_costs)"},
    {"cpu/numa", kXmlApproximated, "one node: memory of another node costs no more here"},
    {"cpu/cache", kXmlHarmless, "which vCPUs share a cache is topology in guest"},
    {"vcpu@placement", kXmlHarmless, "what is pinned, cputune says"},
    {"vcpu@cpuset", kXmlApproximated, "the host's scheduler places the vCPUs on any CPU"},
    {"vcpus", kXmlHarmless, "which vCPUs can be taken away; see the section hotplug"},
    {"iothreads", kXmlHarmless, "what serves queues, controllers say"},
    {"iothreadids", kXmlHarmless, "a name, which others refer to"},
    {"defaultiothread", kXmlHarmless, "threads of the main loop's pool are made on demand"},
    {"cputune/shares", kXmlHarmless, kXmlShares},
    {"cputune/vcpusched", kXmlRefused, kXmlPriority},
    {"cputune/iothreadsched", kXmlRefused, kXmlPriority},
    {"cputune/emulatorsched", kXmlRefused, kXmlPriority},
    {"cputune/cachetune", kXmlApproximated, "as without: caches of the host are not shared out here"},
    {"cputune/memorytune", kXmlApproximated, "as without: the memory bus is not shared out here"},
    {"qemu:commandline", kXmlRefused, "QEMU's own options; nearest: the command line of this domain (--qemu)"},
    {"qemu:override", kXmlRefused, "QEMU's own properties; nearest: the command line of this domain (--qemu)"},
    {"qemu:capabilities", kXmlHarmless, "how libvirt talks to QEMU"},
    {"qemu:deprecation", kXmlHarmless, "how libvirt talks to QEMU"},
    {"@xmlns:qemu", kXmlHarmless, "a namespace"},
    {"devices/emulator", kXmlHarmless, "the program"},
    {"devices/interface", kXmlHarmless, kXmlDevice},
    {"devices/filesystem", kXmlHarmless, kXmlDevice},
    {"devices/lease", kXmlHarmless, kXmlDevice},
    {"devices/smartcard", kXmlHarmless, kXmlDevice},
    {"devices/serial", kXmlHarmless, kXmlDevice},
    {"devices/parallel", kXmlHarmless, kXmlDevice},
    {"devices/console", kXmlHarmless, kXmlDevice},
    {"devices/channel", kXmlHarmless, kXmlDevice},
    {"devices/input", kXmlHarmless, kXmlDevice},
    {"devices/tpm", kXmlHarmless, kXmlDevice},
    {"devices/graphics", kXmlHarmless, kXmlDevice},
    {"devices/sound", kXmlHarmless, kXmlDevice},
    {"devices/audio", kXmlHarmless, kXmlDevice},
    {"devices/video", kXmlHarmless, kXmlDevice},
    {"devices/redirdev", kXmlHarmless, kXmlDevice},
    {"devices/redirfilter", kXmlHarmless, kXmlDevice},
    {"devices/hub", kXmlHarmless, kXmlDevice},
    {"devices/watchdog", kXmlHarmless, kXmlDevice},
    {"devices/memballoon", kXmlHarmless, kXmlDevice},
    {"devices/rng", kXmlHarmless, kXmlDevice},
    {"devices/panic", kXmlHarmless, kXmlDevice},
    {"devices/pstore", kXmlHarmless, kXmlDevice},
    {"devices/shmem", kXmlHarmless, kXmlDevice},
    {"devices/memory", kXmlHarmless, kXmlDevice},
    {"devices/iommu", kXmlApproximated, "translations of a virtual IOMMU cost nothing here"},
    {"devices/vsock", kXmlHarmless, kXmlDevice},
    {"devices/crypto", kXmlHarmless, kXmlDevice},
    {"devices/nvram", kXmlHarmless, kXmlDevice},
    {"devices/hostdev", kXmlHarmless, "a device of the host that no job uses"},
    {"devices/controller@type", kXmlModelled, "controller"},
    {"devices/controller@index", kXmlHarmless, "a name, which disks refer to"},
    {"devices/controller@model", kXmlModelled, "controller"},
    {"devices/controller/address", kXmlHarmless, "how the device stands on its bus makes no difference here"},
    {"devices/controller/alias", kXmlHarmless, kXmlName},
    {"devices/controller/driver@iommu", kXmlApproximated, "translations of a virtual IOMMU cost nothing here"},
    {"devices/controller/driver@ats", kXmlApproximated, "translations of a virtual IOMMU cost nothing here"},
    {"devices/controller/driver@page_per_vq", kXmlHarmless, "where doorbells lie makes no difference here"},
    {"devices/disk@type", kXmlHarmless, kXmlStorage},
    {"devices/disk@device", kXmlModelled, "targets"},
    {"devices/disk@snapshot", kXmlHarmless, kXmlName},
    {"devices/disk@rawio", kXmlHarmless, "the process's rights change no timing"},
    {"devices/disk@sgio", kXmlHarmless, "the process's rights change no timing"},
    {"devices/disk@model", kXmlHarmless, kXmlName},
    {"devices/disk/source", kXmlHarmless, kXmlStorage},
    {"devices/disk/auth", kXmlHarmless, kXmlStorage},
    {"devices/disk/encryption", kXmlApproximated, "encryption costs nothing here"},
    {"devices/disk/backingStore", kXmlHarmless, kXmlStorage},
    {"devices/disk/backenddomain", kXmlHarmless, kXmlStorage},
    {"devices/disk/mirror", kXmlApproximated, "as without: a copy's write is not modelled"},
    {"devices/disk/transient", kXmlApproximated, "as without: the first write of a cluster would copy it"},
    {"devices/disk/target", kXmlModelled, "targets"},
    {"devices/disk/target@tray", kXmlHarmless, kXmlName},
    {"devices/disk/target@removable", kXmlHarmless, kXmlName},
    {"devices/disk/target@rotation_rate", kXmlHarmless, kXmlStorage},
    {"devices/disk/address", kXmlModelled, "targets, and luns_per_target"},
    {"devices/disk/address@type", kXmlHarmless, "an address of a disk"},
    {"devices/disk/alias", kXmlHarmless, kXmlName},
    {"devices/disk/boot", kXmlHarmless, kXmlBoot},
    {"devices/disk/serial", kXmlHarmless, kXmlName},
    {"devices/disk/wwn", kXmlHarmless, kXmlName},
    {"devices/disk/vendor", kXmlHarmless, kXmlName},
    {"devices/disk/product", kXmlHarmless, kXmlName},
    {"devices/disk/readonly", kXmlHarmless, "jobs say what they do"},
    {"devices/disk/shareable", kXmlHarmless, "jobs say what they do"},
    {"devices/disk/geometry", kXmlHarmless, kXmlName},
    {"devices/disk/blockio", kXmlHarmless, "offsets of a job are multiples of its bs"},
    {"devices/disk/driver@name", kXmlHarmless, "the program"},
    {"devices/disk/driver@error_policy", kXmlHarmless, "no request fails"},
    {"devices/disk/driver@rerror_policy", kXmlHarmless, "no request fails"},
    {"devices/disk/driver@ioeventfd", kXmlHarmless, "of virtio-blk; on a SCSI disk it says nothing"},
    {"devices/disk/driver@event_idx", kXmlHarmless, "of virtio-blk; on a SCSI disk it says nothing"},
    {"devices/disk/driver@detect_zeroes", kXmlApproximated,
     "looking for zeroes costs nothing here, and none are found"},
    {"devices/disk/driver@copy_on_read", kXmlApproximated, "as without: a copy's write is not modelled"},
    {"devices/disk/driver@discard_no_unref", kXmlHarmless, kXmlStorage},
    {"devices/disk/driver@max_bufs", kXmlHarmless, kXmlStorage},
    {"devices/disk/driver/metadata_cache", kXmlHarmless, "the metadata of an image format costs nothing here"},
};

}  // namespace

const LibvirtElement* libvirt_element(const std::string& path) {
  const LibvirtElement* best = nullptr;
  std::size_t longest = 0;
  for (const LibvirtElement& one : kLibvirtElements) {
    const std::string_view of = one.path;
    const bool below = path.size() > of.size() && (path[of.size()] == '/' || path[of.size()] == '@');
    if (path.compare(0, of.size(), of) != 0 || (path.size() != of.size() && !below) || of.size() < longest) continue;
    best = &one;
    longest = of.size();
  }
  return best;
}

std::span<const LibvirtElement> libvirt_elements() { return kLibvirtElements; }

std::vector<std::string> libvirt_children(const std::string& path) {
  std::vector<std::string> names;
  for (const LibvirtElement& one : kLibvirtElements) {
    const std::string of = one.path;
    if (of.compare(0, path.size(), path) != 0) continue;
    const std::string rest = of.substr(path.size());
    const std::size_t begin = rest.find_first_not_of("/@");
    if (begin == std::string::npos || (!path.empty() && begin == 0)) continue;
    names.push_back(rest.substr(begin, rest.find_first_of("/@", begin) - begin));
  }
  return names;
}

}  // namespace vqlab
