#include "sim/host/throttles.hpp"

#include <algorithm>

#include "models/testbed/host_kind.hpp"

namespace vqlab::sim {

Throttles::Throttles(Machine& machine, const Testbed& testbed) : machine_(machine), processes_(machine.calendar) {
  by_unit_.assign(testbed.targets * testbed.luns_per_target, nullptr);
  const auto add_group = [this](const Throttling& limits) {
    ThrottleGroup& group = groups_.emplace_back(machine_.calendar, limits);
    for (const bool write : {false, true}) {
      group.timers[write].write = write;
      processes_.start(tick(group.timers[write]));
    }
    return &group;
  };
  std::map<std::string, ThrottleGroup*> named;
  for (const DiskGroup& disks : testbed.disks)
    if (disks.throttling && disks.throttling->limits_some() && named.count(disks.throttling->group) == 0)
      if (const std::string& name = disks.throttling->group; !name.empty()) named[name] = add_group(*disks.throttling);
  std::uint32_t unit = 0;
  for (const DiskGroup& disks : testbed.disks) {
    const std::uint32_t end = unit + disks.targets * testbed.luns_per_target;
    if (disks.throttling)
      for (std::uint32_t one = unit; one < end; ++one) {
        const std::string& name = disks.throttling->group;
        ThrottleGroup* const group = name.empty() ? add_group(*disks.throttling) : named.at(name);
        by_unit_[one] = &disks_.emplace_back(ThrottledDisk{group, group->disks.size()});
        group->disks.push_back(by_unit_[one]);
      }
    unit = end;
  }
  for (ThrottleGroup& group : groups_)
    for (ThrottleTimer& timer : group.timers) timer.turn = group.disks.front();
}

Process Throttles::tick(ThrottleTimer& timer) {
  while (true) {
    co_await timer.begins.wait();
    co_await machine_.calendar.sleep(timer.delay, ResourceId::kThrottle);
    ThrottleInbox& inbox = *timer.turn->waiting[timer.write].front()->inbox;
    inbox.due.push_back(timer);
    inbox.tell();
  }
}

bool Throttles::hold(HostRequest& request, ThrottleInbox& inbox) {
  request.stages->serve<Stage::kThrottle>(Duration{0});
  ThrottledDisk* const limited = by_unit_[request.at_device.unit];
  if (limited == nullptr || request.at_device.task != DeviceTask::kTransfer) return false;
  ThrottledDisk& disk = *limited;
  const bool write = request.at_device.write;
  if (must_wait(next_turn(disk, write), write) || disk.waits(write)) {
    machine_.stages.end<Stage::kHostDispatch>(*request.stages, machine_.calendar.now());
    request.inbox = &inbox;
    disk.waiting[write].push_back(request);
    return true;
  }
  account(disk, request);
  (void)schedule_next(disk, write);  // this disk has nothing that waits
  return false;
}

void Throttles::run(ThrottleTimer& timer) {
  timer.set = false;
  release(*timer.turn, timer.write);
}

ThrottledDisk& Throttles::next_turn(ThrottledDisk& current, bool write) noexcept {
  const ThrottleGroup& group = *current.group;
  const std::size_t last = group.timers[write].turn->number;
  for (std::size_t i = 1; i <= group.disks.size(); ++i)
    if (ThrottledDisk& disk = *group.disks[(last + i) % group.disks.size()]; disk.waits(write)) return disk;
  return current;
}

bool Throttles::must_wait(ThrottledDisk& disk, bool write) {
  ThrottleGroup& group = *disk.group;
  if (group.timers[write].set) return true;
  const Duration wait = group.buckets.wait(write, machine_.calendar.now());
  if (wait == Duration{0}) return false;
  set(group, write, disk, wait);
  return true;
}

void Throttles::set(ThrottleGroup& group, bool write, ThrottledDisk& disk, Duration delay) {
  ThrottleTimer& timer = group.timers[write];
  timer.turn = &disk;
  timer.set = true;
  timer.delay = delay;
  timer.begins.signal();
}

void Throttles::account(ThrottledDisk& disk, const HostRequest& request) noexcept {
  disk.group->buckets.account(request.at_device.write, request.at_device.bytes);
}

bool Throttles::schedule_next(ThrottledDisk& disk, bool write) {
  ThrottledDisk& next = next_turn(disk, write);
  if (!next.waits(write) || must_wait(next, write)) return false;
  if (disk.waits(write)) {
    disk.group->timers[write].turn = &disk;
    return true;
  }
  set(*disk.group, write, next, Duration{0});
  return false;
}

void Throttles::release(ThrottledDisk& disk, bool write) {
  do {
    HostRequest& request = *disk.waiting[write].pop_front();
    account(disk, request);
    ThrottleInbox& inbox = *request.inbox;
    inbox.released.push_back(request);
    inbox.tell();
  } while (schedule_next(disk, write));
}

std::unique_ptr<Throttles> make_throttles(Machine& machine, const Testbed& testbed) {
  const HostServerKind* const server = Registry<HostServerKind>::instance().find(testbed.host.server);
  const bool some = std::any_of(testbed.disks.begin(), testbed.disks.end(),
                                [](const DiskGroup& disks) { return disks.throttling.has_value(); });
  return some && server != nullptr && server->uses_aio ? std::make_unique<Throttles>(machine, testbed) : nullptr;
}

}  // namespace vqlab::sim
