#include "models/backend/solid_state_device.hpp"

#include <algorithm>
#include <functional>

#include "models/backend/placement.hpp"
#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

Duration whole_ns(double ns) noexcept { return Duration{static_cast<std::int64_t>(ns + 0.5)}; }

}  // namespace

SolidStateDevice::SolidStateDevice(const SolidState& drive, RandomStream random)
    : drive_(drive),
      latency_{CostSampler(Cost{drive.random_read_latency_ns}), CostSampler(Cost{drive.random_write_latency_ns}),
               CostSampler(Cost{drive.sequential_read_latency_ns}),
               CostSampler(Cost{drive.sequential_write_latency_ns})},
      flush_(Cost{drive.flush_ns}),
      trim_(Cost{drive.trim_ns}),
      random_(random),
      units_(drive.units) {
  ensure(drive.units > 0 && drive.stripe_bytes > 0, "a drive has units, and stripes on them");
  ends_.reserve(drive.queue_depth);
}

Instant SolidStateDevice::advance(DeviceRequest& request, Instant now) {
  ensure(now >= now_, "a device is called in the order of time");
  ensure(request.stage != kDone, "a request that is over has not arrived again");
  now_ = now;
  if (request.stage == kHeld) {
    request.stage = kDone;
    return now;
  }
  const Instant begin = admitted(now);
  Instant end;
  if (request.task == DeviceTask::kTransfer) {
    end = transfer(request, begin);
  } else {
    request.service = (request.task == DeviceTask::kFlush ? flush_ : trim_).sample(random_);
    end = begin + request.service;
  }
  request.waits_for = end - now > 2 * request.service || request.service == Duration{0} || !request.write
                          ? ResourceId::kDeviceDies
                          : ResourceId::kDeviceLatency;
  if (drive_.queue_depth > 0) {
    ends_.push_back(end);
    std::push_heap(ends_.begin(), ends_.end(), std::greater<>());
  }
  request.stage = end > now ? kHeld : kDone;
  return end;
}

// Requests are admitted in the order of arrival, each when the drive holds fewer than it can.
Instant SolidStateDevice::admitted(Instant now) {
  if (drive_.queue_depth == 0 || ends_.size() < drive_.queue_depth) return now;
  std::pop_heap(ends_.begin(), ends_.end(), std::greater<>());
  const Instant free = ends_.back();
  ends_.pop_back();
  return std::max(now, free);
}

Instant SolidStateDevice::transfer(DeviceRequest& request, Instant begin) {
  ensure(request.bytes > 0, "a request has bytes");
  const bool sequential = streams_.continues(request);
  const Pattern pattern =
      request.write ? (sequential ? kSequentialWrite : kRandomWrite) : (sequential ? kSequentialRead : kRandomRead);
  const bool placed = pattern == kRandomRead;
  Instant served = begin;
  Duration alone{0};
  std::uint64_t at = request.offset_bytes;
  const std::uint64_t end = at + request.bytes;
  while (at < end) {
    const std::uint64_t stripe = at / drive_.stripe_bytes;
    const std::uint64_t stripe_end = std::min(end, (stripe + 1) * drive_.stripe_bytes);
    Unit& unit = units_[placed ? placed_on(units_.size(), request.unit, stripe) : next_in_turn()];
    double work = unit_ns(pattern, request.bytes, stripe_end - at);
    if (unit.wrote != request.write) work += drive_.turn_ns;
    unit.wrote = request.write;
    const Duration busy = whole_ns(work);
    const Instant done = unit.time.add(begin, busy);
    served = std::max(served, placed ? done : done - busy);
    if (placed) alone = std::max(alone, busy);
    at = stripe_end;
  }
  const double link = request.write ? drive_.write_link_ns_per_byte : drive_.read_link_ns_per_byte;
  const std::uint32_t more = request.bytes > kSheetBytes ? request.bytes - kSheetBytes : 0;
  const Duration latency = latency_[pattern].sample(random_) + whole_ns(link * more);
  request.service = alone + latency;
  return served + latency;
}

double SolidStateDevice::unit_ns(Pattern pattern, std::uint32_t request_bytes, std::uint64_t bytes) const noexcept {
  const auto size = static_cast<double>(std::max<std::uint64_t>(bytes, kSheetBytes));
  switch (pattern) {
    case kRandomRead:
      return request_bytes <= kSheetBytes ? drive_.random_read_ns
                                          : std::max(drive_.random_read_ns, size * drive_.read_ns_per_byte);
    case kRandomWrite: return size * drive_.random_write_ns_per_byte;
    case kSequentialRead: return size * drive_.read_ns_per_byte;
    default: return size * drive_.write_ns_per_byte;
  }
}

std::size_t SolidStateDevice::next_in_turn() noexcept {
  const std::size_t unit = next_;
  next_ = unit + 1 < units_.size() ? unit + 1 : 0;
  return unit;
}

std::vector<DeviceUnits> SolidStateDevice::units(Instant now) const {
  DeviceUnits all{ResourceId::kDeviceDies, static_cast<std::uint32_t>(units_.size()), Duration{0}};
  for (const Unit& unit : units_) all.busy += unit.time.so_far(std::max(now, now_));
  return {all};
}

}  // namespace vqlab
