#include "models/backend/hard_disk.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "models/backend/placement.hpp"
#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

constexpr std::uint64_t kTrackBytes = 1 << 20;  // neighbours on one track lie behind each other, tracks anywhere
constexpr double kDraws = 65536;

}  // namespace

HardDiskDevice::HardDiskDevice(const HardDisk& disk, std::uint32_t units, RandomStream random)
    : disk_(disk), units_(units), random_(random) {
  ensure(disk.turn_ns > 0 && disk.capacity_bytes > 0 && units > 0, "a disk turns, and has room for its units");
}

Instant HardDiskDevice::advance(DeviceRequest& request, Instant now) {
  ensure(now >= now_, "a device is called in the order of time");
  ensure(request.stage != kDone, "a request that is over has not arrived again");
  now_ = now;
  const bool free = head_.until() <= now;
  if (request.stage == kServed && (free || served_ != &request)) {
    request.stage = kDone;
    if (served_ == &request) served_ = nullptr;
    return now;
  }
  if (request.stage == kNew) {
    request.stage = kWaiting;
    request.waits_for = ResourceId::kDeviceDies;
    waiting_.push_back(&request);
  }
  // All that wait are called when the head is free; the first of them decides.
  if (free) take_next(now);
  return head_.until();
}

void HardDiskDevice::take_next(Instant now) {
  const auto whole = static_cast<std::size_t>(disk_.candidates);
  const bool one_more = random_.next16() < (disk_.candidates - static_cast<double>(whole)) * kDraws;
  const std::size_t candidates = std::min(waiting_.size(), whole + (one_more ? 1 : 0));
  auto best = waiting_.begin();
  double least = positioning_ns(**best, now);
  for (auto one = best + 1; one < waiting_.begin() + static_cast<std::ptrdiff_t>(candidates); ++one) {
    const double ns = positioning_ns(**one, now);
    if (ns < least) best = one, least = ns;
  }
  DeviceRequest& request = **best;
  waiting_.erase(best);
  request.stage = kServed;
  request.service = served_for(request, least);
  head_.add(now, request.service);
  served_ = &request;
}

Duration HardDiskDevice::served_for(const DeviceRequest& request, double positioning_ns) {
  double ns = request.task == DeviceTask::kFlush ? disk_.flush_ns : disk_.trim_ns;
  if (request.task == DeviceTask::kTransfer) {
    ns = positioning_ns + disk_.ns_per_byte * request.bytes;
    head_place_ = place_of(request);
    next_offset_ = request.offset_bytes + request.bytes;
    next_unit_ = request.unit;
  }
  return Duration{std::max<std::int64_t>(1, static_cast<std::int64_t>(ns + 0.5))};
}

double HardDiskDevice::place_of(const DeviceRequest& request) const noexcept {
  const std::uint64_t part = disk_.capacity_bytes / units_ + 1;
  const std::uint64_t at = request.unit % units_ * part + request.offset_bytes;
  return static_cast<double>(at % disk_.capacity_bytes) / static_cast<double>(disk_.capacity_bytes);
}

double HardDiskDevice::positioning_ns(const DeviceRequest& request, Instant now) const noexcept {
  if (request.task != DeviceTask::kTransfer) return 0;
  if (request.offset_bytes == next_offset_ && request.unit == next_unit_) return 0;
  const double way = std::abs(place_of(request) - head_place_);
  const double seek =
      disk_.track_to_track_ns + disk_.seek_root_ns * std::sqrt(way) + (request.write ? disk_.write_settle_ns : 0);
  const std::uint64_t track = mix(mix(std::uint64_t{request.unit} + 1) + request.offset_bytes / kTrackBytes);
  const auto turn = static_cast<std::uint64_t>(disk_.turn_ns);
  const std::uint64_t angle = (track % turn + request.offset_bytes % kTrackBytes * turn / kTrackBytes) % turn;
  const std::uint64_t there = static_cast<std::uint64_t>((now - Instant{}).count()) + static_cast<std::uint64_t>(seek);
  return seek + static_cast<double>((angle + turn - there % turn) % turn);
}

std::vector<DeviceUnits> HardDiskDevice::units(Instant now) const {
  return {{ResourceId::kDeviceDies, 1, head_.so_far(now)}};
}

}  // namespace vqlab
