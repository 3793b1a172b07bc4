#include "sim/host/thread_pool.hpp"

#include <algorithm>

namespace vqlab::sim {

ThreadPool::ThreadPool(const HostSetup& setup, AioListener& listener, const std::string& owner)
    : machine_(setup.machine),
      listener_(listener),
      backend_(*Registry<BackendEntry>::instance().find(setup.testbed.host.backend)),
      backend_name_(setup.testbed.host.backend),
      device_(setup.device),
      random_(setup.seed, "host/thread_pool" + owner),
      slow_random_(setup.seed, "host/slow_target" + owner),
      wakeup_latency_(setup.testbed.host_costs.worker_wakeup_ns, setup.testbed.hardware.speed()),
      pool_lock_cost_(setup.testbed.host_costs.pool_lock_ns, setup.testbed.hardware.speed()),
      request_cost_(setup.testbed.host_costs.worker_ns, setup.testbed.hardware.speed()),
      page_cost_(setup.testbed.host_costs.worker_page_ns, setup.testbed.hardware.speed()),
      slow_target_time_(setup.testbed.host.slow_target_ns),
      threads_max_(setup.testbed.host.worker_threads_max),
      processes_(setup.machine.calendar) {}

void ThreadPool::submit(HostRequest& request) {
  queue_.push_back(request);
  ++in_flight_;
  if (Step* const sleeper = sleepers_.pop_front()) {
    --sleeping_;
    sleeper->resource = ResourceId::kWakeUps;
    machine_.calendar.schedule(*sleeper, wake(static_cast<Worker&>(*sleeper)));
    return;
  }
  ++unclaimed_;
  if (workers_.size() < threads_max_) processes_.start(work(workers_.emplace_back()));
}

Duration ThreadPool::wake(Worker& worker) {
  set_awake(awake_ + 1);
  const Duration latency = machine_.cpus.wake(worker.thread);
  return latency + wakeup_latency_.sample(random_);
}

void ThreadPool::sleep(Worker& worker) {
  set_awake(awake_ - 1);
  machine_.cpus.sleep(worker.thread);
}

Process ThreadPool::work(Worker& worker) {
  co_await machine_.calendar.sleep(wake(worker), ResourceId::kWakeUps);
  while (true) {
    if (unclaimed_ > 0) {
      --unclaimed_;
    } else {
      sleep(worker);
      co_await Sleep{*this, worker};
    }
    const Duration lock = lock_pool();
    HostRequest& request = *queue_.pop_front();
    const BackendWork backend = checked_work(backend_, backend_name_, request.data_bytes);
    const Duration cost = request_cost_.sample_with(random_, CostPart{page_cost_, backend.worker_pages});
    machine_.stages.end<Stage::kPoolWait>(*request.stages, machine_.calendar.now() + lock);
    request.stages->serve<Stage::kCopy>(cost + machine_.memory_bus.alone(backend.copy_bytes));
    co_await machine_.calendar.sleep(lock + machine_.cpus.slowdown().of(cost), ResourceId::kWorkers);
    if (request.slow) [[unlikely]] {
      sleep(worker);
      const Duration slow = slow_target_time_.sample(slow_random_);
      request.stages->serve_more<Stage::kCopy>(slow);
      co_await machine_.calendar.sleep(slow, ResourceId::kWorkers);
      co_await machine_.calendar.sleep(wake(worker), ResourceId::kWakeUps);
    }
    if (device_ != nullptr) co_await wait_for_device(worker, request);
    co_await machine_.memory_bus.transfer(backend.copy_bytes);
    machine_.stages.end<Stage::kCopy>(*request.stages, machine_.calendar.now());
    --in_flight_;
    listener_.request_served(request);
  }
}

Task<> ThreadPool::wait_for_device(Worker& worker, HostRequest& request) {
  sleep(worker);
  while (true) {
    const Instant now = machine_.calendar.now();
    const Instant next = checked_advance(*device_, backend_name_, request.at_device, now);
    if (next == now) break;
    co_await machine_.calendar.sleep(next - now, ResourceId::kStorage);
  }
  request.stages->serve_more<Stage::kCopy>(request.at_device.service);
  co_await machine_.calendar.sleep(wake(worker), ResourceId::kWakeUps);
}

Duration ThreadPool::lock_pool() noexcept {
  const Instant now = machine_.calendar.now();
  const Instant granted = std::max(now, lock_free_);
  lock_free_ = granted + machine_.cpus.slowdown().of(pool_lock_cost_.sample(random_));
  return lock_free_ - now;
}

void ThreadPool::set_awake(std::uint32_t awake) noexcept {
  busy_time_ = busy_time();
  busy_time_at_ = machine_.calendar.now();
  awake_ = awake;
}

Duration ThreadPool::busy_time() const { return busy_time_ + (machine_.calendar.now() - busy_time_at_) * awake_; }

}  // namespace vqlab::sim
