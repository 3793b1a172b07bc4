#include "analysis/formats/lower_disks.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <numeric>
#include <optional>
#include <tuple>

namespace vqlab {
namespace {

constexpr std::size_t kMostTargetsOfDevice = 256;
constexpr std::size_t kMostLuns = 256;

bool same_disk(const VmDisk& a, const VmDisk& b) {
  return a.cache.value == b.cache.value && a.group.value == b.group.value && a.limits == b.limits &&
         a.null.value == b.null.value;
}

// The way that most disks take, the first one's among equals.
std::string common_aio(const VirtualMachine& machine, ImportedPart& part) {
  std::map<std::string, int> votes;
  bool cached = false;
  for (const VmDisk& disk : machine.disks) {
    if (disk.null.value) continue;
    ++votes[disk.aio.value];
    cached = cached || disk.cache.value == "writeback" || disk.cache.value == "writethrough";
  }
  std::string chosen;
  for (const VmDisk& disk : machine.disks)
    if (!disk.null.value && (chosen.empty() || votes[disk.aio.value] > votes[chosen])) chosen = disk.aio.value;
  if (chosen != "threads" && cached) chosen = "threads";  // a page cache before a device is modelled with threads alone
  for (const VmDisk& disk : machine.disks)
    if (!disk.null.value && disk.aio.value != chosen)
      set_class(part, disk.aio.option.value_or(disk.option), OptionClass::kApproximated,
                "aio \"" + chosen + "\" in host, which all disks have");
  return chosen;
}

// Limits of a group stand once.
Json throttling_of(const VmDisk& disk, std::map<std::string, bool>& said, const VirtualMachine& machine,
                   ImportedPart& part) {
  Json throttling = Json::object();
  if (disk.group.value.empty()) {
    throttling = disk.limits;
    return throttling;
  }
  const Json* limits = nullptr;  // the last ones that are said hold for all
  for (const VmDisk& other : machine.disks)
    if (other.group.value == disk.group.value && !other.limits.empty()) limits = &other.limits;
  if (limits == nullptr) {
    if (disk.group.option) set_class(part, *disk.group.option, OptionClass::kHarmless, "a group without limits");
    return throttling;
  }
  throttling["group"] = disk.group.value;
  if (!said[disk.group.value]) throttling.update(*limits);
  said[disk.group.value] = true;
  return throttling;
}

// The target that a device_id of `vqlab export` says; nothing if it is another one's.
std::optional<std::uint32_t> exported_target(const std::string& device_id) {
  std::uint32_t target = 0;
  std::uint32_t lun = 0;
  const char* const end = device_id.data() + device_id.size();
  if (device_id.empty() || device_id.front() != 't') return std::nullopt;
  const auto [at, error] = std::from_chars(device_id.data() + 1, end, target);
  if (error != std::errc() || at == end || *at != 'l') return std::nullopt;
  const auto [last, wrong] = std::from_chars(at + 1, end, lun);
  if (wrong != std::errc() || last != end) return std::nullopt;
  return target;
}

// Targets in the order of their numbers if the disks have those of an export.
void keep_exported_numbers(const VirtualMachine& machine, PlacedDisks& placed) {
  const std::size_t count = placed.targets();
  std::vector<std::size_t> disk_of(count, machine.disks.size());
  std::vector<std::uint32_t> number_of(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (placed.disk_of_target[i] >= machine.disks.size()) return;
    const auto target = exported_target(machine.disks[placed.disk_of_target[i]].device_id);
    if (!target || *target >= count || disk_of[*target] != machine.disks.size()) return;
    disk_of[*target] = placed.disk_of_target[i];
    number_of[i] = *target;
  }
  placed.disk_of_target = disk_of;
  for (std::vector<std::uint32_t>& targets : placed.targets_of) {
    for (std::uint32_t& target : targets) target = number_of[target];
    std::sort(targets.begin(), targets.end());
  }
}

}  // namespace

PlacedDisks place_disks(const VirtualMachine& machine, ImportedPart& part) {
  PlacedDisks placed;
  placed.targets_of.resize(machine.controllers.size());
  placed.aio = common_aio(machine, part);
  std::vector<std::size_t> order(machine.disks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const VmDisk& one = machine.disks[a];
    const VmDisk& other = machine.disks[b];
    return std::tie(one.controller, one.target, one.lun) < std::tie(other.controller, other.target, other.lun);
  });
  // Runs of one target.
  std::vector<std::vector<std::size_t>> runs;
  for (const std::size_t disk : order) {
    const bool goes_on = !runs.empty() &&
                         machine.disks[runs.back().front()].controller == machine.disks[disk].controller &&
                         machine.disks[runs.back().front()].target == machine.disks[disk].target;
    if (!goes_on) runs.emplace_back();
    runs.back().push_back(disk);
  }
  bool uniform = !runs.empty() && runs.front().size() <= kMostLuns;
  for (const std::vector<std::size_t>& run : runs) {
    uniform = uniform && run.size() == runs.front().size();
    for (const std::size_t disk : run) uniform = uniform && same_disk(machine.disks[disk], machine.disks[run.front()]);
  }
  if (uniform) placed.luns_per_target = static_cast<std::uint32_t>(runs.front().size());
  std::vector<std::vector<std::size_t>> of_controller(machine.controllers.size());
  for (const std::vector<std::size_t>& run : runs)
    for (std::size_t i = 0; i < (uniform ? 1 : run.size()); ++i) {
      of_controller[machine.disks[run[i]].controller].push_back(run[i]);
      if (!uniform && run.size() > 1)
        set_class(part, machine.disks[run[i]].option, OptionClass::kApproximated,
                  "a target by itself: targets have equally many LUNs here, and LUNs of one target equal disks");
    }
  for (std::size_t controller = 0; controller < machine.controllers.size(); ++controller) {
    if (machine.controllers[controller].vhost && of_controller[controller].empty())
      of_controller[controller].push_back(machine.disks.size());  // a target of the kernel
    if (of_controller[controller].size() > kMostTargetsOfDevice) {
      for (std::size_t i = kMostTargetsOfDevice; i < of_controller[controller].size(); ++i)
        set_class(part, machine.disks[of_controller[controller][i]].option, OptionClass::kRefused,
                  "a disk beyond the 256 targets of a device; nearest: another controller");
      of_controller[controller].resize(kMostTargetsOfDevice);
    }
    for (const std::size_t disk : of_controller[controller]) {
      placed.targets_of[controller].push_back(static_cast<std::uint32_t>(placed.targets()));
      placed.disk_of_target.push_back(disk);
    }
  }
  keep_exported_numbers(machine, placed);
  return placed;
}

