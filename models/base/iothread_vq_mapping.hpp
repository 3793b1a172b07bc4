// Which thread serves which queue, as QEMU's property iothread-vq-mapping says it (qapi/virtio.json; of virtio-blk
// since 9.0, of virtio-scsi since 10.0).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vqlab {

struct IothreadVqs {
  std::string iothread;
  std::vector<std::uint32_t> vqs;  // request queues; empty: they are dealt out to all threads in turn

  friend bool operator==(const IothreadVqs&, const IothreadVqs&) = default;
};

// Each thread once, each queue at most once, and queues for all of them or for none. An empty one stands for one thread
// that serves all queues.
using IothreadVqMapping = std::vector<IothreadVqs>;

// Whether each of the queues 0 to `queues` - 1, and no other, has a thread.
[[nodiscard]] bool maps_all(const IothreadVqMapping& mapping, std::uint32_t queues);

// The place in `mapping` of the thread of each queue of so many devices, those of the first device first; 0 if it is
// empty. Named queues are those of each device. Precondition: maps_all(mapping, queues).
[[nodiscard]] std::vector<std::uint32_t> thread_of_queue(const IothreadVqMapping& mapping, std::uint32_t queues,
                                                         std::uint32_t devices = 1);

}  // namespace vqlab
