// The member "uncertainty" of a machine: what it may say, and each fault with its path.
#include "analysis/scenario/uncertainty.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/read_study.hpp"

namespace vqlab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

StudyOrFaults read_machine_with(const std::string& uncertainty) {
  return test::read_with(R"("machine": {"name": "m", "guest_costs": {"kick_ns": 1500}, "uncertainty": )" + uncertainty +
                         "}");
}

TEST(ReadUncertainty, TakesRangesAndExactValues) {
  const StudyOrFaults result = read_machine_with(R"({
    "guest_costs.kick_ns": {"min": 500, "max": 4000},
    "hardware.clock_ghz": {"min": 2.0, "max": 4, "shape": "uniform"},
    "guest_costs.add_ns": "exact"})");
  ASSERT_THAT(test::texts(result), ElementsAre());
  const std::vector<DeclaredUncertainty>& declared = result.study->uncertainty;
  ASSERT_EQ(declared.size(), 3u);
  for (const DeclaredUncertainty& one : declared) {
    if (one.param == "guest_costs.kick_ns") {
      EXPECT_EQ(one.range, (UncertainRange{{500, 4000}, false}));
    }
    if (one.param == "hardware.clock_ghz") {
      EXPECT_EQ(one.range, (UncertainRange{{2, 4}, true}));
    }
    if (one.param == "guest_costs.add_ns") {
      EXPECT_FALSE(one.range.has_value());
    }
  }
}

TEST(ReadUncertainty, NamesEveryFaultAtOnce) {
  EXPECT_THAT(
      test::texts(read_machine_with(R"({
    "guest_costs.kikc_ns": "exact",
    "guest_costs.add_ns": "exakt",
    "guest_costs.kick_ns": {"min": 4000, "max": 500},
    "guest_costs.submit_ns": {"min": 0, "max": 9000},
    "guest_costs.complete_ns": {"max": 9000},
    "guest_costs.interrupt_ns": {"min": 2000, "max": 9e9},
    "guest_costs.reap_call_ns": {"min": 3000, "max": 4000},
    "guest_costs.reap_event_ns": {"min": 1000, "max": 4000, "shape": "normal"},
    "guest_costs.lun_lines": {"min": 1, "max": 4},
    "hardware.physical_cpus": {"min": 1, "max": 4}})")),
      testing::UnorderedElementsAre(
          testing::AllOf(HasSubstr("kikc_ns"), HasSubstr("did you mean \"guest_costs.kick_ns\"?")),
          testing::AllOf(HasSubstr("$.machine.uncertainty[\"guest_costs.add_ns\"]"), HasSubstr("\"exact\", or")),
          testing::AllOf(HasSubstr("[\"guest_costs.kick_ns\"].min"), HasSubstr("a min below max")),
          testing::AllOf(HasSubstr("[\"guest_costs.submit_ns\"].min"), HasSubstr("found 0")),
          testing::AllOf(HasSubstr("[\"guest_costs.complete_ns\"]"), HasSubstr("min")),
          testing::AllOf(HasSubstr("[\"guest_costs.interrupt_ns\"].max"), HasSubstr("180000 ns")),
          testing::AllOf(HasSubstr("[\"guest_costs.reap_call_ns\"]"), HasSubstr("without the machine's value")),
          testing::AllOf(HasSubstr("[\"guest_costs.reap_event_ns\"].shape"), HasSubstr("log-uniform or uniform")),
          testing::AllOf(HasSubstr("lun_lines"), HasSubstr("whose range lies above 0")),
          testing::AllOf(HasSubstr("physical_cpus"), HasSubstr("whose range lies above 0"))));
}

TEST(ReadUncertainty, IsAnObject) {
  EXPECT_THAT(test::texts(read_machine_with("[]")), ElementsAre(HasSubstr("uncertainty")));
}

}  // namespace
}  // namespace vqlab
