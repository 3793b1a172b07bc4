// What fio, QEMU and libvirt call things, and what stands for them in a scenario: from the tables by which their files
// are imported.
#pragma once

#include <string>

namespace vqlab {

// Where an option of fio is said in a scenario, or "nothing: " and why. Empty if fio has no option of this name, or if
// it is a parameter of `job`.
[[nodiscard]] std::string fio_word(const std::string& key);

// The same of a property of QEMU's virtio-scsi-pci, vhost-scsi-pci, scsi-hd, iothread, -drive or -smp, and of an
// element or attribute of libvirt's.
[[nodiscard]] std::string qemu_word(const std::string& key);

// Dashes and underscores are alike.
[[nodiscard]] std::string with_underscores(std::string name);

}  // namespace vqlab
