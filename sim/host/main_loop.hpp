// QEMU 1.3's main loop: one thread that serves all queues of all devices under the big lock.
//
// An iteration polls every descriptor, then runs bottom halves (push the used entry, inject), then looks at what the
// thread pool has served (finding it in the list of requests in flight), then pops from the queues that were kicked
// until they are empty.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "models/base/fifo.hpp"
#include "models/base/ids.hpp"
#include "models/testbed/testbed.hpp"
#include "models/virtqueue/either_ring.hpp"
#include "sim/engine/process.hpp"
#include "sim/engine/sync.hpp"
#include "sim/host/host_request.hpp"
#include "sim/host/thread_pool.hpp"
#include "sim/machine/machine.hpp"

namespace vqlab::sim {

class MainLoop final : private DoorbellListener, private PoolListener {
 public:
  // Registers with the machine; its thread begins asleep. References must outlive the loop.
  MainLoop(Machine& machine, const Testbed& testbed, std::uint64_t seed);

  // Time that the thread has worked so far.
  [[nodiscard]] Duration busy_time() const noexcept { return busy_time_; }
  [[nodiscard]] const ThreadPool& pool() const noexcept { return pool_; }

 private:
  struct Queue {
    LineIndex line;
    EitherDevice ring;
    bool kicked = false;
    Queue* next = nullptr;
  };

  bool kicked(LineIndex queue) override;
  void request_served(HostRequest& request) override;

  Process run();
  // Whether a target of the queue's device is one of the slow ones.
  [[nodiscard]] bool is_slow(const Queue& queue, TargetId target) const noexcept {
    return target.value * devices_ + queue.line / queues_per_device_ < slow_targets_;
  }
  // Takes the next request from the ring into a free HostRequest, or null.
  [[nodiscard]] HostRequest* pop(Queue& queue);
  void push(Queue& queue, HostRequest& request);
  // What finding these among the requests in flight takes.
  [[nodiscard]] Duration draw_finish(const Fifo<HostRequest>& found) noexcept;

  [[nodiscard]] bool idle() const noexcept;
  template <std::same_as<CostPart>... Parts>
  [[nodiscard]] Duration draw(const CostSampler& cost, const Parts&... parts) noexcept {
    return cost.sample_with(random_, parts...);
  }
  // The thread works; awaitable.
  [[nodiscard]] auto spend(Duration work) noexcept {
    const Duration stretched = machine_.cpus.slowdown().of(work);
    busy_time_ += stretched;
    return machine_.calendar.sleep(stretched, ResourceId::kMainLoop);
  }

  Machine& machine_;
  RandomStream random_;
  ThreadPool pool_;
  std::uint32_t devices_;
  std::uint32_t queues_per_device_;
  std::uint32_t slow_targets_;
  std::uint32_t descriptors_;  // polled in each iteration
  HostThread thread_;
  std::vector<Queue> queues_;
  std::deque<HostRequest> requests_;  // all ever made
  Fifo<HostRequest> free_;
  Chain chain_;  // of the request that is being taken
  Fifo<Queue> kicked_;
  Fifo<HostRequest> served_;
  Fifo<HostRequest> bottom_halves_;
  std::uint64_t sequence_ = 0;
  Duration busy_time_{0};
  Event wake_up_;

  CostSampler iteration_cost_;
  CostSampler descriptor_cost_;
  CostSampler wakeup_latency_;
  CostSampler pop_cost_;
  CostSampler pop_page_cost_;
  CostSampler cold_request_cost_;
  CostSampler finish_cost_;
  CostSampler scan_entry_cost_;
  CostSampler complete_cost_;
  CostSampler complete_page_cost_;
  CostSampler inject_cost_;
  ProcessGroup processes_;
};

}  // namespace vqlab::sim
