// QEMU's thread pool: one for the whole process, one mutex, one FIFO, threads made on demand up to a limit.
#pragma once

#include <cstdint>
#include <deque>

#include "models/backend/backend.hpp"
#include "models/base/fifo.hpp"
#include "models/testbed/testbed.hpp"
#include "sim/engine/process.hpp"
#include "sim/host/host_request.hpp"

namespace vqlab::sim {

// Hears of requests whose data has been moved.
class PoolListener {
 public:
  virtual ~PoolListener() = default;
  virtual void request_served(HostRequest& request) = 0;
};

class ThreadPool {
 public:
  // References must outlive the pool.
  ThreadPool(Machine& machine, const Testbed& testbed, PoolListener& listener, std::uint64_t seed);

  // Queues the request, and wakes or makes a thread for it.
  void submit(HostRequest& request);

  // Whether the next request wakes a sleeping thread, which is the submitter's cost.
  [[nodiscard]] bool has_sleeper() const noexcept { return !sleepers_.empty(); }

  // Requests submitted and not yet served.
  [[nodiscard]] std::uint32_t in_flight() const noexcept { return in_flight_; }
  // Time that threads have been awake so far, all together.
  [[nodiscard]] Duration busy_time() const noexcept;

 private:
  // Its step waits among the sleepers, or for the end of its waking.
  struct Worker : Step {
    HostThread thread;
  };
  struct Sleep {
    ThreadPool& pool;
    Worker& worker;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> process) noexcept {
      worker.process = process;
      pool.sleepers_.push_back(worker);
    }
    void await_resume() const noexcept {}
  };

  Process work(Worker& worker);
  // The worker is awake from now on; the result is the time until it runs.
  [[nodiscard]] Duration wake(Worker& worker);
  void sleep(Worker& worker);
  // Takes and releases the pool's mutex: the time until that is done. Threads take it in the order in which they come
  // and hold it for a time known beforehand, so the waiting needs no events.
  [[nodiscard]] Duration lock_pool() noexcept;
  void set_awake(std::uint32_t awake) noexcept;

  Machine& machine_;
  PoolListener& listener_;
  const BackendEntry& backend_;
  RandomStream random_;
  RandomStream slow_random_;
  CostSampler wakeup_latency_;
  CostSampler pool_lock_cost_;
  CostSampler request_cost_;
  CostSampler page_cost_;
  CostSampler slow_target_time_;

  Fifo<HostRequest> queue_;
  StepList sleepers_;            // each is woken for a request of its own
  std::uint32_t unclaimed_ = 0;  // requests in the queue that no worker was woken for
  Instant lock_free_{};          // when the mutex is free for the next thread
  std::deque<Worker> workers_;
  std::uint32_t threads_max_;
  std::uint32_t in_flight_ = 0;
  std::uint32_t awake_ = 0;
  Duration busy_time_{0};
  Instant busy_time_at_{};
  ProcessGroup processes_;
};

}  // namespace vqlab::sim
