#include "sim/host/direct_io.hpp"

#include <utility>

#include "sim/host/at_device.hpp"

namespace vqlab::sim {

DirectIo::DirectIo(const HostSetup& setup, AioListener& listener, const DirectIoCosts& costs, const std::string& stream)
    : machine_(setup.machine),
      listener_(listener),
      storage_(setup.storage),
      backend_(*Registry<BackendEntry>::instance().find(setup.testbed.host.backend)),
      backend_name_(setup.testbed.host.backend),
      copies_(backend_.work(kPageBytes).copy_bytes > 0),
      random_(setup.seed, stream),
      call_cost_(costs.call_ns, setup.testbed.hardware.speed()),
      request_cost_(costs.request_ns, setup.testbed.hardware.speed()),
      cached_page_cost_(costs.cached_page_ns, setup.testbed.hardware.speed()),
      processes_(setup.machine.calendar) {}

Duration DirectIo::draw_submit(std::uint32_t requests) {
  return call_cost_.sample_with(random_, CostPart{request_cost_, requests});
}

Duration DirectIo::in_submitter(const HostRequest& request) {
  StorageDevice* const device = storage_.of(request);
  if (copies_ && request.moved_bytes() > 0) [[unlikely]] {
    const BackendWork work = checked_work(backend_, backend_name_, request.moved_bytes());
    return cached_page_cost_.sample_with(random_, CostPart{cached_page_cost_, work.worker_pages - 1});
  }
  return device == nullptr ? Duration{0} : device->in_submitter(request.at_device);
}

void DirectIo::submit(HostRequest& request) {
  if (storage_.of(request) == nullptr) {
    served(request);
    return;
  }
  Slot* slot = free_.pop_front();
  if (slot == nullptr) {
    slot = &slots_.emplace_back(machine_.calendar);
    processes_.start(serve(*slot));
  }
  slot->request = &request;
  slot->taken.signal();
}

Process DirectIo::serve(Slot& slot) {
  while (true) {
    co_await slot.taken.wait();
    HostRequest& request = *slot.request;
    machine_.stages.end<Stage::kWorker>(*request.stages, machine_.calendar.now());
    request.stages->serve<Stage::kDevice>(Duration{0});
    StorageDevice& device = *storage_.of(request);
    const DiskCache* const cache = storage_.cache_of(request);
    bool flushes = cache != nullptr && cache->flushes(request.at_device);
    while (true) {
      Duration wait{0};
      while ((wait = wait_at_device(machine_, device, backend_name_, request)) > Duration{0})
        co_await machine_.calendar.sleep(wait, request.at_device.waits_for);
      if (!std::exchange(flushes, false)) break;
      request.at_device = flush_of(request.at_device);
    }
    machine_.stages.end<Stage::kDevice>(*request.stages, machine_.calendar.now());
    free_.push_front(slot);
    served(request);
  }
}

void DirectIo::served(HostRequest& request) {
  machine_.stages.end<Stage::kCopy>(*request.stages, machine_.calendar.now());
  (void)listener_.request_served(request);  // an interrupt tells it
}

}  // namespace vqlab::sim
