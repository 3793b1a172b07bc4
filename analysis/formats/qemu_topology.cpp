#include "analysis/formats/qemu_topology.hpp"

#include <algorithm>
#include <map>

#include "analysis/words/qemu_tables.hpp"

namespace vqlab {
namespace {

constexpr std::int64_t kMostOfTopology = 1 << 20;

}  // namespace

SharedCaches shared_caches(std::int64_t sockets, std::int64_t dies, std::int64_t cores, std::int64_t threads) {
  SharedCaches caches;
  const std::int64_t caches_of_machine = sockets * dies;
  caches.shared = caches_of_machine == 1 || cores * threads > caches_of_machine;
  if (caches_of_machine > 1 && cores * threads > 1)
    caches.approximately = caches.shared ? "topology \"cores\" in guest: all vCPUs share one cache here"
                                         : "topology \"sockets\" in guest: no vCPUs share a cache here";
  else if (threads > 1)
    caches.approximately = "vCPUs that are siblings of a core are cores of their own here";
  return caches;
}

void read_smp(const QemuArgument& argument, const std::string& prefix, const QemuVersion& version, OptionRecord& record,
              VirtualMachine& machine) {
  std::map<std::string, std::int64_t> said;
  std::map<std::string, std::size_t> options;
  const std::string where = argument.option;
  for (const QemuProperty& property : argument.properties) {
    if (property.key.compare(0, prefix.size(), prefix) != 0) continue;
    const std::string name = property.key.substr(prefix.size());
    const QemuPropertyRow* const row = qemu_property(qemu_smp_table(), name);
    if (row == nullptr) {
      const std::vector<std::string> known = qemu_property_names(qemu_smp_table());
      record.fault(property.line, where, "an unknown property " + OptionRecord::shown(property.key), one_of(known),
                   record.nearest(name, known));
      continue;
    }
    const auto number = qemu_integer(property.value);
    options[name] = record.add(property.line, where, property.key, property.value, row->kind, row->words);
    if (!number || *number < 0 || *number > kMostOfTopology) {
      record.fault(property.line, where + ' ' + property.key, OptionRecord::shown(property.value), "a number of vCPUs");
      continue;
    }
    if (*number > 0) said[name] = *number;
  }
  const auto of = [&said](const std::string& name) { return said.count(name) != 0 ? said[name] : 0; };
  const auto or_one = [](std::int64_t value) { return value > 0 ? value : 1; };
  // Levels that QEMU never makes up.
  const std::int64_t others =
      or_one(of("dies")) * or_one(of("clusters")) * or_one(of("modules")) * or_one(of("books")) * or_one(of("drawers"));
  std::int64_t sockets = of("sockets");
  std::int64_t cores = of("cores");
  std::int64_t threads = of("threads");
  std::int64_t most = of("maxcpus") > 0 ? of("maxcpus") : of("cpus");
  if (most == 0) {
    sockets = or_one(sockets);
    cores = or_one(cores);
    threads = or_one(threads);
  } else if (version.before(6, 2)) {
    if (sockets == 0) {
      cores = or_one(cores);
      threads = or_one(threads);
      sockets = or_one(most / (cores * threads * others));
    } else if (cores == 0) {
      threads = or_one(threads);
      cores = or_one(most / (sockets * threads * others));
    }
  } else if (cores == 0) {
    sockets = or_one(sockets);
    threads = or_one(threads);
    cores = or_one(most / (sockets * threads * others));
  } else if (sockets == 0) {
    threads = or_one(threads);
    sockets = or_one(most / (cores * threads * others));
  }
  if (threads == 0) threads = or_one(most / (sockets * cores * others));
  const std::int64_t total = sockets * cores * threads * others;
  if (most == 0) most = total;
  const std::int64_t vcpus = of("cpus") > 0 ? of("cpus") : most;
  if (total != most || vcpus > most)
    record.fault(
        argument.line, where, argument.text,
        "levels that together are maxcpus, which is at least cpus: " + std::to_string(total) + " are described");
  machine.vcpus.value = vcpus;
  if (options.count("cpus") != 0) machine.vcpus.option = options["cpus"];
  const SharedCaches caches = shared_caches(sockets, or_one(of("dies")), cores, threads);
  machine.shared_cache.value = caches.shared;
  if (caches.approximately.empty()) return;
  for (const char* const name : {"sockets", "dies", "cores", "threads"})
    if (options.count(name) != 0) record.reclass(options[name], OptionClass::kApproximated, caches.approximately);
}

}  // namespace vqlab
