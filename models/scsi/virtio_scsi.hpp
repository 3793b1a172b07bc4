// virtio-scsi on the wire: what the request, control and event queues carry (virtio 1.x, section 5.6). All fields
// little-endian, nothing padded.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "models/base/endian.hpp"
#include "models/scsi/cdb.hpp"
#include "models/scsi/lun.hpp"

namespace vqlab::scsi {

// Virtqueues of a device.
inline constexpr std::uint32_t kControlQueue = 0;
inline constexpr std::uint32_t kEventQueue = 1;
inline constexpr std::uint32_t kFirstRequestQueue = 2;

// Feature bits, as bit numbers.
inline constexpr unsigned kFeatureHotplug = 1;

enum class Response : std::uint8_t {
  kOk = 0,
  kOverrun = 1,
  kAborted = 2,
  kBadTarget = 3,
  kReset = 4,
  kBusy = 5,
  kTransportFailure = 6,
  kTargetFailure = 7,
  kNexusFailure = 8,
  kFailure = 9,
  kFunctionSucceeded = 10,
  kFunctionRejected = 11,
  kIncorrectLun = 12,
};

// The SCSI status byte, as the SCSI architecture model numbers it.
enum class Status : std::uint8_t {
  kGood = 0x00,
  kCheckCondition = 0x02,
  kConditionMet = 0x04,
  kBusy = 0x08,
  kReservationConflict = 0x18,
  kTaskSetFull = 0x28,
  kAcaActive = 0x30,
  kTaskAborted = 0x40,
};

enum class TaskAttribute : std::uint8_t { kSimple = 0, kOrdered = 1, kHeadOfQueue = 2, kAca = 3 };

inline constexpr std::size_t kSenseBytes = 96;  // default sense_size
inline constexpr std::size_t kRequestBytes = kLunBytes + 8 + 3 + kCdbBytes;
inline constexpr std::size_t kResponseBytes = 4 + 4 + 2 + 1 + 1 + kSenseBytes;
static_assert(kRequestBytes == 51 && kResponseBytes == 108);

// Readable by the device; data to write to the medium follows it.
struct Request {
  LunAddress address;
  std::uint64_t tag = 0;  // unique among the device's commands in flight
  TaskAttribute attribute = TaskAttribute::kSimple;
  std::uint8_t priority = 0;
  std::uint8_t crn = 0;  // command reference number
  Cdb cdb{};
};

inline void encode(const Request& request, std::span<std::byte, kRequestBytes> out) noexcept {
  encode(request.address, out.first<kLunBytes>());
  store_little(&out[8], request.tag);
  out[16] = static_cast<std::byte>(request.attribute);
  out[17] = static_cast<std::byte>(request.priority);
  out[18] = static_cast<std::byte>(request.crn);
  std::memcpy(&out[19], request.cdb.data(), kCdbBytes);
}

// The tag and the command descriptor block of a request, for who needs no more.
[[nodiscard]] inline std::uint64_t request_tag(std::span<const std::byte, kRequestBytes> in) noexcept {
  return load_little<std::uint64_t>(&in[8]);
}
[[nodiscard]] inline std::span<const std::byte, kCdbBytes> request_cdb(
    std::span<const std::byte, kRequestBytes> in) noexcept {
  return in.last<kCdbBytes>();
}

// Nothing if the address is not of the form that encode() writes: the device answers such a request with kBadTarget.
[[nodiscard]] inline std::optional<Request> decode_request(std::span<const std::byte, kRequestBytes> in) noexcept {
  const std::optional<LunAddress> address = decode_lun(in.first<kLunBytes>());
  if (!address) return std::nullopt;
  Request request;
  request.address = *address;
  request.tag = request_tag(in);
  request.attribute = static_cast<TaskAttribute>(in[16]);
  request.priority = std::to_integer<std::uint8_t>(in[17]);
  request.crn = std::to_integer<std::uint8_t>(in[18]);
  std::memcpy(request.cdb.data(), request_cdb(in).data(), kCdbBytes);
  return request;
}

// Written by the device; data read from the medium follows it.
struct CommandResponse {
  std::uint32_t sense_len = 0;  // bytes of `sense` that are valid, at most kSenseBytes
  std::uint32_t residual = 0;   // bytes asked for and not moved
  std::uint16_t status_qualifier = 0;
  Status status = Status::kGood;
  Response response = Response::kOk;
  std::array<std::byte, kSenseBytes> sense{};
};

// Writes the 12 leading bytes and the valid part of the sense data; the rest of the sense area keeps what it held.
inline void encode(const CommandResponse& response, std::span<std::byte, kResponseBytes> out) noexcept {
  store_little(&out[0], response.sense_len);
  store_little(&out[4], response.residual);
  store_little(&out[8], response.status_qualifier);
  out[10] = static_cast<std::byte>(response.status);
  out[11] = static_cast<std::byte>(response.response);
  if (response.sense_len != 0)
    std::memcpy(&out[12], response.sense.data(), response.sense_len < kSenseBytes ? response.sense_len : kSenseBytes);
}

// A sense_len beyond the sense area is cut to it.
[[nodiscard]] inline CommandResponse decode_response(std::span<const std::byte, kResponseBytes> in) noexcept {
  CommandResponse response;
  response.sense_len = load_little<std::uint32_t>(&in[0]);
  if (response.sense_len > kSenseBytes) response.sense_len = kSenseBytes;
  response.residual = load_little<std::uint32_t>(&in[4]);
  response.status_qualifier = load_little<std::uint16_t>(&in[8]);
  response.status = static_cast<Status>(in[10]);
  response.response = static_cast<Response>(in[11]);
  if (response.sense_len != 0) std::memcpy(response.sense.data(), &in[12], response.sense_len);
  return response;
}

// The device's configuration space. The driver may write sense_size and cdb_size only.
struct Config {
  std::uint32_t num_queues = 1;  // request queues
  std::uint32_t seg_max = 126;   // data segments in one request
  std::uint32_t max_sectors = 0xffff;
  std::uint32_t cmd_per_lun = 128;
  std::uint32_t event_info_size = 16;
  std::uint32_t sense_size = kSenseBytes;
  std::uint32_t cdb_size = kCdbBytes;
  std::uint16_t max_channel = 0;
  std::uint16_t max_target = kMaxTarget;
  std::uint32_t max_lun = kMaxLun;

