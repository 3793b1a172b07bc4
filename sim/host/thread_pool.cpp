#include "sim/host/thread_pool.hpp"

#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "models/base/cpu_list.hpp"
#include "models/base/fetch_ahead.hpp"
#include "sim/host/at_device.hpp"

namespace vqlab::sim {

ThreadPool::ThreadPool(const HostSetup& setup, AioListener& listener, const std::string& owner)
    : machine_(setup.machine),
      listener_(listener),
      backend_(*Registry<BackendEntry>::instance().find(setup.testbed.host.backend)),
      backend_name_(setup.testbed.host.backend),
      storage_(setup.storage),
      random_(setup.seed, "host/thread_pool" + owner),
      slow_random_(setup.seed, "host/slow_target" + owner),
      wakeup_latency_(setup.testbed.host_costs.worker_wakeup_ns, setup.testbed.hardware.speed()),
      pool_lock_cost_(setup.testbed.host_costs.pool_lock_ns, setup.testbed.hardware.speed()),
      request_cost_(setup.testbed.host_costs.worker_ns, setup.testbed.hardware.speed()),
      page_cost_(setup.testbed.host_costs.worker_page_ns, setup.testbed.hardware.speed()),
      slow_target_time_(setup.testbed.host.slow_target_ns),
      threads_max_(setup.testbed.host.worker_threads_max),
      worker_cpus_(setup.testbed.host.worker_cpus),
      owner_(owner.empty() ? "" : owner.substr(1) + "."),
      processes_(setup.machine.calendar) {}

void ThreadPool::submit(HostRequest& request) {
  queue_.push_back(request);
  if (Step* const sleeper = sleepers_.pop_front()) {
    --sleeping_;
    sleeper->resource = ResourceId::kWakeUps;
    Worker& worker = static_cast<Worker&>(*sleeper);
    const Duration latency = wake(worker);
    worker.time.begin(machine_.calendar, worker, latency, Work::kWakeUp);
    return;
  }
  ++unclaimed_;
  if (workers_.size() < threads_max_) add_worker();
}

void ThreadPool::add_worker() {
  const auto number = static_cast<std::uint32_t>(workers_.size());
  Worker& worker = workers_.emplace_back(machine_.cpus);
  machine_.cpus.limit(worker.thread, ThreadKind::kEmulator);
  machine_.cpus.name(worker.thread, TraceSink::Kind::kWorker, "worker " + owner_ + std::to_string(number));
  if (worker.thread.traced != TraceSink::kNobody) worker.time.be_traced(worker.thread.traced);
  if (const auto cpu = pinned_cpu(worker_cpus_, number)) worker.thread.pinned = *cpu;
  processes_.start(work(worker));
}

Duration ThreadPool::wake(Worker& worker) {
  ++times_.wakeups;
  set_in_use(awake_ + 1, in_storage_);
  const Duration latency = machine_.cpus.wake(worker.thread);
  return latency + wakeup_latency_.sample(random_);
}

void ThreadPool::sleep(Worker& worker) {
  set_in_use(awake_ - 1, in_storage_);
  machine_.cpus.sleep(worker.thread);
}

Process ThreadPool::work(Worker& worker) {
  const Duration latency = wake(worker);
  co_await worker.time.work(machine_.calendar, latency, ResourceId::kWakeUps, Work::kWakeUp);
  while (true) {
    if (unclaimed_ > 0) {
      --unclaimed_;
    } else {
      sleep(worker);
      co_await Sleep{*this, worker};
    }
    HostRequest& request = *queue_.pop_front();
    if (const HostRequest* const next = queue_.front()) {
      fetch_ahead(next->stages);
      fetch_ahead(next->next);
    }
    const Duration lock = lock_pool_to_take(worker, request);
    BackendWork backend = checked_work(backend_, backend_name_, request.moved_bytes());
    StorageDevice* device = storage_.of(request);
    if (DiskCache* const cache = storage_.cache_of(request)) [[unlikely]] {
      if (cache->in_page_cache) backend = page_cache_work(request.moved_bytes());
      if (!cache->reaches_device(request.at_device)) {
        if (device != nullptr) cache->stay(request.at_device);
        device = nullptr;
      }
    }
    Duration cost = request_cost_.sample_with(random_, CostPart{page_cost_, backend.worker_pages});
    if (device != nullptr) cost += device->in_submitter(request.at_device);
    request.stages->serve<Stage::kWorker>(cost);
    request.stages->serve<Stage::kDevice>(Duration{0});
    request.stages->serve<Stage::kCopy>(machine_.memory_bus.alone(backend.copy_bytes));
    const Duration work = worker.slowdown.of(cost);
    co_await worker.time.work(machine_.calendar, lock + work,
                              lock > work ? ResourceId::kPoolLock : ResourceId::kWorkers, Work::kWorker);
    if (request.slow || device != nullptr) {
      co_await wait_for_storage(worker, request, device);
    } else {
      // One by one, which is quicker than the last one with all before it.
      machine_.stages.end<Stage::kWorker>(*request.stages, machine_.calendar.now());
      machine_.stages.end<Stage::kDeviceCommand>(*request.stages, machine_.calendar.now());
      machine_.stages.end<Stage::kDevice>(*request.stages, machine_.calendar.now());
    }
    co_await machine_.memory_bus.transfer(backend.copy_bytes);
    machine_.stages.end<Stage::kCopy>(*request.stages, machine_.calendar.now());
    // It takes the mutex again to tell of the request. Nobody sees when it has done so, but the next one waits.
    (void)lock_pool(worker, pool_lock_cost_.sample(random_));
    if (listener_.request_served(request))
      co_await worker.time.work(machine_.calendar, worker.slowdown.of(machine_.wake_thread.sample(random_)),
                                ResourceId::kWorkers, Work::kTellLoop);
  }
}

Task<> ThreadPool::wait_for_storage(Worker& worker, HostRequest& request, StorageDevice* device) {
  machine_.stages.end<Stage::kWorker>(*request.stages, machine_.calendar.now());
  if (request.slow) [[unlikely]] {
    machine_.stages.end<Stage::kDeviceCommand>(*request.stages, machine_.calendar.now());
    sleep_in_storage(worker);
    const Duration slow = slow_target_time_.sample(slow_random_);
    request.stages->serve<Stage::kDevice>(slow);
    co_await machine_.calendar.sleep(slow, ResourceId::kDeviceLatency);
    const Duration latency = wake_in_storage(worker);
    co_await worker.time.work(machine_.calendar, latency, ResourceId::kWakeUps, Work::kWakeUp);
  }
  if (device == nullptr) {
    machine_.stages.end<Stage::kDevice>(*request.stages, machine_.calendar.now());
    co_return;
  }
  DiskCache* const cache = storage_.cache_of(request);
  if (cache != nullptr && request.at_device.task == DeviceTask::kFlush) [[unlikely]]
    co_await write_back(worker, *cache, request, *device);
  const bool flushes = cache != nullptr && cache->flushes(request.at_device);
  co_await stay_at_device(worker, request, *device);
  if (flushes) [[unlikely]] {
    request.at_device = flush_of(request.at_device);
    co_await stay_at_device(worker, request, *device);
  }
  machine_.stages.end<Stage::kDevice>(*request.stages, machine_.calendar.now());
}

Task<> ThreadPool::stay_at_device(Worker& worker, HostRequest& request, StorageDevice& device) {
  Duration wait = wait_at_device(machine_, device, backend_name_, request);
  if (wait == Duration{0}) co_return;
  sleep_in_storage(worker);
  do co_await machine_.calendar.sleep(wait, request.at_device.waits_for);
  while ((wait = wait_at_device(machine_, device, backend_name_, request)) > Duration{0});
  const Duration latency = wake_in_storage(worker);
  co_await worker.time.work(machine_.calendar, latency, ResourceId::kWakeUps, Work::kWakeUp);
}

Task<> ThreadPool::write_back(Worker& worker, DiskCache& cache, const HostRequest& flush, StorageDevice& device) {
  if (cache.dirty.empty()) co_return;
  // By the time at which the device is to be asked again, then by offset.
  using Due = std::pair<Instant, std::size_t>;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due;
  std::vector<DeviceRequest> writes;
  for (const auto& [offset, bytes] : std::exchange(cache.dirty, {}))
    writes.push_back({.offset_bytes = offset, .unit = flush.at_device.unit, .bytes = bytes, .write = true});
  const auto advance = [&](std::size_t i) {
    const Instant now = machine_.calendar.now();
    const Instant next = checked_advance(device, backend_name_, writes[i], now);
    if (next > now) due.emplace(next, i);
  };
  for (std::size_t i = 0; i < writes.size(); ++i) advance(i);
  if (due.empty()) co_return;
  sleep_in_storage(worker);
  while (!due.empty()) {
    const auto [when, i] = due.top();
    due.pop();
    if (when > machine_.calendar.now())
      co_await machine_.calendar.sleep(when - machine_.calendar.now(), writes[i].waits_for);
    advance(i);
  }
  const Duration latency = wake_in_storage(worker);
  co_await worker.time.work(machine_.calendar, latency, ResourceId::kWakeUps, Work::kWakeUp);
}

void ThreadPool::sleep_in_storage(Worker& worker) {
  set_in_use(awake_, in_storage_ + 1);
  sleep(worker);
}

Duration ThreadPool::wake_in_storage(Worker& worker) {
  set_in_use(awake_, in_storage_ - 1);
  return wake(worker);
}

Duration ThreadPool::lock_pool(const Worker& worker, Duration held) noexcept {
  const Instant now = machine_.calendar.now();
  return lock_.add(now, worker.slowdown.of(held)) - now;
}

Duration ThreadPool::lock_pool_to_take(const Worker& worker, HostRequest& request) noexcept {
  const Instant now = machine_.calendar.now();
  const Duration held = pool_lock_cost_.sample(random_);
  const Duration taken = lock_pool(worker, held);
  machine_.stages.end<Stage::kPoolWait>(*request.stages, now);
  request.stages->serve<Stage::kPoolLock>(held);
  machine_.stages.end<Stage::kPoolLock>(*request.stages, now + taken);
  return taken;
}

void ThreadPool::set_in_use(std::uint32_t awake, std::uint32_t in_storage) noexcept {
  const Duration since = machine_.calendar.now() - times_at_;
  times_.awake += since * awake_;
  times_.in_use += since * (awake_ + in_storage_);
  times_at_ += since;
  awake_ = awake;
  in_storage_ = in_storage;
}

PoolTimes ThreadPool::pool_times() const {
  const Instant now = machine_.calendar.now();
  const Duration since = now - times_at_;
  return {times_.awake + since * awake_, times_.in_use + since * (awake_ + in_storage_), lock_.so_far(now),
          times_.wakeups};
}

}  // namespace vqlab::sim
