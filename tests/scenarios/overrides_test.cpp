// What --set does, and what it refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "analysis/app/home.hpp"
#include "analysis/scenario/load_study.hpp"
#include "tests/support/read_study.hpp"

namespace vqlab {
namespace {

using test::read_with;
using test::texts;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string curves_by_policy = R"("curves": [{"name": "sticky", "set": {"guest.policy": "target_sticky"}},
                                             {"name": "by_vcpu", "set": {"guest.policy": "per_vcpu"}}])";

TEST(Overrides, HoldInEveryPoint) {
  const std::string study = R"("curves": [{"name": "a", "set": {"guest.vcpus": 2}}], "sweep": {"targets": [1, 2]})";
  const StudyOrFaults result = read_with(study, {"guest.vcpus=8", "targets=5", "guest.policy=per_vcpu", "seeds=[3,4]"});
  ASSERT_THAT(texts(result), IsEmpty());
  ASSERT_EQ(result.study->points.size(), 2u);
  EXPECT_EQ(result.study->points[1].testbed.guest.vcpus, 8u);
  EXPECT_EQ(result.study->points[1].testbed.targets, 5u);
  EXPECT_EQ(result.study->points[1].testbed.guest.policy, "per_vcpu");
  EXPECT_EQ(result.study->points[1].seed, 4u);
  EXPECT_EQ(read_with(study, {"sweep.targets=[7,8,9]"}).study->points.size(), 3u);
}

TEST(Overrides, TakeACostApart) {
  const StudyOrFaults result =
      read_with(R"("guest_costs": {"submit_ns": 5000})", {"guest_costs.submit_ns.shape=constant"});
  ASSERT_THAT(texts(result), IsEmpty());
  EXPECT_EQ(result.study->points[0].testbed.guest_costs.submit_ns, (Cost{5000, Shape::kConstant}));
}

TEST(Overrides, AreCheckedLikeTheFile) {
  EXPECT_THAT(texts(read_with(R"("sweep": {"targets": [1]})", {"targets=0"})),
              ElementsAre(AllOf(HasSubstr("--set targets=0"), HasSubstr("found 0"))));
  EXPECT_THAT(texts(read_with(R"("targets": 1)", {"guest.vcpu=2"})), ElementsAre(HasSubstr("vcpus in guest")));
  EXPECT_THAT(texts(read_with(R"("targets": 1)", {"guest.vcpus"})), ElementsAre(HasSubstr("path=value")));
}

TEST(Overrides, ReachElementsByNameAndByPosition) {
  const std::string study = curves_by_policy + R"(, "seeds": [1, 2], "sweep": {"targets": [1, 2]},
    "reference": {"metric": "iops", "axis": "targets", "source": "x", "values": {"sticky": {"1": 100}}})";
  const StudyOrFaults result = read_with(
      study, {"curves.by_vcpu.set.guest.vcpus=8", "curves.0.set.guest_costs.kick_ns.shape=constant", "seeds.1=5",
              "reference.values.sticky.2=500", "sweep.targets.1=3", "reference.values.sticky.3=700"});
  EXPECT_THAT(texts(result),
              ElementsAre(AllOf(StartsWith("--set reference.values.sticky.2=500: $.reference.values.sticky.2"),
                                HasSubstr("a position that the sweep does not visit"))));
  const StudyOrFaults good =
      read_with(study, {"curves.by_vcpu.set.guest.vcpus=8", "curves.0.set.guest_costs.kick_ns.shape=constant",
                        "seeds.1=5", "reference.values.sticky.2=500"});
  ASSERT_THAT(texts(good), IsEmpty());
  EXPECT_EQ(good.study->seeds, (std::vector<std::uint64_t>{1, 5}));
  EXPECT_EQ(good.study->points[0].testbed.guest_costs.kick_ns, (Cost{1500, Shape::kConstant}));
  EXPECT_EQ(good.study->points[7].testbed.guest.vcpus, 8u);
  EXPECT_EQ(good.study->points[0].testbed.guest.vcpus, 4u);
  EXPECT_EQ(good.study->reference->columns[0].values.size(), 2u);
}

