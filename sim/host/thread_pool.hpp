// QEMU's thread pool: one mutex, one FIFO, threads made on demand up to a limit. QEMU 1.3 has one for the whole
// process, later versions one for each event loop.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "models/base/busy_time.hpp"
#include "models/base/fifo.hpp"
#include "sim/engine/process.hpp"
#include "sim/host/host_part.hpp"

namespace vqlab::sim {

class ThreadPool final : public Aio {
 public:
  // References must outlive the pool. `owner` as in AioFactory.
  ThreadPool(const HostSetup& setup, AioListener& listener, const std::string& owner = "");

  [[nodiscard]] Duration draw_submit(std::uint32_t) override { return Duration{0}; }
  [[nodiscard]] std::uint32_t sleepers() const override { return sleeping_; }
  // Queues the request, and wakes or makes a thread for it.
  void submit(HostRequest& request) override;

  [[nodiscard]] PoolTimes pool_times() const override;
  [[nodiscard]] std::uint32_t threads_max() const override { return threads_max_; }

 private:
  // Its step waits among the sleepers, or for the end of its waking.
  struct Worker : Step {
    HostThread thread;
    ThreadTime time;
    const Slowdown& slowdown;
    explicit Worker(PhysicalCpus& cpus) : slowdown(cpus.slowdown(thread)) { thread.time = &time; }
  };
  struct Sleep {
    ThreadPool& pool;
    Worker& worker;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> process) noexcept {
      worker.process = process;
      pool.sleepers_.push_back(worker);
      ++pool.sleeping_;
    }
    void await_resume() const noexcept {}
  };

  Process work(Worker& worker);
  void add_worker();
  // The worker is awake from now on; the result is the time until it runs.
  [[nodiscard]] Duration wake(Worker& worker);
  void sleep(Worker& worker);
  // The same with a request in hand that waits for storage.
  [[nodiscard]] Duration wake_in_storage(Worker& worker);
  void sleep_in_storage(Worker& worker);
  // Storage has the request until it is over; its thread sleeps. `device` may be null.
  Task<> wait_for_storage(Worker& worker, HostRequest& request, StorageDevice* device);
  // The device has the request until it is over; the thread sleeps.
  Task<> stay_at_device(Worker& worker, HostRequest& request, StorageDevice& device);
  // The device writes all that the flush's disk has in the page cache; the thread sleeps.
  Task<> write_back(Worker& worker, DiskCache& cache, const HostRequest& flush, StorageDevice& device);
  // Takes and releases the pool's mutex, which is held for so long: the time until that is done. Threads take it in the
  // order in which they come and hold it for a time known beforehand, so the waiting needs no events.
  [[nodiscard]] Duration lock_pool(const Worker& worker, Duration held) noexcept;
  // The same to take the request from the queue.
  [[nodiscard]] Duration lock_pool_to_take(const Worker& worker, HostRequest& request) noexcept;
  // So many threads are awake from now on, and so many wait for storage.
  void set_in_use(std::uint32_t awake, std::uint32_t in_storage) noexcept;

  Machine& machine_;
  AioListener& listener_;
  const BackendEntry& backend_;
  std::string backend_name_;
  const Storage& storage_;
  RandomStream random_;
  RandomStream slow_random_;
  CostSampler wakeup_latency_;
  CostSampler pool_lock_cost_;
  CostSampler request_cost_;
  CostSampler page_cost_;
  CostSampler slow_target_time_;

  Fifo<HostRequest> queue_;
  StepList sleepers_;            // each is woken for a request of its own
  std::uint32_t sleeping_ = 0;   // of them
  std::uint32_t unclaimed_ = 0;  // requests in the queue that no worker was woken for
  BusyTime lock_;                // the mutex
  std::deque<Worker> workers_;
  std::uint32_t threads_max_;
  std::string worker_cpus_;
  std::string owner_;  // "0.": of its threads' names, where there are several pools
  std::uint32_t awake_ = 0;
  std::uint32_t in_storage_ = 0;  // threads
  PoolTimes times_;               // until times_at_; the mutex has its own
  Instant times_at_{};
  ProcessGroup processes_;
};

}  // namespace vqlab::sim
