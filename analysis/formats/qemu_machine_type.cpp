#include "analysis/formats/qemu_machine_type.hpp"

#include <cctype>
#include <cstdlib>
#include <utility>

namespace vqlab {
namespace {

struct DistributionType {
  const char* name;
  QemuVersion version;
};

// Ubuntu's releases and the QEMU that each ships; those of RHEL by the QEMU whose defaults they keep.
constexpr DistributionType kDistributionTypes[] = {
    {"trusty", {2, 0}},   {"xenial", {2, 5}},  {"bionic", {2, 11}},   {"cosmic", {2, 12}}, {"disco", {3, 1}},
    {"eoan", {4, 0}},     {"focal", {4, 2}},   {"groovy", {5, 0}},    {"hirsute", {5, 2}}, {"impish", {6, 0}},
    {"jammy", {6, 2}},    {"kinetic", {7, 0}}, {"lunar", {7, 2}},     {"mantic", {8, 0}},  {"noble", {8, 2}},
    {"oracular", {9, 0}}, {"plucky", {9, 2}},  {"questing", {10, 1}}, {"rhel6", {1, 0}},   {"rhel7", {2, 12}},
    {"rhel8.0", {3, 1}},  {"rhel8.1", {4, 1}}, {"rhel8.2", {4, 2}},   {"rhel8.3", {5, 1}}, {"rhel8.4", {5, 2}},
    {"rhel8.5", {6, 0}},  {"rhel8", {6, 2}},   {"rhel9.0", {6, 2}},   {"rhel9.2", {7, 2}}, {"rhel9.4", {8, 2}},
    {"rhel9", {9, 1}},    {"rhel10", {9, 2}},
};

constexpr const char* kMachineFamilies[] = {"pc-i440fx", "pc-q35",          "pc",    "q35",      "virt", "microvm",
                                            "pseries",   "s390-ccw-virtio", "isapc", "x-remote", "none"};

}  // namespace

std::optional<QemuMachineType> qemu_machine_type(const std::string& name) {
  std::string plain = name.substr(0, name.find('+'));  // Proxmox has versions of its own behind it
  std::string family;
  for (const char* const one : kMachineFamilies) {
    const std::string with = one;
    if (plain.compare(0, with.size(), with) == 0 && with.size() > family.size() &&
        (plain.size() == with.size() || plain[with.size()] == '-'))
      family = with;
  }
  if (family.empty()) return std::nullopt;
  if (plain.size() == family.size()) return QemuMachineType{};
  const std::string version = plain.substr(family.size() + 1);
  for (const DistributionType& one : kDistributionTypes)
    if (version.compare(0, std::string(one.name).size(), one.name) == 0) return QemuMachineType{one.version, true};
  const std::size_t dot = version.find('.');
  if (version.empty() || std::isdigit(static_cast<unsigned char>(version[0])) == 0 || dot == std::string::npos ||
      version.size() > 12)
    return std::nullopt;
  return QemuMachineType{{std::atoi(version.c_str()), std::atoi(version.c_str() + dot + 1)}, false};
}

}  // namespace vqlab
