#include "analysis/formats/libvirt_cpus.hpp"

#include <algorithm>
#include <array>

#include "analysis/formats/qemu_topology.hpp"
#include "models/base/index_ranges.hpp"

namespace vqlab {
namespace {

constexpr std::uint32_t kMostCpu = 1024;
constexpr std::int64_t kMostOfLevel = 4096;  // five of them, multiplied, stay below 2^63

}  // namespace

void LibvirtCpus::read_cpus(const pugi::xml_node& node, const std::string& path) {
  if (path == "vcpu") {
    refuse_second(node, path, "<vcpu>");
    vcpu_line_ = line_of(node);
    if (const auto most = number(node, "vCPUs", node.text().get(), 1, 100000)) {
      machine_.vcpus = {*most, option(path)};
      most_vcpus_ = *most;
    }
    read_number(node, path, "current", 1, 100000, machine_.vcpus);
  } else if (path == "cpu/topology") {
    read_topology(node, path);
  } else if (path == "cputune/vcpupin" || path == "cputune/iothreadpin" || path == "cputune/emulatorpin") {
    read_pin(node, path);
  } else if (path.compare(0, 8, "cputune/") == 0) {
    read_quota(node, path);
  }
}

void LibvirtCpus::refuse_second(const pugi::xml_node& node, const std::string& which, const std::string& what) {
  if (!seen_.insert(which).second)
    record_.fault(line_of(node), '<' + std::string(node.name()) + '>', what + " a second time", "one");
}

void LibvirtCpus::read_topology(const pugi::xml_node& node, const std::string& path) {
  std::map<std::string, Said<std::int64_t>> said;
  for (const char* const name : {"sockets", "dies", "clusters", "cores", "threads"}) {
    said[name].value = 1;
    read_number(node, path, name, 1, kMostOfLevel, said[name]);
  }
  const SharedCaches caches =
      shared_caches(said["sockets"].value, said["dies"].value, said["cores"].value, said["threads"].value);
  machine_.shared_cache.value = caches.shared;
  topology_ =
      said["sockets"].value * said["dies"].value * said["clusters"].value * said["cores"].value * said["threads"].value;
  topology_line_ = line_of(node);
  if (caches.approximately.empty()) return;
  for (const auto& [name, one] : said)
    if (one.option) record_.reclass(*one.option, OptionClass::kApproximated, caches.approximately);
}

void LibvirtCpus::read_pin(const pugi::xml_node& node, const std::string& path) {
  const std::string text = node.attribute("cpuset").value();
  std::string list;
  for (const char one : text)
    if (one != ' ') list += one;
  const auto ranges = parse_ranges(list);
  if (!ranges || ranges->back().end > kMostCpu) {
    const bool excludes = text.find('^') != std::string::npos;
    return record_.fault(line_of(node), '<' + path + '>', "cpuset " + OptionRecord::shown(text),
                         excludes ? "numbers in ascending order, without ^" : "CPUs below 1024 such as \"0-3,8\"");
  }
  Said<std::vector<std::uint32_t>> pin{{}, option(path + "@cpuset")};
  for (const IndexRange& range : *ranges)
    for (std::uint32_t cpu = range.first; cpu < range.end; ++cpu) pin.value.push_back(cpu);
  if (path == "cputune/emulatorpin") {
    refuse_second(node, path, "<emulatorpin>");
    machine_.emulator_pin = pin;
    return;
  }
  const bool vcpu = path == "cputune/vcpupin";
  const auto index = vcpu ? number(node, "vcpu", node.attribute("vcpu").value(), 0, kMostVmThreads - 1)
                          : number(node, "iothread", node.attribute("iothread").value(), 1, 1000000);
  if (!index) return;
  refuse_second(node, path + std::to_string(*index),
                (vcpu ? "a pin of vCPU " : "a pin of iothread ") + std::to_string(*index));
  (vcpu ? vcpu_pins_ : iothread_pins_)[*index] = pin;
}

void LibvirtCpus::read_quota(const pugi::xml_node& node, const std::string& path) {
  const std::string name = path.substr(8);
  const std::array<std::pair<const char*, VmQuota*>, 4> kinds{{{"", &machine_.vcpu_quota},
                                                               {"global_", &machine_.global_quota},
                                                               {"emulator_", &machine_.emulator_quota},
                                                               {"iothread_", &machine_.iothread_quota}}};
  for (const auto& [before, quota] : kinds) {
    if (name == before + std::string("quota")) {
      if (const auto us = number(node, "quota", node.text().get(), -1, std::int64_t{1} << 53))
        quota->quota_us = {*us, option(path)};
    } else if (name == before + std::string("period")) {
      if (const auto us = number(node, "period", node.text().get(), 0, 1000000))
        quota->period_us = {*us == 0 ? 100000 : *us, option(path)};
    }
  }
}

void LibvirtCpus::finish_cpus() {
  if (topology_ > 0 && most_vcpus_ != topology_)
    record_.fault(topology_line_, "<topology>", std::to_string(topology_) + " vCPUs",
                  std::to_string(most_vcpus_) + ", as " + (vcpu_line_ > 0 ? "<vcpu> says" : "where no <vcpu> is"));
  if (!vcpu_pins_.empty())
    for (std::int64_t vcpu = 0; vcpu < std::min(machine_.vcpus.value, kMostVmThreads); ++vcpu)
      machine_.vcpu_pins.push_back(vcpu_pins_[vcpu]);
  if (!iothread_pins_.empty())
    for (const VmIothread& one : machine_.iothreads)
      machine_.iothread_pins.push_back(iothread_pins_[std::stoll(one.id.substr(8))]);
}

}  // namespace vqlab
