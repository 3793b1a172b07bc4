// What QEMU and libvirt call things, and what stands for them here.
#pragma once

#include <string>

namespace vqlab {

// Where a property of QEMU's virtio-scsi-pci, vhost-scsi-pci, iothread or -smp, or an attribute of libvirt's is said in
// a scenario, or that nothing stands for it. Empty if the word is none of them. Dashes and underscores are alike.
[[nodiscard]] std::string foreign_word(const std::string& key);

}  // namespace vqlab
