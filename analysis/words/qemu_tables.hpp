// What QEMU's options and properties mean here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/words/option_class.hpp"

namespace vqlab {

struct QemuOption {
  const char* name;  // without its dash
  bool takes_argument;
  OptionClass kind;
  const char* words;  // null: its own properties are classed
};
// With one or two dashes in front. Null: QEMU has none of this name.
[[nodiscard]] const QemuOption* qemu_option(const std::string& word);
[[nodiscard]] std::vector<std::string> qemu_option_names();  // with a dash

struct QemuPropertyRow {
  const char* name;
  OptionClass kind;
  const char* words;               // as those of ClassedOption
  const char* harmless = nullptr;  // value with which it changes nothing, whatever `kind` says
  const char* here = nullptr;      // answers who writes it in a scenario; null: `words` do
};
using QemuPropertyTable = std::vector<QemuPropertyRow>;

// Of objects and devices. A table holds all that any version has.
[[nodiscard]] const QemuPropertyTable& qemu_controller_table();  // virtio-scsi-pci and its kin
[[nodiscard]] const QemuPropertyTable& qemu_vhost_table();       // vhost-scsi-pci
[[nodiscard]] const QemuPropertyTable& qemu_disk_table();        // scsi-hd, scsi-cd, scsi-block, scsi-generic
[[nodiscard]] const QemuPropertyTable& qemu_iothread_table();
[[nodiscard]] const QemuPropertyTable& qemu_smp_table();
[[nodiscard]] const QemuPropertyTable& qemu_drive_table();  // -drive
// Null: it has no such property. A row whose name ends in a dot, a dash or an underscore stands for all that begin so.
[[nodiscard]] const QemuPropertyRow* qemu_property(const QemuPropertyTable& table, const std::string& name);
// Whether it is the row's name, or one of those that the row stands for.
[[nodiscard]] bool is_named_by(std::string_view row, std::string_view name);
[[nodiscard]] std::vector<std::string> qemu_property_names(const QemuPropertyTable& table);

// A device that is neither a virtio-scsi controller nor a disk on one, by its driver. Null: it has nothing to do with
// disks.
struct QemuOtherDisk {
  const char* driver;  // or how it begins, with a `*` at the end
  OptionClass kind;
  const char* words;
  bool has_scsi_bus = false;
};
[[nodiscard]] const QemuOtherDisk* qemu_other_disk(const std::string& driver);

// "throttling.iops-total-max" without what stands before it, and the aliases of -drive ("iops_rd"), to the scenario's
// word ("iops_total_max"). Empty: it is no limit.
[[nodiscard]] std::string qemu_limit(const std::string& name);
[[nodiscard]] std::string qemu_drive_limit(const std::string& name);
// "iops_total in throttling of disks".
[[nodiscard]] std::string limit_of_disks(const std::string& limit);

inline constexpr const char* kCacheOfDisks =
    "cache in disks: \"none\", \"writeback\", \"writethrough\" or \"directsync\"";
inline constexpr const char* kThrottlingOfDisks =
    "throttling in disks: [{\"targets\": 1, \"throttling\": {\"iops_total\": 500}}]";

}  // namespace vqlab
