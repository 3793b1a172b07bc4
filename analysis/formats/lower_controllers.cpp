#include "analysis/formats/lower_controllers.hpp"

#include <algorithm>
#include <functional>

#include "analysis/formats/number_ranges.hpp"

namespace vqlab {
namespace {

constexpr std::int64_t kMostRing = 1024;
constexpr std::int64_t kFewestRing = 8;
constexpr std::int64_t kMostCommands = 32768;
constexpr std::int64_t kMostSectors = 65535;
constexpr std::int64_t kFewestSectors = 8;  // those of a page
constexpr std::int64_t kFixedSegments = 126;
constexpr std::int64_t kFewestVectors = 2;
constexpr std::int64_t kMostQueues = 1022;

void approximate(ImportedPart& part, const std::optional<std::size_t>& option, const std::string& words) {
  if (option) set_class(part, *option, OptionClass::kApproximated, words);
}

std::int64_t ring_of(const VmController& one, ImportedPart& part) {
  const std::int64_t said = one.virtqueue_size.value;
  std::int64_t size = std::clamp(said, kFewestRing, kMostRing);
  if (!one.packed.value)
    while ((size & (size - 1)) != 0) size &= size - 1;  // down to a power of two
  if (size != said)
    approximate(part, one.virtqueue_size.option,
                "virtqueue_size " + std::to_string(size) + " in controller: a split ring has a power of two from 8 on");
  return size;
}

std::int64_t segments_of(const VmController& one, std::int64_t ring) {
  return one.seg_max_adjust.value ? std::clamp<std::int64_t>(ring - 2, 1, 1022) : std::min(kFixedSegments, ring - 2);
}

std::int64_t sectors_of(const VmController& one, std::size_t at, const VirtualMachine& machine, ImportedPart& part) {
  std::int64_t sectors = one.max_sectors.value <= 0 ? kMostSectors : std::min(one.max_sectors.value, kMostSectors);
  if (one.max_sectors.value > kMostSectors)
    approximate(part, one.max_sectors.option, "max_sectors 65535 in controller, the most that is modelled");
  if (sectors < kFewestSectors) {
    sectors = kFewestSectors;
    approximate(part, one.max_sectors.option, "max_sectors 8 in controller: pages are not split");
  }
  for (const VmDisk& disk : machine.disks) {
    if (disk.controller != at || disk.max_io_bytes.value <= 0) continue;
    const std::int64_t of_disk = std::max(disk.max_io_bytes.value / 512, kFewestSectors);
    if (of_disk >= sectors) continue;
    sectors = of_disk;
    approximate(part, disk.max_io_bytes.option, "max_sectors in controller, for all disks");
  }
  return sectors;
}

Json own_values(const VmController& one, ImportedPart& part) {
  Json json = Json::object();
  json["num_queues"] = one.num_queues.value;
  json["ring"] = one.packed.value ? "packed" : "split";
  json["virtqueue_size"] = ring_of(one, part);
  json["cmd_per_lun"] = std::clamp<std::int64_t>(one.cmd_per_lun.value, 1, kMostCommands);
  if (one.cmd_per_lun.value == 0 && one.cmd_per_lun.option)
    set_class(part, *one.cmd_per_lun.option, OptionClass::kModelled,
              "cmd_per_lun 1 in controller, which Linux makes of 0");
  if (one.cmd_per_lun.value > kMostCommands)
    approximate(part, one.cmd_per_lun.option, "cmd_per_lun 32768 in controller, the most that is modelled");
  json["indirect_desc"] = one.indirect_desc.value;
  json["event_idx"] = one.event_idx.value;
  if (one.vectors.value >= kFewestVectors) {
    json["vectors"] = one.vectors.value;
  } else if (one.vectors.value >= 0 && one.vectors.option) {
    set_class(part, *one.vectors.option, OptionClass::kRefused,
              "an interrupt line (INTx) in place of MSI-X; nearest: vectors=2, one for all virtqueues");
  }
  return json;
}

// The value that all have; of several the one that `better` prefers, and the options of the others are approximated.
template <class Value>
Value common_value(const std::vector<Value>& values, const std::vector<std::optional<std::size_t>>& options,
                   const std::function<bool(const Value&, const Value&)>& better, const std::string& word,
                   ImportedPart& part) {
  const Value chosen = *std::min_element(values.begin(), values.end(), better);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] != chosen)
      approximate(part, options[i], word + " in controller is one for all devices: the smallest");
  return chosen;
}

