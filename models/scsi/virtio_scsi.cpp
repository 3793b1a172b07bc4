#include "models/scsi/virtio_scsi.hpp"

namespace vqlab::scsi {
namespace {

constexpr std::uint32_t kEventsMissed = 0x80000000;

}  // namespace

void encode(const Config& config, std::span<std::byte, kConfigBytes> out) noexcept {
  store_little(&out[0], config.num_queues);
  store_little(&out[4], config.seg_max);
  store_little(&out[8], config.max_sectors);
  store_little(&out[12], config.cmd_per_lun);
  store_little(&out[16], config.event_info_size);
  store_little(&out[20], config.sense_size);
  store_little(&out[24], config.cdb_size);
  store_little(&out[28], config.max_channel);
  store_little(&out[30], config.max_target);
  store_little(&out[32], config.max_lun);
}

Config decode_config(std::span<const std::byte, kConfigBytes> in) noexcept {
  Config config;
  config.num_queues = load_little<std::uint32_t>(&in[0]);
  config.seg_max = load_little<std::uint32_t>(&in[4]);
  config.max_sectors = load_little<std::uint32_t>(&in[8]);
  config.cmd_per_lun = load_little<std::uint32_t>(&in[12]);
  config.event_info_size = load_little<std::uint32_t>(&in[16]);
  config.sense_size = load_little<std::uint32_t>(&in[20]);
  config.cdb_size = load_little<std::uint32_t>(&in[24]);
  config.max_channel = load_little<std::uint16_t>(&in[28]);
  config.max_target = load_little<std::uint16_t>(&in[30]);
  config.max_lun = load_little<std::uint32_t>(&in[32]);
  return config;
}

void encode(const TaskManagement& request, std::span<std::byte, kTaskManagementBytes> out) noexcept {
  store_little(&out[0], kControlTaskManagement);
  store_little(&out[4], static_cast<std::uint32_t>(request.function));
  encode(request.address, out.subspan<8, kLunBytes>());
  store_little(&out[16], request.tag);
}

std::optional<TaskManagement> decode_task_management(std::span<const std::byte, kTaskManagementBytes> in) noexcept {
  const auto function = load_little<std::uint32_t>(&in[4]);
  const std::optional<LunAddress> address = decode_lun(in.subspan<8, kLunBytes>());
  if (load_little<std::uint32_t>(&in[0]) != kControlTaskManagement || !address ||
      function > static_cast<std::uint32_t>(TaskFunction::kQueryTaskSet))
    return std::nullopt;
  return TaskManagement{static_cast<TaskFunction>(function), *address, load_little<std::uint64_t>(&in[16])};
}

void encode(const Event& event, std::span<std::byte, kEventBytes> out) noexcept {
  store_little(&out[0], static_cast<std::uint32_t>(event.kind) | (event.missed ? kEventsMissed : 0));
  std::memcpy(&out[4], event.address.data(), kLunBytes);
  store_little(&out[12], event.reason);
}

Event decode_event(std::span<const std::byte, kEventBytes> in) noexcept {
  const auto word = load_little<std::uint32_t>(&in[0]);
  Event event;
  event.kind = static_cast<EventKind>(word & ~kEventsMissed);
  event.missed = (word & kEventsMissed) != 0;
  std::memcpy(event.address.data(), &in[4], kLunBytes);
  event.reason = load_little<std::uint32_t>(&in[12]);
  return event;
}

}  // namespace vqlab::scsi
