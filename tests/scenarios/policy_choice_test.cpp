// Policies with parameters of their own: in scenarios, sweeps and overrides, and as a command line names them.
#include "analysis/scenario/policy_choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "analysis/scenario/load_study.hpp"
#include "tests/support/read_study.hpp"

namespace vqlab {
namespace {

using test::read_with;
using test::texts;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

double idle_us(const Testbed& testbed) {
  const ParamRef param = find_param("sticky_timeout.idle_us");
  return number_of(param, {testbed, {}});
}

TEST(PolicyParams, AreScenarioValuesSweptAndSet) {
  const std::string study =
      R"("guest": {"policy": "sticky_timeout"}, "controller": {"num_queues": 4},
         "sweep": {"sticky_timeout.idle_us": [50, 500]})";
  const StudyOrFaults swept = read_with(study);
  ASSERT_THAT(texts(swept), IsEmpty());
  ASSERT_EQ(swept.study->points.size(), 2u);
  EXPECT_EQ(idle_us(swept.study->points[0].testbed), 50);
  EXPECT_EQ(idle_us(swept.study->points[1].testbed), 500);
  const StudyOrFaults set = read_with(study, {"sticky_timeout.idle_us=70"});
  ASSERT_THAT(texts(set), IsEmpty());
  ASSERT_EQ(set.study->points.size(), 1u);
  EXPECT_EQ(idle_us(set.study->points[0].testbed), 70);
}

TEST(PolicyParams, AreReadWhereThePolicySteersAlone) {
  EXPECT_THAT(texts(read_with(R"("guest": {"policy": "target_sticky"}, "sticky_timeout": {"idle_us": 50})")),
              ElementsAre(HasSubstr("guest.policy is \"sticky_timeout\"")));
  EXPECT_THAT(texts(read_with(R"("guest": {"policy": "sticky_timeout"}, "controller": {"num_queues": 1},
                                 "sticky_timeout": {"idle_us": 50})")),
              ElementsAre(HasSubstr("a device has several request queues")));
}

TEST(PolicyChoice, NamesAPolicyWithItsParameters) {
  std::vector<Fault> faults;
  const std::vector<PolicyChoice> read = read_policy_choices(
      split_policies({"adaptive{vcpus_per_queue=4,row=2},per_vcpu", "two_choices{}"}), "--policy", faults);
  ASSERT_THAT(faults, IsEmpty());
  ASSERT_EQ(read.size(), 3u);
  // In the order of the table, whatever was typed.
  EXPECT_EQ(read[0].text, "adaptive{row=2,vcpus_per_queue=4}");
  EXPECT_EQ(read[1].text, "per_vcpu");
  EXPECT_EQ(read[2].text, "two_choices");
  PointSpec spec;
  read[0].choose(spec);
  EXPECT_EQ(spec.testbed.guest.policy, "adaptive");
  EXPECT_EQ(number_of(find_param("adaptive.vcpus_per_queue"), spec), 4);
  EXPECT_EQ(find_param("adaptive.row").get(spec), ParamValue(std::int64_t{2}));
}

TEST(PolicyChoice, EveryFaultIsToldAtOnceWithWhatIsAccepted) {
  std::vector<Fault> faults;
  const std::vector<PolicyChoice> read =
      read_policy_choices(split_policies({"sticky_timout", "sticky_timeout{idl_us=5},sticky_timeout{idle_us=-1}",
                                          "sticky_timeout{idle_us}", "sticky_timeout{idle_us=1", "per_vcpu{row=1}",
                                          "adaptive{row=1,row=2,vcpus_per_queue=x}", "per_vcpu,per_vcpu"}),
                          "--policy", faults);
  std::vector<std::string> told;
  for (const Fault& fault : faults) told.push_back(to_string(fault));
  EXPECT_THAT(
      told, ElementsAre(HasSubstr("did you mean \"sticky_timeout\"?"), HasSubstr("did you mean \"idle_us\"?"),
                        HasSubstr("sticky_timeout.idle_us: found -1; accepted: a number from 0 to 1000000 us"),
                        HasSubstr("idle_us=VALUE: a number from 0 to 1000000 us"), HasSubstr("up to the closing brace"),
                        HasSubstr("per_vcpu, which has no parameters"),
                        HasSubstr("the key \"row\" of adaptive a second time"),
                        HasSubstr("adaptive.vcpus_per_queue: found \"x\""), HasSubstr("\"per_vcpu\" a second time")));
  EXPECT_EQ(read.size(), 1u);
}

}  // namespace
}  // namespace vqlab
