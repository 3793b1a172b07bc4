// What the device does: it takes commands from its rings and hands them back.
#include <algorithm>

#include "analysis/order/explored_system.hpp"
#include "models/scsi/virtio_scsi.hpp"

namespace vqlab::order {

void ExploredSystem::serve_queue(std::uint32_t queue) {
  DeviceQueue& line = device_[queue];
  while (!stage_.processes.finishing()) {
    line.at_rest = true;
    if (!stage_.processes.retracing()) stage_.processes.forget_all_but(device_state(line));
    const std::uint32_t choice = stage_.processes.await(
        {.object = kick_object(queue), .writes = true, .gate = {.word = &line.kicked}, .others = &line.units_served});
    if (stage_.processes.finishing()) return;
    line.at_rest = false;
    if (choice == 0)
      take_all(queue);
    else
      complete(queue, choice - 1);
    count_units(line);
  }
}

void ExploredSystem::take_all(std::uint32_t queue) {
  DeviceQueue& line = device_[queue];
  line.kicked = 0;
  stage_.words.acquire(line.kick_clock);
  stage_.note([] { return "looks at its ring"; });
  while (line.ring.pop(line.chain)) {
    const std::byte* const header = memory_.at(line.chain.readable().front().addr, scsi::kRequestBytes);
    const std::uint64_t tag =
        scsi::request_tag(std::span<const std::byte, scsi::kRequestBytes>(header, scsi::kRequestBytes));
    taken(tag);
    stage_.processes.learn(tag);
    line.taken.push_back({line.chain.head(), static_cast<std::uint32_t>(tag), line.chain.writable().front().addr,
                          static_cast<std::uint32_t>(line.chain.writable_bytes())});
    line.ring.arm_notifications();
  }
  ensure(!line.ring.broken(), "the driver behaves");
}

// Units whose first taken command stands before that of the next unit, and so on: option u completes that of unit u.
void ExploredSystem::count_units(DeviceQueue& line) const {
  std::vector<std::uint32_t> units;
  for (const DeviceQueue::Taken& taken : line.taken) {
    const std::uint32_t unit = commands_[taken.request].lun->index;
    if (std::find(units.begin(), units.end(), unit) == units.end()) units.push_back(unit);
  }
  line.units_served = static_cast<std::uint32_t>(units.size());
}

void ExploredSystem::taken(std::uint64_t tag) {
  const auto request = static_cast<std::uint32_t>(tag);
  stage_.processes.touch(unit_object(request, true), true);
  check_->taken(request);
  stage_.note([&] { return "takes request " + std::to_string(tag); });
}

// Of the unit that is the `unit`-th to have a command taken.
void ExploredSystem::complete(std::uint32_t queue, std::uint32_t unit) {
  DeviceQueue& line = device_[queue];
  std::uint32_t units = 0;
  std::size_t index = 0;
  for (std::uint32_t seen = 0;; ++index) {
    const std::uint32_t bit = 1u << commands_[line.taken[index].request].lun->index;
    if ((seen & bit) != 0) continue;
    seen |= bit;
    if (units++ == unit) break;
  }
  const DeviceQueue::Taken done = line.taken[index];
  line.taken.erase(line.taken.begin() + static_cast<std::ptrdiff_t>(index));
  line.completing = true;
  std::byte* const response = memory_.at(done.response_addr, scsi::kResponseBytes);
  scsi::encode(scsi::CommandResponse{}, std::span<std::byte, scsi::kResponseBytes>(response, scsi::kResponseBytes));
  stage_.note([&] { return "has served request " + std::to_string(done.request); });
  line.ring.push(done.head, done.writable_bytes);
  if (line.ring.should_interrupt()) (void)interrupted(queue);
  line.completing = false;
}

bool ExploredSystem::interrupted(sim::LineIndex queue) {
  const std::uint32_t vector = vector_of(queue);
  DeviceQueue& line = device_[vector];
  (void)stage_.processes.await({.object = interrupt_object(vector), .writes = true});
  line.interrupt = 1;
  stage_.words.release(line.interrupt_clock);
  stage_.note([&] { return "raises the interrupt of " + queue_name(queue); });
  return false;
}

}  // namespace vqlab::order
