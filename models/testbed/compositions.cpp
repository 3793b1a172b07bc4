#include "models/testbed/compositions.hpp"

#include <algorithm>

#include "models/backend/backend.hpp"
#include "models/command/driver_version.hpp"
#include "models/testbed/host_kind.hpp"
#include "models/testbed/testbed_check.hpp"

namespace vqlab {
namespace {

constexpr std::uint32_t kVcpus = 8;

bool goes_together(const Testbed& testbed) {
  const auto& checks = Registry<TestbedCheck>::instance().entries();
  return std::all_of(checks.begin(), checks.end(),
                     [&testbed](const auto& check) { return check.second.holds(testbed); });
}

// A load that leaves nothing idle: many processes of each vCPU, both directions, rates.
void load(Testbed& testbed) {
  testbed.targets = 256;
  testbed.luns_per_target = 2;
  testbed.job.rw = "randrw";
  testbed.job.iodepth = 64;
  testbed.job.numjobs = 4;
  testbed.job.thinktime_us = 100;
  testbed.controller.devices = 64;
  testbed.tenant.physical_cpus = 1;
}

// Each with the next driver, number of queues, API and use of hints.
std::vector<Testbed> with_guests(const Testbed& host) {
  std::vector<Testbed> all;
  for (const std::string& driver : Registry<DriverVersion>::instance().names())
    for (const std::uint32_t queues : {kVcpus / 2, kVcpus, 1u})
      for (const char* api : {"piecewise", "add_buf"})
        for (const bool hints : {true, false}) {
          Testbed& one = all.emplace_back(host);
          one.guest = GuestConfig{};
          one.guest.vcpus = kVcpus;
          one.guest.driver = driver;
          one.guest.buffer_api = api;
          one.guest.affinity_hints = hints;
          one.controller = Controller{};
          one.controller.num_queues = queues;
          load(one);
          if (queues > 1) continue;
          // A loop with few descriptors, too; vCPUs that serve their kicks; neighbours in a plug.
          one.controller.devices = 1;
          Testbed kicks = one;
          kicks.controller.ioeventfd = false;
          Testbed batches = one;
          batches.job.rw = "rw";
          batches.job.iodepth_batch = 8;
          all.push_back(std::move(kicks));
          all.push_back(std::move(batches));
        }
  return all;
}

template <class Kind>
std::vector<std::string> names_of(bool said, const std::string& name) {
  return said ? std::vector<std::string>{name} : Registry<Kind>::instance().names();
}

}  // namespace

std::vector<Testbed> compositions(const Testbed& machine, const std::function<bool(const std::string&)>& says) {
  std::vector<Testbed> all;
  for (const std::string& server : names_of<HostServerKind>(says("host.server"), machine.host.server))
    for (const std::string& aio : names_of<AioKind>(says("host.aio"), machine.host.aio))
      for (const std::string& backend : names_of<BackendEntry>(says("host.backend"), machine.host.backend)) {
        Testbed host = machine;
        host.host.server = server;
        host.host.aio = aio;
        host.host.backend = backend;
        if (!says("host.slow_targets")) host.host.slow_targets = 1;
        for (Testbed& one : with_guests(host))
          if (goes_together(one)) all.push_back(std::move(one));
      }
  return all;
}

}  // namespace vqlab
