#include "analysis/formats/lower_threads.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <string>

#include "analysis/formats/lower_controllers.hpp"

namespace vqlab {
namespace {

constexpr std::int64_t kFirstPoll = 4000;  // ns; what poll-grow makes longer
constexpr std::int64_t kMostWorkers = 1024;
constexpr std::int64_t kMostQuota = 1000000000;

void approximate_thread(ImportedPart& part, const std::optional<std::size_t>& option, const std::string& words) {
  if (option) set_class(part, *option, OptionClass::kApproximated, words);
}

std::set<std::string> iothreads_in_use(const VirtualMachine& machine, const std::vector<std::size_t>& used) {
  std::set<std::string> names;
  for (const std::size_t at : used) {
    const VmController& one = machine.controllers[at];
    if (!one.iothread.value.empty()) names.insert(one.iothread.value);
    for (const IothreadVqs& element : one.mapping.value) names.insert(element.iothread);
  }
  return names;
}

// The first iothread's value, for all.
std::int64_t of_all_iothreads(const std::vector<const VmIothread*>& threads, Said<std::int64_t> VmIothread::*member,
                              const std::string& word, ImportedPart& part) {
  const std::int64_t chosen = (threads.front()->*member).value;
  for (const VmIothread* const one : threads)
    if ((one->*member).value != chosen)
      approximate_thread(part, (one->*member).option ? (one->*member).option : std::optional(one->option),
                         word + ' ' + std::to_string(chosen) + ": one value holds for all iothreads, the first one's");
  return chosen;
}

// Those that serve no queue. One option may define several.
void set_idle_aside(const VirtualMachine& machine, const std::set<std::string>& names, ImportedPart& part) {
  std::set<std::size_t> defining;
  for (const VmIothread& one : machine.iothreads)
    if (names.count(one.id) != 0) defining.insert(one.option);
  for (const VmIothread& one : machine.iothreads) {
    if (names.count(one.id) != 0) continue;
    for (const auto* const said : {&one.poll_max_ns, &one.poll_grow, &one.poll_shrink, &one.aio_max_batch})
      if (said->option) set_class(part, *said->option, OptionClass::kHarmless, "an iothread that serves no queue");
    if (defining.count(one.option) == 0)
      set_class(part, one.option, OptionClass::kHarmless, "an iothread that serves no queue");
  }
}

void lower_iothreads(const VirtualMachine& machine, const std::vector<std::size_t>& used, ImportedPart& part) {
  Json iothreads = Json::object();
  const VmController& first = machine.controllers[used.front()];
  if (used.size() == 1 && first.mapping.value.empty())
    iothreads["iothread-vq-mapping"] = Json::array({{{"iothread", first.iothread.value}}});
  else if (used.size() == 1)
    iothreads["iothread-vq-mapping"] = mapping_json(first, machine.vcpus.value, false, part);
  else if (shares_mapping(machine, used))
    iothreads["iothread-vq-mapping"] = mapping_json(first, machine.vcpus.value, true, part);
  else
    for (const std::string& name : dealt_iothreads(machine, used))
      iothreads["iothread-vq-mapping"].push_back({{"iothread", name}});
  const std::set<std::string> names = iothreads_in_use(machine, used);
  std::vector<const VmIothread*> threads;
  for (const VmIothread& one : machine.iothreads)
    if (names.count(one.id) != 0) threads.push_back(&one);
  set_idle_aside(machine, names, part);
  if (!threads.empty()) {
    const auto all = [&](Said<std::int64_t> VmIothread::*member, const std::string& word) {
      return of_all_iothreads(threads, member, word, part);
    };
    const std::int64_t longest = all(&VmIothread::poll_max_ns, "poll-max-ns");
    const std::int64_t grow = all(&VmIothread::poll_grow, "poll-grow");
    const std::int64_t shrink = all(&VmIothread::poll_shrink, "poll-shrink");
    const std::int64_t batch = all(&VmIothread::aio_max_batch, "aio-max-batch");
    iothreads["poll-max-ns"] = longest;
    if (grow > 0 && longest > kFirstPoll) iothreads["poll-grow"] = grow;
    if (shrink > 0 && longest > 0) iothreads["poll-shrink"] = shrink;
    if (batch > 0) iothreads["aio-max-batch"] = batch;
  }
  part.scenario["iothreads"] = iothreads;
}

void lower_pool(const VirtualMachine& machine, const std::vector<std::size_t>& used, Json& host, ImportedPart& part) {
  const std::set<std::string> names = iothreads_in_use(machine, used);
  std::int64_t most = 0;
  for (const VmIothread& one : machine.iothreads) {
    if (!one.thread_pool_max.option) continue;
    if (host.value("aio", "") != "threads" || names.count(one.id) == 0) {
      set_class(part, *one.thread_pool_max.option, OptionClass::kHarmless, "no request takes a thread of this pool");
    } else if (most != 0 && most != one.thread_pool_max.value) {
      approximate_thread(part, one.thread_pool_max.option, "worker_threads_max in host: one value for all pools");
    } else if (one.thread_pool_max.value >= 1) {
      most = std::min(one.thread_pool_max.value, kMostWorkers);
    }
  }
  if (most > 0) host["worker_threads_max"] = most;
}

std::string cpu_text(const std::set<std::uint32_t>& cpus) {
  std::string text;
  for (auto one = cpus.begin(); one != cpus.end();) {
    const std::uint32_t first = *one;
    std::uint32_t last = first;
    while (++one != cpus.end() && *one == last + 1) last = *one;
    text += (text.empty() ? "" : ",") + std::to_string(first) + (last > first ? '-' + std::to_string(last) : "");
  }
  return text;
}

// As a scenario pins the threads of a kind: all, each to one CPU of a list in turn.
void lower_pins(const VmPins& pins, const std::string& key, Json& host, ImportedPart& part) {
  std::set<std::uint32_t> cpus;
  bool all = !pins.empty();
  for (const auto& pin : pins) {
    all = all && !pin.value.empty();
    cpus.insert(pin.value.begin(), pin.value.end());
  }
  if (cpus.empty()) return;
  if (!all) {
    for (const auto& pin : pins)
      if (pin.option)
        set_class(part, *pin.option, OptionClass::kApproximated,
                  "runs where the host's scheduler puts it: all threads of a kind are pinned here, or none (" + key +
                      " in host)");
    return;
  }
  host[key] = cpu_text(cpus);
  const std::vector<std::uint32_t> list(cpus.begin(), cpus.end());
  for (std::size_t i = 0; i < pins.size(); ++i)
    if (pins[i].value.size() != 1 || pins[i].value.front() != list[i % list.size()])
      approximate_thread(part, pins[i].option, key + " in host: each thread on one CPU of them, in turn");
}

void lower_emulator_pin(const VirtualMachine& machine, const ServedBy& served, Json& host, ImportedPart& part) {
  const Said<std::vector<std::uint32_t>>& pin = machine.emulator_pin;
  if (pin.value.empty()) return;
  const std::string cpus = cpu_text({pin.value.begin(), pin.value.end()});
  const bool pool = host.value("aio", "") == "threads";
  if (!served.iothreads && !served.vhost) host["server_cpus"] = cpus;
  if (pool) host["worker_cpus"] = cpus;
  if (!pin.option) return;
  if (served.vhost || (served.iothreads && !pool))
    set_class(part, *pin.option, OptionClass::kHarmless, "no thread of the emulator serves a request");
  else if (pin.value.size() > 1 || pool)
    set_class(part, *pin.option, OptionClass::kApproximated,
              "server_cpus and worker_cpus in host: each thread on one CPU of them, in turn");
}

bool limits(const VmQuota& quota, ImportedPart& part) {
  if (quota.quota_us.value > 0) return true;
  for (const auto* const said : {&quota.quota_us, &quota.period_us})
    if (said->option) set_class(part, *said->option, OptionClass::kHarmless, "no limit");
  return false;
}

void lower_quota(const VmQuota& quota, const std::string& kind, bool read, Json& host, ImportedPart& part) {
  if (!limits(quota, part)) return;
  if (!read) {
    for (const auto* const said : {&quota.quota_us, &quota.period_us})
      if (said->option)
        set_class(part, *said->option, OptionClass::kHarmless, "no thread of this kind serves a request");
    return;
  }
  host[kind + "_quota_us"] = std::min(quota.quota_us.value, kMostQuota);
  const std::int64_t period = std::clamp<std::int64_t>(quota.period_us.value, 1000, 1000000);
  if (period != VmQuota{}.period_us.value) host[kind + "_period_us"] = period;
}

void lower_quotas(const VirtualMachine& machine, const ServedBy& served, Json& host, ImportedPart& part) {
  const bool pool = host.value("aio", "") == "threads";
  lower_quota(machine.vcpu_quota, "vcpu", true, host, part);
  lower_quota(machine.iothread_quota, "iothread", served.iothreads, host, part);
  lower_quota(machine.emulator_quota, "emulator", !served.iothreads || pool, host, part);
  const bool by_kind =
      host.contains("vcpu_quota_us") || host.contains("iothread_quota_us") || host.contains("emulator_quota_us");
  if (!by_kind) return lower_quota(machine.global_quota, "cfs", true, host, part);
  if (!limits(machine.global_quota, part)) return;
  for (const auto* const said : {&machine.global_quota.quota_us, &machine.global_quota.period_us})
    if (said->option)
      set_class(part, *said->option, OptionClass::kRefused,
                "a limit of all threads together beside limits by kind; nearest: one of the two");
}

// The scenario's way to the storage.
void lower_storage(const VirtualMachine& machine, const PlacedDisks& placed, Json& host, ImportedPart& part) {
  if (placed.aio.empty()) {
    if (!machine.disks.empty()) host["backend"] = "null";
    return;
  }
  for (const VmDisk& disk : machine.disks)
    if (disk.null.value)
      set_class(part, disk.option, OptionClass::kApproximated, "the machine's storage, as the other disks have it");
  host["aio"] = placed.aio;
}

void lower_vhost(const VirtualMachine& machine, const std::vector<std::size_t>& used, ImportedPart& part) {
  bool each = true;
  for (const std::size_t at : used) {
    const VmController& one = machine.controllers[at];
    if (!one.vhost) {
      set_class(part, one.option, OptionClass::kApproximated, "vhost-scsi serves all devices here");
      continue;
    }
    each = each && one.worker_per_virtqueue.value;
  }
  part.scenario["vhost_scsi"]["worker_per_virtqueue"] = each;
  for (const std::size_t at : used) {
    const VmController& one = machine.controllers[at];
    if (one.vhost && one.worker_per_virtqueue.value != each)
      approximate_thread(part, one.worker_per_virtqueue.option, "one worker for each device: the same for all devices");
  }
}

}  // namespace

void lower_threads(const VirtualMachine& machine, const PlacedDisks& placed, ImportedPart& part) {
  Json host = Json::object();
  ServedBy served = served_by(machine, placed);
  const std::vector<std::size_t> used = used_controllers(machine, placed);
  if (served.vhost) {
    served.iothreads = false;
    host["server"] = "vhost_scsi";
    lower_vhost(machine, used, part);
  } else if (!used.empty()) {
    host["server"] = served.iothreads || served.exits ? "iothreads" : "main_loop";
    lower_storage(machine, placed, host, part);
  }
  if (served.iothreads)
    lower_iothreads(machine, used, part);
  else
    set_idle_aside(machine, {}, part);
  lower_pool(machine, used, host, part);
  lower_pins(machine.vcpu_pins, "vcpu_cpus", host, part);
  lower_emulator_pin(machine, served, host, part);
  if (served.iothreads) {
    lower_pins(machine.iothread_pins, "server_cpus", host, part);
  } else {
    for (const auto& pin : machine.iothread_pins)
      if (pin.option) set_class(part, *pin.option, OptionClass::kHarmless, "an iothread that serves no queue");
  }
  lower_quotas(machine, served, host, part);
  if (!host.empty()) part.scenario["host"] = host;
}

}  // namespace vqlab
