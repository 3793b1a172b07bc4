// What plug-ins do against their contracts ends the process with exit code 1 and a message that names the plug-in,
// where its caller takes what it returns. A test registers its own: it has a process for itself.
#include <gtest/gtest.h>
#include <stdexcept>

#include "models/command/driver_version.hpp"
#include "models/steering/policy.hpp"
#include "models/testbed/guest_driver.hpp"
#include "sim/experiment/run_point.hpp"
#include "sim/host/direct_io.hpp"
#include "sim/host/queue_loops.hpp"
#include "tests/support/run_in_child.hpp"
#include "tests/support/testbed_rig.hpp"

namespace vqlab::test {
namespace {

using testing::ExitedWithCode;

void run(const Testbed& testbed) {
  TestbedRig rig(testbed);
  (void)rig.run_to_end();
}

template <class Policy>
Testbed with_policy() {
  Registry<PolicyEntry>::instance().add(
      "broken",
      {.promise = OrderPromise::kNone, .cost = {}, .help = "broken", .source = "a test", .make = make_policy<Policy>});
  Testbed testbed = short_testbed();
  testbed.guest.policy = "broken";
  testbed.guest.vcpus = 4;
  testbed.controller.num_queues = 3;
  return testbed;
}

struct NoSuchQueue final : SteeringPolicy {
  QueueId pick(const SteeringView& view) const override { return QueueId(view.queues + 4); }
};
TEST(Contracts, APolicyPicksAQueueThatThereIs) {
  const Testbed testbed = with_policy<NoSuchQueue>();
  EXPECT_EXIT(run(testbed), ExitedWithCode(1),
              "policy broken breaks its contract: pick\\(\\) returned queue 7; .* below view.queues, which is 3");
}

struct HoldsTheFirst final : SteeringPolicy {
  QueueId pick(const SteeringView&) const override { return kHold; }
};
TEST(Contracts, APolicyHoldsOnlyWhatComesBack) {
  const Testbed testbed = with_policy<HoldsTheFirst>();
  EXPECT_EXIT(run(testbed), ExitedWithCode(1), "policy broken .* nothing of its target is in flight");
}

struct Waits final : SteeringPolicy {
  explicit Waits(const PolicySetup& setup) : word(setup.words.make<PolicyWord>(1)[0]) {}
  QueueId pick(const SteeringView& view) const override {
    view.memory.store(word, 1);
    return QueueId(view.memory.await_clear(word, 1));
  }
  PolicyWord& word;
};
TEST(Contracts, APolicyWaitsForNobody) {
  const Testbed testbed = with_policy<Waits>();
  EXPECT_EXIT(run(testbed), ExitedWithCode(1), "policy broken .* await_clear\\(\\)");
}

struct Throws final : SteeringPolicy {
  QueueId pick(const SteeringView&) const override { throw std::runtime_error("no queue today"); }
};
TEST(Contracts, APlugInThatThrowsIsSaid) {
  const Testbed testbed = with_policy<Throws>();
  EXPECT_EXIT(run(testbed), ExitedWithCode(1), "throws, and it has thrown: no queue today");
}

TEST(Contracts, APolicyIsMade) {
  Registry<PolicyEntry>::instance().add(
      "broken", {.promise = OrderPromise::kNone,
                 .cost = {},
                 .help = "broken",
                 .source = "a test",
                 .make = {[](const PolicySetup&) -> std::unique_ptr<SteeringPolicy> { return nullptr; }, 0}});
  Testbed testbed = short_testbed();
  testbed.guest.policy = "broken";
  testbed.controller.num_queues = 2;
  EXPECT_EXIT(run(testbed), ExitedWithCode(1), "policy broken .* has made no policy");
}

TEST(Contracts, AFailedPointSaysWho) {
  const ChildRun failed = run_in_child(with_policy<NoSuchQueue>(), {.min_simulated_s = 0.01, .max_simulated_s = 0.01});
  EXPECT_NE(failed.error.find("exit status 1\nvqlab: policy broken breaks its contract"), std::string::npos)
      << failed.error;
}

Testbed with_backend(const BackendEntry& entry) {
  Registry<BackendEntry>::instance().add("broken", entry);
  Testbed testbed = short_testbed();
  testbed.host.backend = "broken";
  return testbed;
}

TEST(Contracts, ABackEndTakesNoMoreThanTheRequest) {
  const Testbed testbed = with_backend({"broken", [](std::uint64_t bytes) { return BackendWork{0, bytes + 1}; }});
  EXPECT_EXIT(run(testbed), ExitedWithCode(1),
              "back end broken .* returned 0 pages and [0-9]+ bytes; it returns no more than the request has");
}

// After 1 us it goes back by 2.
class BackInTime final : public StorageDevice {
 public:
  std::vector<DeviceUnits> units(Instant) const override { return {}; }
  Instant advance(DeviceRequest& request, Instant now) override { return request.stage++ == 0 ? now + 1us : now - 2us; }
};
class NegativeService final : public StorageDevice {
 public:
  std::vector<DeviceUnits> units(Instant) const override { return {}; }
  Instant advance(DeviceRequest& request, Instant now) override {
    request.service = -5ns;
    return now;
  }
};
template <class Device>
Testbed with_device(const char* aio) {
  Testbed testbed = with_backend({"broken",
                                  [](std::uint64_t) {
                                    return BackendWork{0, 0};
                                  },
                                  [](const DeviceSetup&) -> std::unique_ptr<StorageDevice> {
                                    if constexpr (std::is_void_v<Device>)
                                      return nullptr;
                                    else
                                      return std::make_unique<Device>();
                                  }});
  testbed.host.aio = aio;
  if (testbed.host.aio == std::string("native")) testbed.host.server = "iothreads";
  return testbed;
}

TEST(Contracts, ADeviceDoesNotGoBackInTime) {
  Testbed testbed = with_device<BackInTime>("threads");
  EXPECT_EXIT(run(testbed), ExitedWithCode(1), "device of back end broken .* 2000 ns back");
  testbed.host.aio = "native";
  testbed.host.server = "iothreads";
  EXPECT_EXIT(run(testbed), ExitedWithCode(1), "device of back end broken .* 2000 ns back");
}
TEST(Contracts, ADeviceServesInNoLessThanNoTime) {
  const Testbed testbed = with_device<NegativeService>("native");
  EXPECT_EXIT(run(testbed), ExitedWithCode(1), "device of back end broken .* -5 ns");
}
TEST(Contracts, ADeviceIsMade) {
  const Testbed testbed = with_device<void>("native");
  EXPECT_EXIT(run(testbed), ExitedWithCode(1), "back end broken .* has made no device");
}

// Moves nothing, and may do so twice, or for less than nothing.
class BrokenAio final : public sim::Aio {
 public:
  BrokenAio(sim::AioListener& listener, Duration submit, int times)
      : listener_(listener), submit_(submit), times_(times) {}
  Duration draw_submit(std::uint32_t) override { return submit_; }
  std::uint32_t sleepers() const override { return 0; }
  void submit(sim::HostRequest& request) override {
    for (int i = 0; i < times_; ++i) (void)listener_.request_served(request);
  }
  std::uint32_t threads_max() const override { return 0; }

