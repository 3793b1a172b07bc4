// A libvirt domain of type kvm or qemu, as `virsh dumpxml` prints it.
#pragma once

#include <string>

#include "analysis/formats/classed_option.hpp"

namespace vqlab {

// `file` names the text in options and faults. The same members as those of import_qemu(), in qemu_import.hpp.
[[nodiscard]] ImportedPart import_libvirt(const std::string& text, const std::string& file);

}  // namespace vqlab
