// A QEMU command line, as people have it: a script with comments, continuations, quotes and variables, or the line
// alone.
#pragma once

#include <string>

#include "analysis/formats/classed_option.hpp"

namespace vqlab {

// `file` names the text in options and faults. Defaults are those of the machine type that the line names; a type
// without a version is the newest. The scenario's members are guest, controller or controllers, targets,
// luns_per_target, disks, host, iothreads and vhost_scsi, as far as the line says them; what a study with these jobs
// does not read may be among them.
[[nodiscard]] ImportedPart import_qemu(const std::string& text, const std::string& file);

}  // namespace vqlab
