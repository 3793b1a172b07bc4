// virtio-scsi devices of a virtual machine as the scenario's controllers.
#pragma once

#include "analysis/formats/classed_option.hpp"
#include "analysis/formats/lower_disks.hpp"
#include "analysis/formats/virtual_machine.hpp"

namespace vqlab {

// controller, or controller and controllers.
void lower_controllers(const VirtualMachine& machine, const PlacedDisks& placed, ImportedPart& part);

// Those that have disks; without any disk the first.
[[nodiscard]] std::vector<std::size_t> used_controllers(const VirtualMachine& machine, const PlacedDisks& placed);
// The iothreads that have the queues of all devices in turn, one device's behind the other's; none if it is not so, or
// a mapping names no vqs.
[[nodiscard]] std::vector<std::string> dealt_iothreads(const VirtualMachine& machine,
                                                       const std::vector<std::size_t>& used);
// Several iothreads serve the queues of each of them, in the same way.
[[nodiscard]] bool shares_mapping(const VirtualMachine& machine, const std::vector<std::size_t>& used);

// The mapping of one of them as a scenario says it, without iothreads that would have no queue. `with_queues`: each
// queue stands there, though they are dealt out in turn.
[[nodiscard]] Json mapping_json(const VmController& one, std::int64_t vcpus, bool with_queues, ImportedPart& part);

// Which kind of thread serves these controllers.
struct ServedBy {
  bool vhost = false;
  bool iothreads = false;  // some name an iothread
  bool without = false;    // some do not
  bool exits = false;      // ioeventfd is off, for all of them
};
[[nodiscard]] ServedBy served_by(const VirtualMachine& machine, const PlacedDisks& placed);

}  // namespace vqlab
