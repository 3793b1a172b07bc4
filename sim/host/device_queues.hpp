// The device's side of the request queues that one thread serves, and the requests that it has taken from them.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "models/base/fifo.hpp"
#include "models/base/ids.hpp"
#include "models/scsi/cdb.hpp"
#include "models/testbed/testbed.hpp"
#include "models/virtqueue/either_ring.hpp"
#include "sim/host/host_request.hpp"
#include "sim/machine/machine.hpp"

namespace vqlab::sim {

struct HostQueue {
  LineIndex line;
  EitherDevice ring;
  bool kicked = false;
  bool polled = false;                      // a loop that polls looks at its ring
  std::uint32_t handler = 0;                // its number among those of its loop
  Fifo<HostRequest> in_kick{};              // taken by vCPUs that serve their kicks
  std::vector<StageRecord*> unannounced{};  // of requests pushed since the guest was last told, or looked whether to
  HostQueue* next = nullptr;
};

class DeviceQueues {
 public:
  // References must outlive the object.
  DeviceQueues(Machine& machine, const Testbed& testbed);

  // Serves this queue, too. What it returns stays where it is.
  HostQueue& add(LineIndex line);

  // Takes the next request from the ring into a free HostRequest, or null: its stage kKick ends.
  [[nodiscard]] HostRequest* pop(HostQueue& queue);
  // The buffer after that is taken soon: a hint.
  void fetch_ahead() const noexcept;
  // Writes the response and puts it into the used ring. The request is free for another one.
  void push(HostQueue& queue, HostRequest& request);

 private:
  // Fills in what the request asks the device for: a flush or a trim.
  static void take_task(HostRequest& request, std::span<const std::byte, scsi::kCdbBytes> cdb, std::uint32_t unit);
  // Number of the logical unit in the machine.
  [[nodiscard]] std::uint32_t unit(LineIndex line, TargetId target, LunId lun) const noexcept;

  Machine& machine_;
  std::vector<const std::uint32_t*> targets_;          // of the queue's device, by its number there
  std::vector<std::vector<std::uint32_t>> of_device_;  // what they point to
  std::uint32_t luns_per_target_;
  std::uint32_t slow_targets_;
  std::deque<HostQueue> queues_;
  std::deque<HostRequest> requests_;  // all ever made
  Fifo<HostRequest> free_;
  const std::byte* next_header_ = nullptr;  // probably, of the request after the one that was popped last
  Chain chain_;                             // of the request that is being taken
};

}  // namespace vqlab::sim