  friend bool operator==(const Config&, const Config&) = default;
};
inline constexpr std::size_t kConfigBytes = 7 * 4 + 2 * 2 + 4;  // 36

void encode(const Config& config, std::span<std::byte, kConfigBytes> out) noexcept;
[[nodiscard]] Config decode_config(std::span<const std::byte, kConfigBytes> in) noexcept;

// Control queue: task management.
inline constexpr std::uint32_t kControlTaskManagement = 0;
enum class TaskFunction : std::uint32_t {
  kAbortTask = 0,
  kAbortTaskSet = 1,
  kClearAca = 2,
  kClearTaskSet = 3,
  kNexusReset = 4,
  kLogicalUnitReset = 5,
  kQueryTask = 6,
  kQueryTaskSet = 7,
};
struct TaskManagement {
  TaskFunction function = TaskFunction::kAbortTask;
  LunAddress address;
  std::uint64_t tag = 0;  // of the command meant, where the function names one
};
inline constexpr std::size_t kTaskManagementBytes = 4 + 4 + kLunBytes + 8;  // readable; one byte of Response is written
static_assert(kTaskManagementBytes == 24);

void encode(const TaskManagement& request, std::span<std::byte, kTaskManagementBytes> out) noexcept;
// Nothing if it is another type of control request, an unknown function, or has a malformed address.
[[nodiscard]] std::optional<TaskManagement> decode_task_management(
    std::span<const std::byte, kTaskManagementBytes> in) noexcept;

// Event queue: written by the device into buffers that the driver keeps there.
enum class EventKind : std::uint32_t { kNone = 0, kTransportReset = 1, kAsyncNotify = 2, kParamChange = 3 };
enum class ResetReason : std::uint32_t { kHard = 0, kRescan = 1, kRemoved = 2 };
struct Event {
  EventKind kind = EventKind::kNone;
  bool missed = false;                         // earlier events found no buffer (bit 31 of the first word)
  std::array<std::byte, kLunBytes> address{};  // raw: all zero where the event names no unit
  std::uint32_t reason = 0;                    // for kTransportReset a ResetReason

  friend bool operator==(const Event&, const Event&) = default;
};
inline constexpr std::size_t kEventBytes = 4 + kLunBytes + 4;
static_assert(kEventBytes == 16);

void encode(const Event& event, std::span<std::byte, kEventBytes> out) noexcept;
[[nodiscard]] Event decode_event(std::span<const std::byte, kEventBytes> in) noexcept;

}  // namespace vqlab::scsi