void lower_disks(const VirtualMachine& machine, const PlacedDisks& placed, ImportedPart& part) {
  if (placed.targets() == 0) return;
  part.scenario["targets"] = placed.targets();
  if (placed.luns_per_target > 1) part.scenario["luns_per_target"] = placed.luns_per_target;
  Json groups = Json::array();
  std::map<std::string, bool> said;
  std::size_t last_that_says = 0;
  for (const std::size_t disk : placed.disk_of_target) {
    Json group{{"targets", 1}};
    if (disk < machine.disks.size() && !machine.disks[disk].null.value) {
      const VmDisk& one = machine.disks[disk];
      if (one.cache.value != "none") group["cache"] = one.cache.value;
      const Json throttling = throttling_of(one, said, machine, part);
      if (!throttling.empty()) group["throttling"] = throttling;
    }
    const bool says = group.size() > 1;
    Json without = group;
    without.erase("targets");
    // Neighbours that say the same are a group, but for limits that stand only once.
    if (!groups.empty()) {
      Json before = groups.back();
      before.erase("targets");
      if (before == without) {
        groups.back()["targets"] = groups.back()["targets"].get<int>() + 1;
        if (says) last_that_says = groups.size();
        continue;
      }
    }
    groups.push_back(group);
    if (says) last_that_says = groups.size();
  }
  while (groups.size() > last_that_says) groups.erase(groups.size() - 1);
  if (!groups.empty()) part.scenario["disks"] = groups;
}

}  // namespace vqlab
