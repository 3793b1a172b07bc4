// What holds for every composition of a host, unasked; and a part that nothing but this file knows of.
#include <gtest/gtest.h>

#include "analysis/scenario/cross_checks.hpp"
#include "sim/experiment/run_point.hpp"
#include "sim/host/host_part.hpp"
#include "sim/host/queue_loop.hpp"
#include "sim/host/queue_loops.hpp"
#include "tests/support/expect_all_served.hpp"

namespace vqlab::test {
namespace {

// A reactor that polls without end, as a vhost-user target does.
struct Reactor {
  Cost submit_ns{700};

  friend bool operator==(const Reactor&, const Reactor&) = default;
};
const ParamTable& params_of(const Reactor*) {
  static const ParamTable table{"test_reactor",
                                "A server of this test.",
                                {cost("submit_ns", &Reactor::submit_ns, {100, 2000}, ResourceId::kMainLoop,
                                      "Handing over a request.", "none: a test")}};
  return table;
}
const PartParamsRegistration<Reactor> params;

const sim::HostServerRegistration registered{
    "test_reactor",
    {.help = "A server of this test."},
    [](const sim::HostSetup& setup) -> std::unique_ptr<sim::HostServer> {
      auto loops = std::make_unique<sim::QueueLoops>();
      loops->add_thread(
          setup, {.stream = "host/reactor", .take_at_most = 8, .submit_at_most = 8, .polling = {.times = {.max = 1s}}},
          [&setup](sim::AioListener& listener) { return sim::make_aio(setup, listener); });
      loops->assign(std::vector<std::uint32_t>(setup.machine.rings.size(), 0));
      return loops;
    }};

bool goes_together(const Testbed& testbed) {
  const PointSpec spec{testbed, {}};
  for (const CrossCheck& check : cross_checks())
    if (!check.holds(spec)) return false;
  return true;
}

TEST(HostParts, EveryCompositionServesEveryRequest) {
  std::size_t compositions = 0;
  for (const std::string& server : Registry<HostServerKind>::instance().names())
    for (const std::string& aio : Registry<AioKind>::instance().names())
      for (const std::string& backend : Registry<BackendEntry>::instance().names())
        for (const bool batched : {false, true}) {
          Testbed testbed = short_testbed();
          testbed.job.rw = "randrw";
          testbed.controller.num_queues = 2;
          testbed.host.server = server;
          testbed.host.aio = aio;
          testbed.host.backend = backend;
          testbed.host.batch_interrupts = batched;
          testbed.controller.event_idx = !batched;
          if (!goes_together(testbed)) continue;
          ++compositions;
          TestbedRig rig(testbed);
          SCOPED_TRACE(server + ' ' + aio + ' ' + backend);
          expect_all_served(rig);
        }
  EXPECT_GE(compositions, 24u);
}

TEST(HostParts, APartIsOneFile) {
  Testbed testbed;
  testbed.targets = 4;
  testbed.host.server = "test_reactor";
  testbed.host.aio = "native";
  testbed.host.backend = "null";
  ASSERT_TRUE(goes_together(testbed));
  const PointResult result = run_point(testbed, {.half_width_percent = 5, .max_simulated_s = 0.05}, 1);
  EXPECT_GT(result.completed_ios, 1000u);
}

}  // namespace
}  // namespace vqlab::test
