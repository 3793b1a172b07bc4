// What the block layer of a testbed's guest does between a process and the driver.
#pragma once

#include <cstdint>
#include <string>

#include "models/block/elevator.hpp"
#include "models/block/merging.hpp"
#include "models/block/plug.hpp"
#include "models/testbed/testbed.hpp"

namespace vqlab {

// Of requests that grow by merging. A ring that is shorter than controller.seg_max bounds them, too; of several devices
// the shortest ring bounds all.
[[nodiscard]] RequestLimits request_limits(const Testbed& testbed);

// Of the kernel that guest.driver is part of.
[[nodiscard]] PlugRules plug_rules(const Testbed& testbed);

// guest.scheduler; for "auto" on blk-mq what the kernel chooses, mq-deadline for one queue and none for several, else
// none.
[[nodiscard]] std::string scheduler_of(const Testbed& testbed);

// Of that scheduler, unless guest.nomerges forbids.
[[nodiscard]] ElevatorRules elevator_rules(const Testbed& testbed);
// Those of some device merge.
[[nodiscard]] bool has_elevator(const Testbed& testbed);

// An io_submit of the job holds requests back in a plug: it submits as many I/Os as that takes, or an I/O is split.
[[nodiscard]] bool plugs_batches(const Testbed& testbed, const FioJob& job);

// Requests can meet that lie side by side: in a plug, or, of a job that reads or writes in sequence, where they wait;
// and, with that, whether they are merged then. Among those that wait others' neighbours are too rare to be looked for.
[[nodiscard]] bool neighbours_meet(const Testbed& testbed);
[[nodiscard]] bool can_merge(const Testbed& testbed);

// What all processes of a guest have in common; found by looking at all jobs and devices.
struct BlockRules {
  explicit BlockRules(const Testbed& testbed)
      : limits(request_limits(testbed)),
        plug(plug_rules(testbed)),
        splits(testbed.most_requests_of_io() > 1),
        merges(can_merge(testbed)),
        merges_in_plugs(testbed.guest.nomerges < 2),
        merges_waiting(merges && has_elevator(testbed)) {}

  RequestLimits limits;
  PlugRules plug;
  bool splits;           // an I/O may be more than one request
  bool merges;           // I/Os may become part of others' requests
  bool merges_in_plugs;  // also where they are held back together
  bool merges_waiting;   // also where some device's requests wait
};

// The most I/Os of one request, chance neighbours of random jobs apart.
[[nodiscard]] double most_merged_ios(const Testbed& testbed);
// Pages of the largest request, merged ones included.
[[nodiscard]] std::uint32_t most_merged_pages(const Testbed& testbed);

}  // namespace vqlab
