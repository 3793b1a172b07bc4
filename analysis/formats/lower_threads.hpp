// The host's threads of a virtual machine: who serves, how they poll, where they run and for how long.
#pragma once

#include "analysis/formats/classed_option.hpp"
#include "analysis/formats/lower_disks.hpp"
#include "analysis/formats/virtual_machine.hpp"

namespace vqlab {

// host, iothreads and vhost_scsi.
void lower_threads(const VirtualMachine& machine, const PlacedDisks& placed, ImportedPart& part);

}  // namespace vqlab