 private:
  sim::AioListener& listener_;
  Duration submit_;
  int times_;
};
Testbed with_aio(sim::AioFactory make, const char* server) {
  const sim::AioRegistration registered{"broken", {.help = "broken"}, make};
  Testbed testbed = short_testbed();
  testbed.host.aio = "broken";
  testbed.host.server = server;
  testbed.host.backend = "null";
  return testbed;
}

TEST(Contracts, AnAioHandsARequestBackOnce) {
  Testbed testbed = with_aio(
      [](const sim::HostSetup&, sim::AioListener& listener, const std::string&) -> std::unique_ptr<sim::Aio> {
        return std::make_unique<BrokenAio>(listener, 0ns, 2);
      },
      "main_loop");
  EXPECT_EXIT(run(testbed), ExitedWithCode(1), "aio broken of server main_loop .* twice for one request");
  testbed.host.server = "iothreads";
  EXPECT_EXIT(run(testbed), ExitedWithCode(1), "aio broken of server iothreads .* twice for one request");
}
TEST(Contracts, AStepTakesNoLessThanNoTime) {
  Testbed testbed = with_aio(
      [](const sim::HostSetup&, sim::AioListener& listener, const std::string&) -> std::unique_ptr<sim::Aio> {
        return std::make_unique<BrokenAio>(listener, -1s, 1);
      },
      "main_loop");
  EXPECT_EXIT(run(testbed), ExitedWithCode(1),
              "aio broken of server main_loop .* draw_submit\\(\\) returned -1000000000 ns");
}
TEST(Contracts, AnAioIsMade) {
  const Testbed testbed = with_aio(
      [](const sim::HostSetup&, sim::AioListener&, const std::string&) -> std::unique_ptr<sim::Aio> { return nullptr; },
      "main_loop");
  EXPECT_EXIT(run(testbed), ExitedWithCode(1), "aio broken .* has made no way to the back end");
}
TEST(Contracts, ARunInWhichNothingComesBackFails) {
  const Testbed testbed = with_aio(
      [](const sim::HostSetup&, sim::AioListener& listener, const std::string&) -> std::unique_ptr<sim::Aio> {
        return std::make_unique<BrokenAio>(listener, 0ns, 0);
      },
      "main_loop");
  const ChildRun failed = run_in_child(testbed, {.min_simulated_s = 0.01, .max_simulated_s = 0.01});
  EXPECT_NE(failed.error.find("no request came back"), std::string::npos) << failed.error;
}

Testbed with_server(sim::HostServerFactory make) {
  const sim::HostServerRegistration registered{"broken", {.help = "broken"}, make};
  Testbed testbed = short_testbed();
  testbed.host.server = "broken";
  return testbed;
}
std::unique_ptr<sim::QueueLoops> loops_of(const sim::HostSetup& setup) {
  auto loops = std::make_unique<sim::QueueLoops>();
  loops->add_thread(setup, {.stream = "host/broken", .polling = {}},
                    [&setup](sim::AioListener& listener) { return sim::make_aio(setup, listener); });
  return loops;
}

TEST(Contracts, AServerGivesQueuesToThreadsThatItHas) {
  const Testbed testbed = with_server([](const sim::HostSetup& setup) -> std::unique_ptr<sim::HostServer> {
    auto loops = loops_of(setup);
    loops->assign(std::vector<std::uint32_t>(setup.machine.rings.size(), 1));
    return loops;
  });
  EXPECT_EXIT(run(testbed), ExitedWithCode(1), "gives a queue to thread 1 of 1");
}
TEST(Contracts, AServerServesEachQueue) {
  const Testbed testbed = with_server([](const sim::HostSetup& setup) -> std::unique_ptr<sim::HostServer> {
    auto loops = loops_of(setup);
    loops->assign(std::vector<std::uint32_t>(setup.machine.rings.size() - 1, 0));
    return loops;
  });
  EXPECT_EXIT(run(testbed), ExitedWithCode(1), "it serves each");
}
TEST(Contracts, AServerIsMade) {
  const Testbed testbed =
      with_server([](const sim::HostSetup&) -> std::unique_ptr<sim::HostServer> { return nullptr; });
  EXPECT_EXIT(run(testbed), ExitedWithCode(1), "server broken .* has made no server");
}

// Threads that have worked less and less, or that vanish.
class Forgetful final : public sim::HostServer {
 public:
  explicit Forgetful(bool fewer) : fewer_(fewer) {}
  std::vector<Duration> busy_times() const override {
    --calls_;
    return fewer_ ? std::vector<Duration>(static_cast<std::size_t>(10 + calls_)) : std::vector<Duration>{calls_ * 1us};
  }
  std::vector<const sim::Aio*> aios() const override { return {}; }

