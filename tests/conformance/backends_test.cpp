// What every storage back end must do. A new file in models/backend/backends/ is tested here unasked.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <string>

#include "models/backend/backend.hpp"
#include "models/base/units.hpp"
#include "tests/conformance/allocations.hpp"
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
