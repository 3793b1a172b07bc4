// What a point is, whichever words said it.
#pragma once

#include <string>
#include <vector>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/section.hpp"
#include "models/testbed/controllers.hpp"

namespace vqlab {

// The iothread that serves each request queue of each device, by name. A lone iothread without a name is "iothread0".
// Precondition: host.server is "iothreads".
[[nodiscard]] std::vector<std::vector<std::string>> iothreads_of_queues(const PointSpec& spec,
                                                                        const std::vector<PlacedController>& placed);

// The same for two points that a simulation does not tell apart, for all that their own values say:
//   values: parameters that the point reads, by path, without those below;
//   jobs: the running jobs, with their targets and all that they read;
//   controllers: the devices with their targets, what they read, and the iothread of each queue;
//   disks: what the disk of each target says.
[[nodiscard]] Json resolved_point(const PointSpec& spec);

// Drops from the resolved forms of two points those `values` that only one of them reads, and that both have: whether a
// value is read is judged device by device where devices are listed.
void drop_values_alike(const PointSpec& one_spec, Json& one, const PointSpec& other_spec, Json& other);

}  // namespace vqlab