 private:
  bool kicked(sim::LineIndex) override { return false; }
  bool fewer_;
  mutable int calls_ = 0;
};
TEST(Contracts, AServersThreadsNeverUnworkNorVanish) {
  Testbed testbed = with_server([](const sim::HostSetup& setup) -> std::unique_ptr<sim::HostServer> {
    return std::make_unique<Forgetful>(setup.testbed.targets == 1);
  });
  const Precision kBrief{.min_simulated_s = 0.01, .max_simulated_s = 0.01};
  for (const auto& [targets, said] : {std::pair{1u, "another number of threads"}, std::pair{2u, "busy_times() fell"}}) {
    testbed.targets = targets;
    const ChildRun failed = run_in_child(testbed, kBrief);
    EXPECT_NE(failed.error.find(std::string("server broken breaks its contract: busy_times() ") +
                                (targets == 1 ? "has " : "")),
              std::string::npos)
        << failed.error;
    EXPECT_NE(failed.error.find(said), std::string::npos) << failed.error;
  }
}

TEST(Contracts, ADriversTraitsAgree) {
  DriverVersion version = *Registry<DriverVersion>::instance().find("blk_mq");
  version.policy = "no_such_policy";
  version.tags = version.batches = false;
  const DriverRegistration registered{"broken", version};
  Testbed testbed = short_testbed();
  testbed.guest.driver = "broken";
  EXPECT_EXIT(run(testbed), ExitedWithCode(1), "driver broken breaks its contract: a policy that there is not");
}

TEST(Contracts, ANameIsRegisteredOnce) {
  const PolicyEntry entry = *Registry<PolicyEntry>::instance().find("per_vcpu");
  EXPECT_EXIT(Registry<PolicyEntry>::instance().add("per_vcpu", entry), ExitedWithCode(1),
              "plug-in per_vcpu .* registered already");
}

}  // namespace
}  // namespace vqlab::test
