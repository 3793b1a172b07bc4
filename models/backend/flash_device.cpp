#include "models/backend/flash_device.hpp"

#include <algorithm>

#include "models/backend/placement.hpp"
#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

// DeviceRequest::stage. A new request is at the first.
enum Stage : std::uint32_t { kArriving, kInController, kInPages, kEnding, kOver };

}  // namespace

FlashDevice::FlashDevice(const Flash& flash, RandomStream random)
    : flash_(flash),
      command_(flash.command_ns),
      controller_(flash.controller_ns),
      read_(flash.read_ns),
      program_(flash.program_ns),
      random_(random),
      channels_(flash.channels),
      dies_(std::size_t{flash.channels} * flash.dies_per_channel) {
  ensure(!dies_.empty() && flash.page_bytes > 0 && flash.channel_gb_per_s > 0, "a flash device has dies and channels");
}

Instant FlashDevice::advance(DeviceRequest& request, Instant now) {
  ensure(now >= now_, "a device is called in the order of time");
  now_ = now;
  // What takes no time is passed at once: `now` would say that the request is over.
  Instant next = now;
  while (next == now && request.stage != kOver) next = step(request, now);
  return next;
}

Instant FlashDevice::step(DeviceRequest& request, Instant now) {
  switch (request.stage) {
    case kArriving: {
      request.stage = kInController;
      const Duration command = command_.sample(random_);
      const Duration controller = controller_.sample(random_);
      request.service = command + controller;
      request.command = command;
      request.commanded = commands_.add(now, command);
      request.waits_for =
          request.commanded - now > controller ? ResourceId::kDeviceCommands : ResourceId::kDeviceLatency;
      return request.commanded + controller;
    }
    case kInController: return request.task == DeviceTask::kTransfer ? enter_pages(request, now) : end(request, now);
    case kInPages: return pass_pages(request, now);
    case kEnding:
      request.stage = kOver;
      if (request.task == DeviceTask::kTransfer) free_places_.push_back(request.place);
      return now;
    default: break;
  }
  ensure(false, "a request that is over has not arrived again");
  return now;
}

// A trim changes the controller's table alone. A flush waits until what the write cache holds is programmed.
Instant FlashDevice::end(DeviceRequest& request, Instant now) {
  request.stage = kEnding;
  if (request.task == DeviceTask::kTrim) return now;
  request.waits_for = ResourceId::kDeviceDies;
  return std::max(now, programmed_);
}

Instant FlashDevice::enter_pages(DeviceRequest& request, Instant now) {
  ensure(request.bytes > 0, "a request has bytes");
  request.stage = kInPages;
  request.waits_for = request.write ? ResourceId::kDeviceLinks : ResourceId::kDeviceDies;
  request.place = take_place();
  Pages& pages = places_[request.place];
  std::uint64_t at = request.offset_bytes;
  const std::uint64_t end = at + request.bytes;
  while (at < end) {
    const std::uint64_t page = at / flash_.page_bytes;
    const std::uint64_t page_end = std::min(end, (page + 1) * flash_.page_bytes);
    const std::uint32_t die = request.write ? next_written() : die_of(request.unit, page);
    PageStep step{now, die, static_cast<std::uint32_t>(page_end - at)};
    Duration alone = transfer(step.bytes);
    if (request.write) {
      step.ready = channel_of(die).add(now, alone);
    } else {
      const Duration read = read_.sample(random_);
      step.ready = dies_[die].add(now, read);
      alone += read;
    }
    pages.service = std::max(pages.service, alone);
    const auto later = std::upper_bound(pages.steps.begin(), pages.steps.end(), step.ready,
                                        [](Instant ready, const PageStep& other) { return ready < other.ready; });
    pages.steps.insert(later, step);
    at = page_end;
  }
  return pages.steps.front().ready;
}

// Each page waits for the second of die and channel from the instant that it is done with the first, so that both serve
// in the order of arrival, whichever request they belong to.
Instant FlashDevice::pass_pages(DeviceRequest& request, Instant now) {
  Pages& pages = places_[request.place];
  for (; pages.next < pages.steps.size(); ++pages.next) {
    const PageStep& step = pages.steps[pages.next];
    if (step.ready > now) return step.ready;
    if (request.write) {
      const Duration program = program_.sample(random_);
      const Instant programmed = dies_[step.die].add(now, program);
      programmed_ = std::max(programmed_, programmed);
      pages.end = std::max(pages.end, flash_.write_cache ? programmed - program : programmed);
      if (!flash_.write_cache) pages.program = std::max(pages.program, program);
    } else {
      pages.end = std::max(pages.end, channel_of(step.die).add(now, transfer(step.bytes)));
    }
  }
  request.stage = kEnding;
  request.waits_for = request.write ? ResourceId::kDeviceDies : ResourceId::kDeviceLinks;
  request.service += pages.service + pages.program;
  return pages.end;
}

std::vector<DeviceUnits> FlashDevice::units(Instant now) const {
  const auto all = [now](ResourceId resource, const std::vector<BusyTime>& units) {
    DeviceUnits busy{resource, static_cast<std::uint32_t>(units.size()), Duration{0}};
    for (const BusyTime& unit : units) busy.busy += unit.so_far(now);
    return busy;
  };
  return {{ResourceId::kDeviceCommands, 1, commands_.so_far(now)},
          all(ResourceId::kDeviceDies, dies_),
          all(ResourceId::kDeviceLinks, channels_)};
}

std::uint32_t FlashDevice::next_written() noexcept {
  const std::uint32_t die = next_written_;
  next_written_ = die + 1 < dies_.size() ? die + 1 : 0;
  return die;
}

std::uint32_t FlashDevice::take_place() {
  if (free_places_.empty()) {
    free_places_.push_back(static_cast<std::uint32_t>(places_.size()));
    places_.emplace_back();
  }
  const std::uint32_t place = free_places_.back();
  free_places_.pop_back();
  Pages& pages = places_[place];
  pages.steps.clear();
  pages.next = 0;
  pages.end = {};
  pages.service = pages.program = Duration{0};
  return place;
}

std::uint32_t FlashDevice::die_of(std::uint32_t unit, std::uint64_t page) const noexcept {
  return placed_on(dies_.size(), unit, page);
}

Duration FlashDevice::transfer(std::uint32_t bytes) const noexcept {
  return Duration{static_cast<std::int64_t>(bytes / flash_.channel_gb_per_s + 0.5)};
}

}  // namespace vqlab
