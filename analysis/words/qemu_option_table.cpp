#include <algorithm>
#include <iterator>

#include "analysis/words/qemu_tables.hpp"

namespace vqlab {
namespace {

constexpr OptionClass kQemuHarmless = OptionClass::kHarmless;
constexpr OptionClass kQemuModelled = OptionClass::kModelled;
constexpr OptionClass kQemuApproximated = OptionClass::kApproximated;
constexpr OptionClass kQemuRefused = OptionClass::kRefused;

constexpr const char* kOfScreens = "screens, sound and keyboards do no disk I/O";
constexpr const char* kOfManagement = "how QEMU is managed, and what it logs, takes no part in I/O";
constexpr const char* kOfConsoles = "character devices carry little and do no disk I/O";
constexpr const char* kOfNetworks = "networks share nothing with disks here";
constexpr const char* kOfBoot = "no guest boots: a run begins when all is up";
constexpr const char* kOfFirmware = "tables that the firmware hands over change no timing";
constexpr const char* kOfMemory = "memory is large enough, and its pages are there; what it costs is the machine's";
constexpr const char* kOfProcess = "the process's rights and its start change no timing";
constexpr const char* kOtherDisk =
    "a disk that is not on virtio-scsi: its I/O would take CPU time; nearest: -device scsi-hd with -drive if=none";
constexpr const char* kXen = "Xen's ways from guest to host: other costs than KVM's; nearest: -accel kvm";

constexpr QemuOption kQemuOptions[] = {
    {"device", true, kQemuModelled, nullptr},
    {"object", true, kQemuModelled, nullptr},
    {"drive", true, kQemuModelled, nullptr},
    {"blockdev", true, kQemuModelled, nullptr},
    {"smp", true, kQemuModelled, nullptr},
    {"machine", true, kQemuModelled, nullptr},
    {"M", true, kQemuModelled, nullptr},
    {"global", true, kQemuModelled, nullptr},
    {"set", true, kQemuModelled, nullptr},
    {"accel", true, kQemuModelled, nullptr},
    {"enable-kvm", false, kQemuHarmless, "costs are those of a guest with KVM"},
    {"no-kvm", false, kQemuApproximated, "as with KVM: what emulating instructions costs is not modelled"},
    {"cpu", true, kQemuHarmless, "what the CPU costs is the machine's (guest_costs)"},
    {"m", true, kQemuHarmless, kOfMemory},
    {"mem-path", true, kQemuHarmless, kOfMemory},
    {"mem-prealloc", false, kQemuHarmless, kOfMemory},
    {"numa", true, kQemuApproximated, "one node: memory of another node costs no more here"},
    {"overcommit", true, kQemuApproximated,
     "memory is locked either way; with cpu-pm=on a vCPU would not leave the guest when it is idle: nearest "
     "host.halt_poll_ns"},
    {"icount", true, kQemuRefused, "time that follows instructions; every time here is that of a real clock"},
    {"singlestep", false, kQemuRefused, "each instruction translated alone; nearest: -accel kvm"},
    {"one-insn-per-tb", false, kQemuRefused, "each instruction translated alone; nearest: -accel kvm"},
    {"readconfig", true, kQemuRefused, "options in another file, which is not read; nearest: the same on the line"},
    {"writeconfig", true, kQemuHarmless, kOfManagement},
    {"incoming", true, kQemuHarmless, "a run begins when the guest has arrived"},
    {"loadvm", true, kQemuHarmless, kOfBoot},
    {"snapshot", false, kQemuApproximated,
     "as without: the first write of each cluster would go to a temporary file, which is not modelled"},
    {"hda", true, kQemuRefused, kOtherDisk},
    {"hdb", true, kQemuRefused, kOtherDisk},
    {"hdc", true, kQemuRefused, kOtherDisk},
    {"hdd", true, kQemuRefused, kOtherDisk},
    {"sd", true, kQemuRefused, kOtherDisk},
    {"mtdblock", true, kQemuRefused, kOtherDisk},
    {"cdrom", true, kQemuHarmless, "no job reads it"},
    {"fda", true, kQemuHarmless, "no job reads it"},
    {"fdb", true, kQemuHarmless, "no job reads it"},
    {"pflash", true, kQemuHarmless, kOfBoot},
    {"iscsi", true, kQemuApproximated, "storage over a network is as the machine's storage (host.backend)"},
    {"fsdev", true, kQemuHarmless, "a file system of the host that no job uses"},
    {"virtfs", true, kQemuHarmless, "a file system of the host that no job uses"},
    {"bios", true, kQemuHarmless, kOfBoot},
    {"boot", true, kQemuHarmless, kOfBoot},
    {"kernel", true, kQemuHarmless, "the guest's kernel is the machine's (guest.driver)"},
    {"append", true, kQemuHarmless,
     "what it changes is said in guest: isolcpus is isolated_vcpus, and elevator is scheduler"},
    {"initrd", true, kQemuHarmless, kOfBoot},
    {"shim", true, kQemuHarmless, kOfBoot},
    {"dtb", true, kQemuHarmless, kOfBoot},
    {"option-rom", true, kQemuHarmless, kOfBoot},
    {"no-fd-bootchk", false, kQemuHarmless, kOfBoot},
    {"fw_cfg", true, kQemuHarmless, kOfFirmware},
    {"acpitable", true, kQemuHarmless, kOfFirmware},
    {"smbios", true, kQemuHarmless, kOfFirmware},
    {"no-acpi", false, kQemuHarmless, kOfFirmware},
    {"no-hpet", false, kQemuHarmless, "the guest's clock is not modelled, but for its tick (guest.tick_ns)"},
    {"rtc", true, kQemuHarmless, "the guest's clock is not modelled, but for its tick (guest.tick_ns)"},
    {"win2k-hack", false, kQemuHarmless, kOfBoot},
    {"netdev", true, kQemuHarmless, kOfNetworks},
    {"nic", true, kQemuHarmless, kOfNetworks},
    {"net", true, kQemuHarmless, kOfNetworks},
    {"redir", true, kQemuHarmless, kOfNetworks},
    {"chardev", true, kQemuHarmless, kOfConsoles},
    {"serial", true, kQemuHarmless, kOfConsoles},
    {"parallel", true, kQemuHarmless, kOfConsoles},
    {"debugcon", true, kQemuHarmless, kOfConsoles},
    {"tpmdev", true, kQemuHarmless, kOfConsoles},
    {"usb", false, kQemuHarmless, kOfConsoles},
    {"usbdevice", true, kQemuHarmless, kOfConsoles},
    {"vga", true, kQemuHarmless, kOfScreens},
    {"display", true, kQemuHarmless, kOfScreens},
    {"nographic", false, kQemuHarmless, kOfScreens},
    {"curses", false, kQemuHarmless, kOfScreens},
    {"sdl", false, kQemuHarmless, kOfScreens},
    {"spice", true, kQemuHarmless, kOfScreens},
    {"vnc", true, kQemuHarmless, kOfScreens},
    {"full-screen", false, kQemuHarmless, kOfScreens},
    {"portrait", false, kQemuHarmless, kOfScreens},
    {"rotate", true, kQemuHarmless, kOfScreens},
    {"k", true, kQemuHarmless, kOfScreens},
    {"audio", true, kQemuHarmless, kOfScreens},
    {"audiodev", true, kQemuHarmless, kOfScreens},
    {"audio-help", false, kQemuHarmless, kOfScreens},
    {"soundhw", true, kQemuHarmless, kOfScreens},
    {"monitor", true, kQemuHarmless, kOfManagement},
    {"qmp", true, kQemuHarmless, kOfManagement},
    {"qmp-pretty", true, kQemuHarmless, kOfManagement},
    {"mon", true, kQemuHarmless, kOfManagement},
    {"name", true, kQemuHarmless, kOfManagement},
    {"uuid", true, kQemuHarmless, kOfManagement},
    {"add-fd", true, kQemuHarmless, kOfManagement},
    {"msg", true, kQemuHarmless, kOfManagement},
    {"compat", true, kQemuHarmless, kOfManagement},
    {"trace", true, kQemuHarmless, "tracing costs nothing here"},
    {"d", true, kQemuHarmless, "logging costs nothing here"},
    {"D", true, kQemuHarmless, "logging costs nothing here"},
    {"dfilter", true, kQemuHarmless, "logging costs nothing here"},
    {"plugin", true, kQemuHarmless, "tracing costs nothing here"},
    {"enable-sync-profile", false, kQemuHarmless, "tracing costs nothing here"},
    {"perfmap", false, kQemuHarmless, "tracing costs nothing here"},
    {"jitdump", false, kQemuHarmless, "tracing costs nothing here"},
    {"dump-vmstate", true, kQemuHarmless, kOfManagement},
    {"echr", true, kQemuHarmless, kOfConsoles},
    {"pidfile", true, kQemuHarmless, kOfProcess},
    {"daemonize", false, kQemuHarmless, kOfProcess},
    {"chroot", true, kQemuHarmless, kOfProcess},
    {"runas", true, kQemuHarmless, kOfProcess},
    {"run-with", true, kQemuHarmless, kOfProcess},
    {"sandbox", true, kQemuHarmless, "what a filter of system calls costs is the machine's"},
    {"async-teardown", false, kQemuHarmless, kOfProcess},
    {"action", true, kQemuHarmless, kOfManagement},
    {"watchdog", true, kQemuHarmless, kOfManagement},
    {"watchdog-action", true, kQemuHarmless, kOfManagement},
    {"no-reboot", false, kQemuHarmless, kOfManagement},
    {"no-shutdown", false, kQemuHarmless, kOfManagement},
    {"no-quit", false, kQemuHarmless, kOfManagement},
    {"S", false, kQemuHarmless, kOfManagement},
    {"s", false, kQemuHarmless, kOfManagement},
    {"gdb", true, kQemuHarmless, kOfManagement},
    {"L", true, kQemuHarmless, kOfBoot},
    {"seed", true, kQemuHarmless, "the guest's random numbers are not those of a run"},
    {"nodefaults", false, kQemuHarmless, "devices that QEMU makes by itself are not simulated"},
    {"nodefconfig", false, kQemuHarmless, kOfManagement},
    {"no-user-config", false, kQemuHarmless, kOfManagement},
    {"only-migratable", false, kQemuHarmless, "nothing migrates"},
    {"preconfig", false, kQemuHarmless, kOfManagement},
    {"semihosting", false, kQemuHarmless, kOfConsoles},
    {"semihosting-config", true, kQemuHarmless, kOfConsoles},
    {"prom-env", true, kQemuHarmless, kOfBoot},
    {"g", true, kQemuHarmless, kOfScreens},
    {"old-param", false, kQemuHarmless, kOfBoot},
    {"enable-fips", false, kQemuHarmless, kOfScreens},
    {"xen-domid", true, kQemuRefused, kXen},
    {"xen-attach", false, kQemuRefused, kXen},
    {"xen-domid-restrict", false, kQemuRefused, kXen},
    {"igd-passthru", false, kQemuRefused, kXen},
    {"version", false, kQemuHarmless, "QEMU prints it and ends"},
    {"help", false, kQemuHarmless, "QEMU prints it and ends"},
    {"h", false, kQemuHarmless, "QEMU prints it and ends"},
};

}  // namespace

const QemuOption* qemu_option(const std::string& word) {
  if (word.size() < 2 || word[0] != '-') return nullptr;
  const std::string name = word.substr(word[1] == '-' ? 2 : 1);
  const auto* const found = std::find_if(std::begin(kQemuOptions), std::end(kQemuOptions),
                                         [&](const QemuOption& one) { return name == one.name; });
  return found == std::end(kQemuOptions) ? nullptr : found;
}

std::vector<std::string> qemu_option_names() {
  std::vector<std::string> names;
  for (const QemuOption& one : kQemuOptions) names.push_back('-' + std::string(one.name));
  return names;
}

}  // namespace vqlab