// Target t is on device t modulo their number, as where nothing is said, and some device has several.
bool are_dealt_out(const PlacedDisks& placed, const std::vector<std::size_t>& used) {
  bool several = false;
  for (std::size_t i = 0; i < used.size(); ++i)
    for (const std::uint32_t target : placed.targets_of[used[i]]) {
      if (target % used.size() != i) return false;
      several = several || target >= used.size();
    }
  return several;
}

// Of one among several devices: its iothread, or those that it maps its queues to.
void add_own_iothreads(const VmController& one, std::int64_t vcpus, Json& element, ImportedPart& part) {
  if (one.mapping.value.size() > 1) {
    element["iothread-vq-mapping"] = mapping_json(one, vcpus, false, part);
  } else if (!one.mapping.value.empty()) {
    element["iothread"] = one.mapping.value.front().iothread;
  } else if (!one.iothread.value.empty()) {
    element["iothread"] = one.iothread.value;
  } else {
    set_class(part, one.option, OptionClass::kApproximated,
              "an iothread \"main_loop\" serves it, as others have iothreads: without QEMU's big lock");
    element["iothread"] = "main_loop";
  }
}

}  // namespace

std::vector<std::size_t> used_controllers(const VirtualMachine& machine, const PlacedDisks& placed) {
  std::vector<std::size_t> used;
  for (std::size_t at = 0; at < machine.controllers.size(); ++at)
    if (!placed.targets_of[at].empty()) used.push_back(at);
  if (used.empty() && !machine.controllers.empty()) used.push_back(0);
  return used;
}

bool shares_mapping(const VirtualMachine& machine, const std::vector<std::size_t>& used) {
  return std::all_of(used.begin(), used.end(), [&](std::size_t at) {
    const VmController& one = machine.controllers[at];
    const VmController& first = machine.controllers[used.front()];
    return one.mapping.value.size() > 1 && one.mapping.value == first.mapping.value &&
           one.num_queues.value == first.num_queues.value;
  });
}

std::vector<std::string> dealt_iothreads(const VirtualMachine& machine, const std::vector<std::size_t>& used) {
  std::vector<std::string> of_queue;  // of all devices
  for (const std::size_t at : used) {
    const VmController& one = machine.controllers[at];
    const std::int64_t queues = one.num_queues.value > 0 ? one.num_queues.value : machine.vcpus.value;
    if (one.mapping.value.empty() || queues > kMostQueues || one.vhost) return {};
    const std::size_t first = of_queue.size();
    of_queue.resize(first + static_cast<std::size_t>(queues));
    for (const IothreadVqs& thread : one.mapping.value)
      for (const std::uint32_t queue : thread.vqs)
        if (queue < queues) of_queue[first + queue] = thread.iothread;
  }
  std::vector<std::string> names;
  for (const std::string& name : of_queue)
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  for (std::size_t queue = 0; queue < of_queue.size(); ++queue)
    if (of_queue[queue].empty() || of_queue[queue] != names[queue % names.size()]) return {};
  return names;
}

Json mapping_json(const VmController& one, std::int64_t vcpus, bool with_queues, ImportedPart& part) {
  const std::int64_t queues = one.num_queues.value > 0 ? one.num_queues.value : std::min(vcpus, kMostQueues);
  Json mapping = Json::array();
  const IothreadVqMapping& said = one.mapping.value;
  for (std::size_t i = 0; i < said.size(); ++i) {
    Json element{{"iothread", said[i].iothread}};
    if (!said[i].vqs.empty()) {
      element["vqs"] = said[i].vqs;
    } else if (static_cast<std::int64_t>(i) >= queues) {
      approximate(part, one.mapping.option, "iothread-vq-mapping, but for iothreads without queues");
      break;
    } else if (with_queues) {
      Json vqs = Json::array();
      for (std::int64_t queue = static_cast<std::int64_t>(i); queue < queues;
           queue += static_cast<std::int64_t>(said.size()))
        vqs.push_back(queue);
      element["vqs"] = vqs;
    }
    mapping.push_back(element);
  }
  return mapping;
}

