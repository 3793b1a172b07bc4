// What the guest's parts are called, for whoever records a run.
#include <map>

#include "sim/guest/guest.hpp"

namespace vqlab::sim {

std::vector<std::uint32_t> Guest::processes_of_commands() const {
  std::map<const UserProcess*, std::uint32_t> numbers;
  for (const FioProcess& process : processes_) numbers.emplace(&process, static_cast<std::uint32_t>(numbers.size()));
  std::vector<std::uint32_t> all;
  for (const Command& command : commands_) all.push_back(command.process == nullptr ? 0 : numbers.at(command.process));
  return all;
}

std::vector<std::string> Guest::queue_names() const {
  std::vector<std::string> names;
  for (const GuestQueue& queue : queues_) {
    std::size_t device = 0;
    while (drivers_[device].get() != queue.driver) ++device;
    names.push_back((drivers_.size() > 1 ? "device " + std::to_string(device) + " " : "") + "vq " +
                    std::to_string(queue.id.value));
  }
  return names;
}

std::vector<Guest::NamedLock> Guest::locks() const {
  std::vector<NamedLock> all;
  for (std::size_t device = 0; device < hosts_.size(); ++device)
    all.push_back({&hosts_[device].lock, "host_lock " + std::to_string(device)});
  const SpinLock* last = nullptr;
  const std::size_t luns_per_target = luns_.size() / processes_of_target_.size();
  for (const LogicalUnit& unit : luns_) {
    const SpinLock* const of_target = &unit.target->lock;
    if (of_target != last) all.push_back({of_target, "tgt_lock " + std::to_string(unit.index / luns_per_target)});
    last = of_target;
    if (unit.lock != nullptr) all.push_back({unit.lock, "queue_lock of LUN " + std::to_string(unit.index)});
  }
  const std::vector<std::string> names = queue_names();
  for (std::size_t line = 0; line < queues_.size(); ++line)
    all.push_back({&queues_[line].driver->queue(queues_[line].id.value).lock, "vq_lock of " + names[line]});
  return all;
}

std::vector<VirtioScsiDriver*> Guest::drivers() const {
  std::vector<VirtioScsiDriver*> all;
  for (const auto& driver : drivers_) all.push_back(driver.get());
  return all;
}

}  // namespace vqlab::sim
