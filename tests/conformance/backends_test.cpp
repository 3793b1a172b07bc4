// What every storage back end must do. A new file in models/backend/backends/ is tested here unasked.
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <rapidcheck.h>
#include <string>
#include <vector>

#include "models/backend/backend.hpp"
#include "models/base/units.hpp"
#include "tests/conformance/allocations.hpp"
#include "tests/support/slow_device.hpp"
#include "tests/support/testbed_rig.hpp"

namespace vqlab::test {
namespace {

const BackendEntry& entry_of(const std::string& name) { return *Registry<BackendEntry>::instance().find(name); }

class EveryBackend : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Conformance, EveryBackend, testing::ValuesIn(Registry<BackendEntry>::instance().names()),
                         [](const auto& backend) { return backend.param; });

TEST_P(EveryBackend, AsksForNoMoreThanTheRequest) {
  rc::check("no more pages, no more bytes, and the same again", [] {
    const auto bytes = 512 * *rc::gen::inRange<std::uint64_t>(1, 4096);
    const BackendWork work = entry_of(GetParam()).work(bytes);
    RC_ASSERT(work.worker_pages <= pages(bytes));
    RC_ASSERT(work.copy_bytes <= bytes);
    const BackendWork again = entry_of(GetParam()).work(bytes);
    RC_ASSERT(again.worker_pages == work.worker_pages && again.copy_bytes == work.copy_bytes);
  });
}

TEST_P(EveryBackend, AllocatesNothing) {
  const BackendEntry& backend = entry_of(GetParam());
  const std::uint64_t before = allocations();
  for (std::uint64_t bytes = 512; bytes < (1 << 20); bytes += 512) (void)backend.work(bytes);
  EXPECT_EQ(allocations(), before);
}

TEST_P(EveryBackend, ADeviceEndsEveryRequestAndComesToAllocateNothing) {
  const BackendEntry& backend = entry_of(GetParam());
  if (backend.device == nullptr) return;
  const PartParams defaults;
  const DeviceChoice slow = slow_device();
  const std::unique_ptr<StorageDevice> device = backend.device({RandomStream(1, "device"), {defaults, slow.sheet()}});
  std::vector<DeviceRequest> requests(32);
  std::multimap<Instant, DeviceRequest*> due;
  RandomStream draws(1, "requests");
  std::uint64_t allocated = 0;
  int over = 0;
  const auto call = [&](DeviceRequest& request, Instant now) {
    const std::uint64_t before = allocations();
    const Instant next = device->advance(request, now);
    allocated += allocations() - before;
    ASSERT_GE(next, now);
    if (next == now)
      ++over;
    else
      due.emplace(next, &request);
  };
  Instant now{};
  for (int round = 0; round < 20; ++round) {
    allocated = 0;
    for (DeviceRequest& request : requests) {
      request = {.offset_bytes = draws.next16() * std::uint64_t{65536}, .bytes = 65536, .write = round % 2 == 0};
      call(request, now);
    }
    while (!due.empty()) {
      const auto first = due.begin();
      now = first->first;
      DeviceRequest& request = *first->second;
      due.erase(first);
      call(request, now);
    }
  }
  EXPECT_EQ(over, 20 * 32);
  EXPECT_EQ(allocated, 0u);
}

TEST_P(EveryBackend, ServesATestbed) {
  Testbed testbed = short_testbed();
  testbed.host.backend = GetParam();
  TestbedRig rig(testbed);
  ASSERT_TRUE(rig.run_to_end());
  EXPECT_EQ(rig.total(sim::Count::kCompleted), rig.requests());
}

TEST_P(EveryBackend, SaysWhatItIs) { EXPECT_GT(std::string(entry_of(GetParam()).help).size(), 10u); }

}  // namespace
}  // namespace vqlab::test