ServedBy served_by(const VirtualMachine& machine, const PlacedDisks& placed) {
  ServedBy served;
  bool all_exit = true;
  for (const std::size_t at : used_controllers(machine, placed)) {
    const VmController& one = machine.controllers[at];
    served.vhost = served.vhost || one.vhost;
    const bool named = !one.iothread.value.empty() || !one.mapping.value.empty();
    served.iothreads = served.iothreads || (named && !one.vhost);
    served.without = served.without || (!named && !one.vhost);
    all_exit = all_exit && !one.ioeventfd.value;
  }
  served.exits = all_exit && served.without && !served.iothreads && !served.vhost;
  return served;
}

void lower_controllers(const VirtualMachine& machine, const PlacedDisks& placed, ImportedPart& part) {
  const std::vector<std::size_t> used = used_controllers(machine, placed);
  for (std::size_t at = 0; at < machine.controllers.size(); ++at)
    if (std::find(used.begin(), used.end(), at) == used.end())
      set_class(part, machine.controllers[at].option, OptionClass::kHarmless,
                "a controller without disks does nothing");
  if (used.empty()) return;

  std::vector<Json> own;
  std::vector<std::int64_t> segments;
  std::vector<std::int64_t> sectors;
  std::vector<std::optional<std::size_t>> of_segments;
  std::vector<std::optional<std::size_t>> of_sectors;
  for (const std::size_t at : used) {
    const VmController& one = machine.controllers[at];
    own.push_back(own_values(one, part));
    segments.push_back(segments_of(one, own.back()["virtqueue_size"].get<std::int64_t>()));
    of_segments.push_back(one.seg_max_adjust.option ? one.seg_max_adjust.option : one.virtqueue_size.option);
    sectors.push_back(sectors_of(one, at, machine, part));
    of_sectors.push_back(one.max_sectors.option);
  }
  Json controller = Json::object();
  for (const auto& [key, value] : own.front().items())
    if (std::all_of(own.begin(), own.end(),
                    [&key = key, &value = value](const Json& one) { return one.contains(key) && one[key] == value; }))
      controller[key] = value;
  const auto smaller = std::less<std::int64_t>();
  controller["seg_max"] = common_value<std::int64_t>(segments, of_segments, smaller, "seg_max", part);
  controller["max_sectors"] = common_value<std::int64_t>(sectors, of_sectors, smaller, "max_sectors", part);
  const ServedBy served = served_by(machine, placed);
  controller["ioeventfd"] = !served.exits;
  for (const std::size_t at : used) {
    const VmController& one = machine.controllers[at];
    if (!one.ioeventfd.value && !served.exits)
      approximate(part, one.ioeventfd.option, "ioeventfd in controller is one for all devices: true");
  }
  part.scenario["controller"] = controller;
  if (used.size() == 1) return;

  Json list = Json::array();
  for (std::size_t i = 0; i < used.size(); ++i) {
    const VmController& one = machine.controllers[used[i]];
    Json element{{"name", one.id.empty() ? "scsi" + std::to_string(used[i]) : one.id}};
    if (!are_dealt_out(placed, used)) element["targets"] = ranges_of_numbers(placed.targets_of[used[i]]);
    for (const auto& [key, value] : own[i].items())
      if (!controller.contains(key)) element[key] = value;
    if (served.iothreads && !shares_mapping(machine, used) && dealt_iothreads(machine, used).empty())
      add_own_iothreads(one, machine.vcpus.value, element, part);
    list.push_back(element);
  }
  part.scenario["controllers"] = list;
}

}  // namespace vqlab
