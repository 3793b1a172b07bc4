// Which version of QEMU's defaults a machine type stands for.
#pragma once

#include <optional>
#include <string>

namespace vqlab {

struct QemuVersion {
  int major = 0;
  int minor = 0;

  [[nodiscard]] bool before(int of_major, int of_minor) const {
    return major < of_major || (major == of_major && minor < of_minor);
  }
  [[nodiscard]] std::string text() const { return std::to_string(major) + '.' + std::to_string(minor); }
};

struct QemuMachineType {
  QemuVersion version{1000, 0};  // the newest if the name has none
  bool of_distribution = false;  // whose versions are told by the one that they are built from
};

// "pc-q35-4.2", "q35", "pc-i440fx-focal", "pc-q35-rhel8.6.0", "virt-7.0", "q35+pve0". Nothing: it is no name of these.
[[nodiscard]] std::optional<QemuMachineType> qemu_machine_type(const std::string& name);

}  // namespace vqlab