TEST(Overrides, APathThatLeadsNowhereIsRefused) {
  const auto fault = [](const std::string& members, const std::string& override) {
    const std::vector<std::string> all = texts(read_with(members, {override}));
    EXPECT_EQ(all.size(), 1u) << override << ": " << testing::PrintToString(all);
    return all.empty() ? "" : all.front();
  };
  EXPECT_THAT(
      fault(R"("targets": 2)", "targets.x=4"),
      AllOf(StartsWith("--set targets.x=4: $.targets: found 2, which has no members"), HasSubstr("accepted: ")));
  EXPECT_THAT(fault(R"("seeds": [1])", "seeds.1=5"), HasSubstr("$.seeds.1: found no element of the list"));
  EXPECT_THAT(fault(curves_by_policy, "curves.stiky.set.guest.vcpus=1"),
              AllOf(HasSubstr("accepted: sticky or by_vcpu"), HasSubstr("did you mean \"sticky\"?")));
  EXPECT_THAT(fault(curves_by_policy, "series.sticky.set.guest.vcpus=1"), HasSubstr("renamed, write \"curves\""));
  EXPECT_THAT(fault(curves_by_policy, "curves.sticky.set.guest.vcpuss=1"), HasSubstr("did you mean \"guest.vcpus\"?"));
  EXPECT_THAT(fault(R"("sweep": {"targets": [1]}, "reference": {"metric": "iops", "axis": "targets", "source": "x",
                       "values": {"default": {"1": 5}}})",
                    "reference.values.defalt.1=500"),
              AllOf(HasSubstr("an unknown curve"), HasSubstr("did you mean \"default\"?")));
  EXPECT_THAT(fault(R"("targets": 1)", std::string(100'000, '.') + "=1"), HasSubstr("a path of more than 32 steps"));
}

TEST(Overrides, OfAMachineGoWhereItsValuesAre) {
  const StudyOrFaults inline_machine =
      read_with(R"("machine": {"hardware": {"physical_cpus": 8}})", {"machine.hardware.physical_cpus=4"});
  ASSERT_THAT(texts(inline_machine), IsEmpty());
  EXPECT_EQ(inline_machine.study->points[0].testbed.hardware.physical_cpus, 4u);
  const std::vector<std::string> of_file =
      texts(parse_study(R"({"study": "s", "machine": "letter_2012"})", "scenarios/tutorial/s.json",
                        {{"machine.hardware.physical_cpus=1"}, home() / "scenarios"}));
  EXPECT_THAT(of_file,
              ElementsAre(AllOf(HasSubstr("$.machine: found \"letter_2012\", a machine with a file of its own"),
                                HasSubstr("--set hardware.physical_cpus=VALUE"))));
}

// What a study says of positions that another sweep visits, in reference, claims and hold-outs, is in the record as
// well.
TEST(Overrides, ARecordOfAnotherSweepIsAScenario) {
  const std::string study = R"("reference": {"metric": "iops", "axis": "targets", "source": "made up",
      "values": {"default": {"1": 10, "2": 20}}}, "sweep": {"targets": [1, 2]},
      "calibration": {"free": ["host_costs.pop_ns"], "held_out": [{"name": "two", "targets": [2]}]},
      "claims": [{"id": "more", "published": "more", "quantity": "iops",
                  "direction": {"from": {"curve": "default", "targets": 1}, "to": {"curve": "default", "targets": 2},
                                "is": "rises"}}])";
  const StudyOrFaults whole = read_with(study);
  ASSERT_THAT(texts(whole), IsEmpty());
  const StudyOrFaults part = read_with(study, {"sweep.targets=[1]"});
  ASSERT_THAT(texts(part), IsEmpty());
  EXPECT_THAT(texts(parse_study(part.study->resolved.dump(), "run.json", {{}, home() / "scenarios"})), IsEmpty());
}

TEST(Overrides, WhatCurvesDifferInKeepsItsNames) {
  EXPECT_THAT(texts(read_with(curves_by_policy, {"guest.policy=round_robin"})),
              ElementsAre(AllOf(StartsWith("--set guest.policy=round_robin: $.curves: "), HasSubstr("sticky, by_vcpu"),
                                HasSubstr("--set curves.NAME.set.guest.policy=VALUE"))));
  // One that sets it differs from the others, too.
  EXPECT_THAT(
      texts(read_with(R"("curves": [{"name": "a"}, {"name": "b", "set": {"guest.vcpus": 8}}])", {"guest.vcpus=2"})),
      ElementsAre(HasSubstr("set by b")));
  const StudyOrFaults alike = read_with(
      R"("curves": [{"name": "a", "set": {"guest.vcpus": 8}}, {"name": "b", "set": {"guest.vcpus": 8, "targets": 2}}])",
      {"guest.vcpus=2"});
  ASSERT_THAT(texts(alike), IsEmpty());
  EXPECT_EQ(alike.study->points[1].testbed.guest.vcpus, 2u);
  // The shape is none of what these differ in.
  EXPECT_THAT(texts(read_with(R"("curves": [{"name": "a", "set": {"guest_costs.kick_ns": 1000}},
                                            {"name": "b", "set": {"guest_costs.kick_ns": 2000}}])",
                              {"guest_costs.kick_ns.shape=constant"})),
              IsEmpty());
  const StudyOrFaults named = read_with(curves_by_policy, {"curves.sticky.set.guest.policy=round_robin"});
  ASSERT_THAT(texts(named), IsEmpty());
  EXPECT_EQ(named.study->points[0].testbed.guest.policy, "round_robin");
}

TEST(Overrides, OneMayNotTakeTheOthersPlace) {
  EXPECT_THAT(texts(read_with(R"("targets": 1)", {"targets=2", "targets=3"})),
              ElementsAre(AllOf(StartsWith("--set targets=3"), HasSubstr("takes the place of --set targets=2"))));
  EXPECT_THAT(texts(read_with(R"("targets": 1)", {"guest.vcpus=2", R"(guest={"vcpus": 3})"})),
              ElementsAre(HasSubstr("takes the place of --set guest.vcpus=2")));
  EXPECT_THAT(texts(read_with(R"("targets": 1)", {"guest_costs.kick_ns=2000", "guest_costs.kick_ns.shape=constant"})),
              IsEmpty());
}

TEST(Overrides, HostileValuesAreRefused) {
  EXPECT_THAT(texts(read_with(R"("targets": 1)", {R"(guest={"vcpus": 2, "vcpus": 3})"})),
              ElementsAre(HasSubstr("the key a second time")));
  EXPECT_THAT(texts(read_with(R"("targets": 1)", {"targets=" + std::string(200'000, '[')})),
              ElementsAre(HasSubstr("nested")));
  EXPECT_THAT(texts(read_with(R"("targets": 1)", {"title=\xff"})), ElementsAre(HasSubstr("no UTF-8")));
  EXPECT_THAT(texts(read_with(R"("targets": 1)", {"targets=0x10"})), ElementsAre(HasSubstr("found \"0x10\"")));
}

}  // namespace
}  // namespace vqlab
