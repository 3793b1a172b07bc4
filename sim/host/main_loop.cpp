#include "sim/host/main_loop.hpp"

#include <algorithm>
#include <utility>

#include "models/scsi/virtio_scsi.hpp"

namespace vqlab::sim {
namespace {

// Polled besides the request queues: control and event queue of each device, and the process's own (thread pool,
// signals, monitor, timers).
constexpr std::uint32_t kDescriptorsPerDevice = 2;
constexpr std::uint32_t kDescriptorsOfProcess = 6;
constexpr std::uint32_t kSectorBytes = 512;

}  // namespace

MainLoop::MainLoop(Machine& machine, const Testbed& testbed, std::uint64_t seed)
    : machine_(machine),
      random_(seed, "host/main_loop"),
      pool_(machine, testbed, *this, seed),
      devices_(testbed.controller.devices),
      queues_per_device_(testbed.controller.queues(testbed.guest.vcpus)),
      slow_targets_(testbed.host.slow_targets),
      descriptors_(static_cast<std::uint32_t>(machine.rings.size()) +
                   testbed.controller.devices * kDescriptorsPerDevice + kDescriptorsOfProcess),
      wake_up_(machine.calendar),
      iteration_cost_(testbed.host_costs.loop_iteration_ns, testbed.hardware.speed()),
      descriptor_cost_(testbed.host_costs.loop_fd_ns, testbed.hardware.speed()),
      wakeup_latency_(testbed.host_costs.loop_wakeup_ns, testbed.hardware.speed()),
      pop_cost_(testbed.host_costs.pop_ns, testbed.hardware.speed()),
      pop_page_cost_(testbed.host_costs.pop_page_ns, testbed.hardware.speed()),
      cold_request_cost_(testbed.host_costs.cold_request_ns *
                             cold_share(testbed.requests_in_flight(), testbed.host_costs.cached_requests),
                         testbed.hardware.speed()),
      finish_cost_(testbed.host_costs.finish_ns, testbed.hardware.speed()),
      scan_entry_cost_(testbed.host_costs.scan_entry_ns, testbed.hardware.speed()),
      complete_cost_(testbed.host_costs.complete_ns, testbed.hardware.speed()),
      complete_page_cost_(testbed.host_costs.complete_page_ns, testbed.hardware.speed()),
      inject_cost_(testbed.host_costs.inject_ns, testbed.hardware.speed()),
      processes_(machine.calendar) {
  machine_.host = this;
  queues_.reserve(machine.rings.size());  // they stay where they are
  for (LineIndex line = 0; line < machine.rings.size(); ++line) {
    const RingPlace& place = machine.rings[line];
    const DeviceOptions options{.size = place.size,
                                .indirect_desc = place.indirect_desc,
                                .event_idx = place.event_idx,
                                .data = {0, machine.data_bytes}};
    queues_.push_back({line, EitherDevice(place.format, machine.memory, place.area, options)});
  }
  processes_.start(run());
}

bool MainLoop::kicked(LineIndex queue) {
  Queue& kicked = queues_[queue];
  if (kicked.kicked) return false;
  kicked.kicked = true;
  kicked_.push_back(kicked);
  const bool woke = wake_up_.awaited();
  wake_up_.signal();
  return woke;
}

void MainLoop::request_served(HostRequest& request) {
  served_.push_front(request);  // the list is scanned from its newest end
  wake_up_.signal();
}

bool MainLoop::idle() const noexcept { return kicked_.empty() && served_.empty() && bottom_halves_.empty(); }

Process MainLoop::run() {
  co_await wake_up_.wait();
  co_await machine_.calendar.sleep(machine_.cpus.wake(thread_) + draw(wakeup_latency_), ResourceId::kWakeUps);
  while (true) {
    // What the poll has cost is paid with the first thing that it found.
    Duration owed = draw(iteration_cost_, CostPart{descriptor_cost_, descriptors_});

    while (HostRequest* const request = bottom_halves_.pop_front()) {
      Queue& queue = queues_[request->queue];
      StageRecord* const stages = request->stages;
      const Duration work = draw(complete_cost_, CostPart{complete_page_cost_, pages(request->data_bytes)});
      stages->serve_more<Stage::kCompletion>(work);
      co_await spend(std::exchange(owed, Duration{0}) + work);
      push(queue, *request);
      const bool interrupt = queue.ring.should_interrupt();
      machine_.stages.end<Stage::kCompletion>(*stages, machine_.calendar.now());
      if (interrupt) {
        const Duration inject = draw(inject_cost_);
        stages->serve<Stage::kInjection>(inject);
        co_await spend(inject);
        // The driver may have seen it before it was told.
        machine_.stages.end_if_in<Stage::kInjection>(*stages, machine_.calendar.now());
        machine_.counters.add(Count::kInterrupts);
        if (machine_.guest->interrupted(queue.line)) owed = draw(machine_.wake_thread);
      } else {
        stages->serve<Stage::kInjection>(Duration{0});
        machine_.stages.end<Stage::kInjection>(*stages, machine_.calendar.now());
      }
    }
    if (!served_.empty()) {
      Fifo<HostRequest> found = std::exchange(served_, {});
      owed += draw_finish(found);
      co_await spend(std::exchange(owed, Duration{0}));
      bottom_halves_ = found;
    }
    // From the first pop on, kicks come again: that is not before the poll is over.
    if (owed > Duration{0}) co_await spend(std::exchange(owed, Duration{0}));
    while (Queue* const queue = kicked_.pop_front()) {
      queue->kicked = false;
      while (HostRequest* const request = pop(*queue)) {
        queue->ring.arm_notifications();
        const Duration work =
            draw(pop_cost_, CostPart{pop_page_cost_, pages(request->data_bytes)}, CostPart{cold_request_cost_, 1},
                 CostPart{machine_.wake_thread, pool_.has_sleeper() ? 1u : 0u});
        request->stages->serve<Stage::kHostDispatch>(work);
        co_await spend(work);
        machine_.stages.end<Stage::kHostDispatch>(*request->stages, machine_.calendar.now());
        request->sequence = sequence_++;
        pool_.submit(*request);
      }
    }

    if (!idle()) continue;
    machine_.cpus.sleep(thread_);
    do co_await wake_up_.wait();
    while (idle());
    co_await machine_.calendar.sleep(machine_.cpus.wake(thread_) + draw(wakeup_latency_), ResourceId::kWakeUps);
  }
}

Duration MainLoop::draw_finish(const Fifo<HostRequest>& found) noexcept {
  // The scan for a served request begins anew at the newest one, and passes those that are not served yet.
  Duration cost{0};
  for (const HostRequest* request = found.front(); request != nullptr; request = request->next) {
    const std::uint64_t newer = sequence_ - request->sequence;
    const auto scanned = static_cast<std::uint32_t>(std::min<std::uint64_t>(newer, pool_.in_flight() + 1));
    const Duration work = draw(finish_cost_, CostPart{scan_entry_cost_, scanned});
    request->stages->serve<Stage::kCompletion>(work);
    cost += work;
  }
  return cost;
}

HostRequest* MainLoop::pop(Queue& queue) {
  if (!queue.ring.pop(chain_)) {
    ensure(!queue.ring.broken(), "the simulated driver behaves");
    return nullptr;
  }
  const Segment& header = chain_.readable().front();
  const std::byte* const bytes = machine_.memory.at(header.addr, scsi::kRequestBytes);
  ensure(bytes != nullptr && header.len == scsi::kRequestBytes, "a request header in guest memory");
  const std::span<const std::byte, scsi::kRequestBytes> command(bytes, scsi::kRequestBytes);
  const auto transfer = scsi::decode_transfer(scsi::request_cdb(command));
  const auto address = scsi::decode_lun(command.first<scsi::kLunBytes>());
  ensure(address && transfer, "a read or write of a logical unit");
  const Segment& response = chain_.writable().front();
  ensure(response.len == scsi::kResponseBytes, "room for a response header");

  HostRequest* request = free_.pop_front();
  if (request == nullptr) request = &requests_.emplace_back();
  request->queue = queue.line;
  request->head = chain_.head();
  request->response_addr = response.addr;
  request->writable_bytes = chain_.writable_bytes();
  request->data_bytes = std::uint64_t{transfer->blocks} * kSectorBytes;
  request->slow = slow_targets_ > 0 && is_slow(queue, address->target);
  const std::uint64_t tag = scsi::request_tag(command);
  request->stages = &machine_.stages.record(tag);
  machine_.observer.taken(tag);
  machine_.stages.end<Stage::kKick>(*request->stages, machine_.calendar.now());
  return request;
}

void MainLoop::push(Queue& queue, HostRequest& request) {
  std::byte* const bytes = machine_.memory.at(request.response_addr, scsi::kResponseBytes);
  ensure(bytes != nullptr, "a response header in guest memory");
  scsi::encode(scsi::CommandResponse{}, std::span<std::byte, scsi::kResponseBytes>(bytes, scsi::kResponseBytes));
  queue.ring.push(request.head, static_cast<std::uint32_t>(request.writable_bytes));
  free_.push_front(request);  // still in the caches of the machine that simulates
}

}  // namespace vqlab::sim
