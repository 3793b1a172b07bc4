// A part that is nothing but this file: its parameters go wherever those of the testbed go.
#include "models/base/part_params.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "analysis/ablate/plan_ablation.hpp"
#include "analysis/scenario/load_study.hpp"
#include "analysis/scenario/reference_page.hpp"
#include "analysis/scenario/schema.hpp"
#include "models/base/iothread_vq_mapping.hpp"
#include "models/testbed/resources.hpp"
#include "models/testbed/testbed_check.hpp"
#include "tests/support/read_study.hpp"

namespace vqlab {
namespace {

using test::read_with;
using test::texts;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Tape {
  std::uint32_t heads = 8;
  IothreadVqMapping mapping{};
  bool rewinds = true;
  Cost read_ns{50000, Shape::kExponential};
  Cost wake_ns{3000};

  friend bool operator==(const Tape&, const Tape&) = default;
};

const ParamTable& params_of(const Tape*) {
  static const ParamTable table{
      "tape",
      "A tape, for this test.",
      {
          integer("heads", &Tape::heads, {1, 64}, "heads", "Requests that it reads at once."),
          iothread_vq_mapping("iothread-vq-mapping", &Tape::mapping, "Which thread serves which queue."),
          boolean("rewinds", &Tape::rewinds, "Whether it rewinds."),
          cost("read_ns", &Tape::read_ns, {1000, 1e6}, ResourceId::kWorkers, "One read.", "this test"),
          cost("wake_ns", &Tape::wake_ns, {1000, 1e6}, ResourceId::kWakeUps, "Its thread wakes up.", "this test"),
      }};
  return table;
}

const PartParamsRegistration<Tape> params;

const TestbedCheckRegistration check{{.params = {"tape.heads", "targets"},
                                      .rule = "no more heads than targets, or 8",
                                      .holds = [](const Testbed& testbed) {
                                        const std::uint32_t heads = testbed.parts.get<Tape>().heads;
                                        return heads == 8 || heads <= testbed.targets;
                                      }}};

Tape tape_of(const StudyOrFaults& result, std::size_t point = 0) {
  return result.study->points[point].testbed.parts.get<Tape>();
}

TEST(PartParams, AreAValue) {
  Testbed testbed;
  const Testbed before = testbed;
  EXPECT_EQ(testbed.parts.get<Tape>(), Tape{});
  testbed.parts.set(Tape{.heads = 2});
  const Testbed copy = testbed;
  EXPECT_NE(testbed, before);
  EXPECT_EQ(copy, testbed);
  testbed.parts.set(Tape{});
  EXPECT_EQ(testbed, before) << "the defaults, however they came to be there";
  EXPECT_EQ(copy.parts.get<Tape>().heads, 2u);
  EXPECT_EQ(before.parts.get<Tape>().heads, 8u);
}

TEST(PartParams, AreReadFromMachineScenarioCurvesSweepAndCommandLine) {
  const std::string study =
      R"("targets": 5, "machine": {"tape": {"heads": 3, "read_ns": 2000}}, "tape": {"rewinds": false},
    "curves": [{"name": "a"}, {"name": "b", "set": {"tape.read_ns": {"shape": "constant"}}}],
    "sweep": {"tape.wake_ns": [1000, 0]})";
  const StudyOrFaults result = read_with(study);
  ASSERT_THAT(texts(result), IsEmpty());
  EXPECT_EQ(tape_of(result), (Tape{3, {}, false, {2000, Shape::kExponential}, {1000}}));
  EXPECT_EQ(tape_of(result, 3), (Tape{3, {}, false, {2000, Shape::kConstant}, {0}}));
  EXPECT_THAT(result.study->points[3].axes, ElementsAre(AxisValue{"tape.wake_ns", "0"}));
  // What run.json keeps gives the same points.
  EXPECT_EQ(result.study->resolved["tape"]["heads"], 3);
  const StudyOrFaults again = parse_study(result.study->resolved.dump(), "run.json", {});
  ASSERT_THAT(texts(again), IsEmpty());
  EXPECT_EQ(again.study->points[3].testbed, result.study->points[3].testbed);
  const StudyOrFaults overridden = read_with(study, {"tape.heads=5", "tape.read_ns.mean_ns=4000"});
  ASSERT_THAT(texts(overridden), IsEmpty());
  EXPECT_EQ(tape_of(overridden, 3), (Tape{5, {}, false, {4000, Shape::kConstant}, {0}}));
}

TEST(PartParams, FaultsNameWhatIsNear) {
  const StudyOrFaults result = read_with(R"("tpae": {"heads": 1}, "tape": {"heads": 0, "haeds": 2},
    "machine": {"tape": {"read_ns": 1}}, "curves": [{"name": "a", "set": {"tape.haeds": 2}}],
    "sweep": {"tape.wake_ns": [1]})");
  EXPECT_THAT(texts(result),
              testing::UnorderedElementsAre(
                  AllOf(HasSubstr("$.tpae: "), HasSubstr("did you mean \"tape\"?")),
                  HasSubstr("$.tape.heads: found 0; accepted: an integer from 1 to 64 heads"),
                  AllOf(HasSubstr("$.tape.haeds: "), HasSubstr("did you mean \"heads\"?")),
                  HasSubstr("$.machine.tape.read_ns: found 1"),
                  AllOf(HasSubstr("$.curves[0].set[\"tape.haeds\"]: "), HasSubstr("did you mean \"tape.heads\"?")),
                  HasSubstr("$.sweep[\"tape.wake_ns\"][0]: found 1")));
  for (const Fault& fault : result.faults) EXPECT_EQ(fault.kind, FaultKind::kMeaning) << to_string(fault);
  EXPECT_THAT(texts(read_with(R"("targets": 1)", {"tape.head=2"})),
              ElementsAre(HasSubstr("--set tape.head=2: $.tape.head")));
  // An object is all that a schema asks for.
  EXPECT_EQ(read_with(R"("tape": 3)").faults.at(0).kind, FaultKind::kSchema);
}

TEST(PartParams, NothingThatIsCheckedInListsThem) {
  EXPECT_THAT(scenario_schema().dump(), Not(HasSubstr("tape")));
  EXPECT_THAT(machine_schema().dump(), Not(HasSubstr("tape")));
  EXPECT_THAT(parameter_page(), Not(HasSubstr("tape")));
}

TEST(PartParams, CostsAreDemandOfTheResourceThatTheirRowsLoad) {
  for (const Resource& resource : resources()) {
    Testbed testbed;
    resource.halve(testbed);
    Tape expected;
    if (resource.id == ResourceId::kWorkers) expected.read_ns.mean_ns /= 2;
    if (resource.id == ResourceId::kWakeUps) expected.wake_ns.mean_ns /= 2;
    EXPECT_EQ(testbed.parts.get<Tape>(), expected) << resource.name();
  }
}

TEST(PartParams, AnAblationChangesThem) {
  std::vector<Fault> faults;
  PointSpec spec;
  for (const AblationChange& change : read_changes({"tape.rewinds", "read_ns"}, "--only", faults)) change.apply(spec);
  EXPECT_TRUE(faults.empty());
  EXPECT_EQ(spec.testbed.parts.get<Tape>(), (Tape{8, {}, false, {25000, Shape::kExponential}, {3000}}));
}

TEST(PartParams, WhatDoesNotGoTogetherIsSaidByThePart) {
  EXPECT_THAT(texts(read_with(R"("targets": 2, "machine": {"tape": {"heads": 2}})")), IsEmpty());
  EXPECT_THAT(texts(read_with(R"("sweep": {"targets": [2, 1]}, "tape": {"heads": 2})")),
              ElementsAre("test.json: $.sweep.targets[1]: found tape.heads = 2, targets = 1; "
                          "accepted: no more heads than targets, or 8"));
}

TEST(IothreadVqMapping, IsReadAndWrittenAsQemuTakesIt) {
  const std::string two = R"([{"iothread":"a","vqs":[0,2]},{"iothread":"b","vqs":[1,3]}])";
  const StudyOrFaults result =
      read_with(R"("sweep": {"tape.iothread-vq-mapping": [[], )" + two + R"(, [{"iothread": "a"}]]})");
  ASSERT_THAT(texts(result), IsEmpty());
  const IothreadVqMapping expected{{"a", {0, 2}}, {"b", {1, 3}}};
  EXPECT_EQ(tape_of(result).mapping, IothreadVqMapping{});
  EXPECT_EQ(tape_of(result, 1).mapping, expected);
  EXPECT_EQ(result.study->points[1].axes[0].text, two);
  const StudyOrFaults overridden = read_with(R"("targets": 1)", {"tape.iothread-vq-mapping=" + two});
  ASSERT_THAT(texts(overridden), IsEmpty());
  EXPECT_EQ(overridden.study->resolved["tape"]["iothread-vq-mapping"].dump(), two);
}

TEST(IothreadVqMapping, FaultsAreAllTold) {
  const StudyOrFaults result = read_with(R"("tape": {"iothread-vq-mapping": [
    {"iothread": "a", "vqs": [0, 1, 1]}, {"iothread": "a", "vqs": [0]}, {"iothread": ""}, {"iothread": "b", "vqs": []},
    {"iothread": "c", "vqs": [2.5, -1, 1024, "3"]}, {"iothred": "d", "vqs": [7]}, 3]})");
  std::vector<std::string> paths;
  for (const Fault& fault : result.faults) {
    EXPECT_EQ(fault.kind, FaultKind::kMeaning) << to_string(fault);
    paths.push_back(fault.path.substr(std::string("$.tape[\"iothread-vq-mapping\"]").size()));
  }
  EXPECT_THAT(
      paths, ElementsAre("[0].vqs[2]", "[1].iothread", "[1].vqs[0]", "[2].iothread", "[2].vqs", "[3].vqs", "[4].vqs[0]",
                         "[4].vqs[1]", "[4].vqs[2]", "[4].vqs[3]", "[5].iothred", "[5].iothread", "[6]"))
      << testing::PrintToString(texts(result));
  EXPECT_THAT(
      texts(read_with(R"("tape": {"iothread-vq-mapping": [{"iothread": "a"}, {"iothread": "b", "vqs": [0]}]})")),
      ElementsAre(HasSubstr("[1].vqs: found vqs, but the first iothread has none")));
  EXPECT_EQ(read_with(R"("tape": {"iothread-vq-mapping": "a"})").faults.size(), 1u);
}

TEST(IothreadVqMapping, GivesEachQueueItsThread) {
  const IothreadVqMapping mapped{{"a", {0, 3}}, {"b", {2, 1}}};
  EXPECT_TRUE(maps_all(mapped, 4));
  EXPECT_THAT(thread_of_queue(mapped, 4), ElementsAre(0, 1, 1, 0));
  EXPECT_FALSE(maps_all(mapped, 3));
  EXPECT_FALSE(maps_all(mapped, 5));
  EXPECT_FALSE(maps_all({{"a", {0, 2}}, {"b", {2}}}, 3)) << "one of them twice, one not at all";
  EXPECT_TRUE(maps_all({}, 2));
  EXPECT_THAT(thread_of_queue({}, 2), ElementsAre(0, 0)) << "one thread for all";
  const IothreadVqMapping dealt{{"a", {}}, {"b", {}}};
  EXPECT_TRUE(maps_all(dealt, 1));
  EXPECT_THAT(thread_of_queue(dealt, 5), ElementsAre(0, 1, 0, 1, 0));
}

}  // namespace
}  // namespace vqlab
