#include "sim/host/device_queues.hpp"

#include "models/scsi/virtio_scsi.hpp"
#include "models/testbed/controllers.hpp"
#include "models/testbed/topology.hpp"

namespace vqlab::sim {
DeviceQueues::DeviceQueues(Machine& machine, const Testbed& testbed)
    : machine_(machine), luns_per_target_(testbed.luns_per_target), slow_targets_(testbed.host.slow_targets) {
  for (const PlacedController& one : placed_controllers(testbed)) {
    of_device_.push_back(one.targets);
    targets_.insert(targets_.end(), one.queues, of_device_.back().data());
  }
}

HostQueue& DeviceQueues::add(LineIndex line) {
  const RingPlace& place = machine_.rings[line];
  const DeviceOptions options{.size = place.size,
                              .indirect_desc = place.indirect_desc,
                              .event_idx = place.event_idx,
                              .data = {0, machine_.data_bytes}};
  return queues_.emplace_back(HostQueue{line, EitherDevice(place.format, machine_.memory, place.area, options)});
}

HostRequest* DeviceQueues::pop(HostQueue& queue) {
  if (!queue.ring.pop(chain_)) {
    ensure(!queue.ring.broken(), "the simulated driver behaves");
    return nullptr;
  }
  next_header_ = queue.ring.fetch_ahead();
  if (next_header_ != nullptr) vqlab::fetch_ahead(next_header_, kCacheLine);
  vqlab::fetch_ahead(free_.front());
  const Segment& header = chain_.readable().front();
  const std::byte* const bytes = machine_.memory.at(header.addr, scsi::kRequestBytes);
  ensure(bytes != nullptr && header.len == scsi::kRequestBytes, "a request header in guest memory");
  const std::span<const std::byte, scsi::kRequestBytes> command(bytes, scsi::kRequestBytes);
  const auto cdb = scsi::request_cdb(command);
  const auto transfer = scsi::decode_transfer(cdb);
  const auto address = scsi::decode_lun(command.first<scsi::kLunBytes>());
  ensure(address.has_value(), "a command of a logical unit");
  const Segment& response = chain_.writable().front();
  ensure(response.len == scsi::kResponseBytes, "room for a response header");

  HostRequest* request = free_.pop_front();
  if (request == nullptr) request = &requests_.emplace_back();
  request->queue = queue.line;
  request->served = false;
  request->head = chain_.head();
  request->response_addr = response.addr;
  request->writable_bytes = chain_.writable_bytes();
  const std::uint32_t unit_index = unit(queue.line, address->target, address->lun);
  request->slow = unit_index < slow_targets_ * luns_per_target_;
  if (transfer) [[likely]] {
    request->data_bytes = std::uint64_t{transfer->blocks} * scsi::kSectorBytes;
    request->at_device = {.offset_bytes = transfer->lba * scsi::kSectorBytes,
                          .unit = unit_index,
                          .bytes = transfer->blocks * scsi::kSectorBytes,
                          .write = transfer->write};
  } else {
    take_task(*request, cdb, unit_index);
  }
  const std::uint64_t tag = scsi::request_tag(command);
  request->stages = &machine_.stages.record(tag);
  if (machine_.hand_overs != nullptr) [[unlikely]] {
    request->tag = static_cast<std::uint32_t>(tag);
    request->lines = request_lines(static_cast<std::uint32_t>(chain_.readable().size() + chain_.writable().size()));
  }
  machine_.observers->taken(tag);
  machine_.stages.end<Stage::kKick>(*request->stages, machine_.calendar.now());
  machine_.count_taken(queue.line, *request->stages);
  return request;
}

// The list of what to unmap lies in data pages, which are described and never touched: of a trim the host knows the
// unit alone.
void DeviceQueues::take_task(HostRequest& request, std::span<const std::byte, scsi::kCdbBytes> cdb,
                             std::uint32_t unit) {
  const bool unmaps = scsi::is_command(cdb, scsi::Opcode::kUnmap);
  ensure(unmaps || scsi::is_command(cdb, scsi::Opcode::kSynchronizeCache10), "a read, write, trim or flush");
  request.data_bytes = unmaps ? scsi::kUnmapListBytes : 0;
  request.at_device = {.unit = unit, .write = true, .task = unmaps ? DeviceTask::kTrim : DeviceTask::kFlush};
}

void DeviceQueues::fetch_ahead() const noexcept {
  if (next_header_ == nullptr) return;
  const std::uint64_t tag =
      scsi::request_tag(std::span<const std::byte, scsi::kRequestBytes>(next_header_, scsi::kRequestBytes));
  machine_.stages.fetch_ahead(tag);
}

void DeviceQueues::push(HostQueue& queue, HostRequest& request) {
  std::byte* const bytes = machine_.memory.at(request.response_addr, scsi::kResponseBytes);
  ensure(bytes != nullptr, "a response header in guest memory");
  scsi::encode(scsi::CommandResponse{}, std::span<std::byte, scsi::kResponseBytes>(bytes, scsi::kResponseBytes));
  queue.ring.push(request.head, static_cast<std::uint32_t>(request.writable_bytes));
  machine_.count_used(queue.line);
  free_.push_front(request);  // still in the caches of the machine that simulates
}

std::uint32_t DeviceQueues::unit(LineIndex line, TargetId target, LunId lun) const noexcept {
  return targets_[line][target.value] * luns_per_target_ + lun.value;
}

}  // namespace vqlab::sim
