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

// Each with the next driver, number of queues, API and use of hints. True as soon as `visit` says it.
bool visit_guests(const Testbed& host, const std::function<bool(const Testbed&)>& visit) {
  const auto seen_enough = [&visit](const Testbed& one) { return goes_together(one) && visit(one); };
  for (const std::string& driver : Registry<DriverVersion>::instance().names())
    for (const std::uint32_t queues : {kVcpus / 2, kVcpus, 1u})
      for (const char* api : {"piecewise", "add_buf"})
        for (const bool hints : {true, false}) {
          Testbed one = host;
          one.guest = GuestConfig{};
          one.guest.vcpus = kVcpus;
          one.guest.driver = driver;
          one.guest.buffer_api = api;
          one.guest.affinity_hints = hints;
          one.controller = Controller{};
          one.controller.num_queues = queues;
          load(one);
          // With one queue a loop with few descriptors, too; vCPUs that serve their kicks; neighbours in a plug.
          if (queues == 1) one.controller.devices = 1;
          if (seen_enough(one)) return true;
          if (queues > 1) continue;
          Testbed kicks = one;
          kicks.controller.ioeventfd = false;
          if (seen_enough(kicks)) return true;
          one.job.rw = "rw";
          one.job.iodepth_batch = 8;
          if (seen_enough(one)) return true;
        }
  return false;
}

template <class Kind>
std::vector<std::string> names_of(bool said, const std::string& name) {
  return said ? std::vector<std::string>{name} : Registry<Kind>::instance().names();
}

}  // namespace

void visit_compositions(const Testbed& machine, const std::function<bool(const std::string&)>& says,
                        const std::function<bool(const Testbed&)>& visit) {
  for (const std::string& server : names_of<HostServerKind>(says("host.server"), machine.host.server))
    for (const std::string& aio : names_of<AioKind>(says("host.aio"), machine.host.aio))
      for (const std::string& backend : names_of<BackendEntry>(says("host.backend"), machine.host.backend)) {
        Testbed host = machine;
        host.host.server = server;
        host.host.aio = aio;
        host.host.backend = backend;
        if (!says("host.slow_targets")) host.host.slow_targets = 1;
        if (visit_guests(host, visit)) return;
      }
}

}  // namespace vqlab
