// The virtio-scsi devices of a testbed, one by one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/testbed/testbed.hpp"

namespace vqlab {

// One virtio-scsi device.
struct PlacedController {
  std::string name;
  Controller values;
  std::uint32_t queues = 0;
  std::uint32_t first_queue = 0;       // among those of the machine
  std::vector<std::uint32_t> targets;  // of the machine, in the order of their numbers on the device
};

// Those of the testbed's list, each with the values of `controller` where it has none of its own; without a list
// controller.devices equal ones. Those that name no targets have the others dealt out in turn. Targets that the testbed
// does not have are left out.
[[nodiscard]] std::vector<PlacedController> placed_controllers(const Testbed& testbed);
// All that can be asked of a testbed about its controller, asked about this one.
[[nodiscard]] Testbed with_controller(const Testbed& testbed, const PlacedController& one);
// Holds for one of them by itself.
[[nodiscard]] bool of_some_controller(const Testbed& testbed, bool (*holds)(const Testbed& one));

[[nodiscard]] bool has_several_queues(const Testbed& testbed);  // some device

// The values of `controller` with those of one element of the list.
[[nodiscard]] Controller with_values(Controller controller, const NamedSet& element);

}  // namespace vqlab
