// What every version of the driver must say of itself. A new file in models/command/drivers/ is tested here unasked.
#include <gtest/gtest.h>
#include <string>

#include "models/command/driver_version.hpp"

namespace vqlab::test {
namespace {

class EveryDriver : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Conformance, EveryDriver, testing::ValuesIn(Registry<DriverVersion>::instance().names()),
                         [](const auto& driver) { return driver.param; });

TEST_P(EveryDriver, ContradictsItselfInNoTrait) {
  EXPECT_STREQ(contradiction_in(*Registry<DriverVersion>::instance().find(GetParam())), nullptr);
}

TEST(Drivers, ContradictionsAreFound) {
  DriverVersion version = *Registry<DriverVersion>::instance().find("blk_mq");
  version.policy = "single_queue";
  EXPECT_NE(contradiction_in(version), nullptr);
  version.policy = nullptr;
  EXPECT_NE(contradiction_in(version), nullptr);
  version.tags = false;
  EXPECT_NE(contradiction_in(version), nullptr);
  version.batches = false;
  EXPECT_EQ(contradiction_in(version), nullptr);
  version.policy = "no_such_policy";
  EXPECT_NE(contradiction_in(version), nullptr);
}

}  // namespace
}  // namespace vqlab::test
