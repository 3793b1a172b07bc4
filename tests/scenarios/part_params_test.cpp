// A part that is nothing but this file: its parameters go wherever those of the testbed go.
#include "models/base/part_params.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "models/testbed/resources.hpp"
#include "sim/scenario/reference_page.hpp"
#include "sim/scenario/schema.hpp"
#include "sim/scenario/study.hpp"
#include "sim/study/ablation.hpp"

namespace vqlab {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Tape {
  std::uint32_t heads = 8;
  bool rewinds = true;
  Cost read_ns{50000, Shape::kExponential};
  Cost wake_ns{3000};

  friend bool operator==(const Tape&, const Tape&) = default;
};

const ParamTable& params_of(const Tape*) {
  static const ParamTable table{"tape",
                                "A tape, for this test.",
                                {
                                    integer("heads", &Tape::heads, {1, 64}, "heads", "Requests that it reads at once."),
                                    boolean("rewinds", &Tape::rewinds, "Whether it rewinds."),
                                    cost("read_ns", &Tape::read_ns, {1000, 1e6}, "One read.", "this test"),
                                    cost("wake_ns", &Tape::wake_ns, {1000, 1e6}, "Its thread wakes up.", "this test"),
                                }};
  return table;
}

const PartParamsRegistration<Tape> params{ResourceId::kWorkers, {{"wake_ns", ResourceId::kWakeUps}}};

StudyOrFaults read_with(const std::string& members, std::vector<std::string> overrides = {}) {
  return parse_study(R"({"study": "s", )" + members + "}", "test.json", {std::move(overrides), {}});
}

std::vector<std::string> texts(const StudyOrFaults& result) {
  std::vector<std::string> all;
  for (const Fault& fault : result.faults) all.push_back(to_string(fault));
  return all;
}

Tape tape_of(const StudyOrFaults& result, std::size_t point = 0) {
  return result.study->points.at(point).testbed.parts.get<Tape>();
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

TEST(PartParams, AreReadFromMachineScenarioSeriesSweepAndCommandLine) {
  const std::string study = R"("machine": {"tape": {"heads": 3, "read_ns": 2000}}, "tape": {"rewinds": false},
    "series": [{"name": "a"}, {"name": "b", "set": {"tape.read_ns": {"shape": "constant"}}}],
    "sweep": {"tape.wake_ns": [1000, 0]})";
  const StudyOrFaults result = read_with(study);
  ASSERT_THAT(texts(result), IsEmpty());
  EXPECT_EQ(tape_of(result), (Tape{3, false, {2000, Shape::kExponential}, {1000}}));
  EXPECT_EQ(tape_of(result, 3), (Tape{3, false, {2000, Shape::kConstant}, {0}}));
  EXPECT_THAT(result.study->points[3].axes, ElementsAre(AxisValue{"tape.wake_ns", "0"}));
  // What run.json keeps gives the same points.
  EXPECT_EQ(result.study->resolved["tape"]["heads"], 3);
  const StudyOrFaults again = parse_study(result.study->resolved.dump(), "run.json", {});
  ASSERT_THAT(texts(again), IsEmpty());
  EXPECT_EQ(again.study->points[3].testbed, result.study->points[3].testbed);
  const StudyOrFaults overridden = read_with(study, {"tape.heads=5", "tape.read_ns.mean_ns=4000"});
  ASSERT_THAT(texts(overridden), IsEmpty());
  EXPECT_EQ(tape_of(overridden, 3), (Tape{5, false, {4000, Shape::kConstant}, {0}}));
}

TEST(PartParams, FaultsNameWhatIsNear) {
  const StudyOrFaults result = read_with(R"("tpae": {"heads": 1}, "tape": {"heads": 0, "haeds": 2},
    "machine": {"tape": {"read_ns": 1}}, "series": [{"name": "a", "set": {"tape.haeds": 2}}],
    "sweep": {"tape.wake_ns": [1]})");
  EXPECT_THAT(texts(result),
              testing::UnorderedElementsAre(
                  AllOf(HasSubstr("$.tpae: "), HasSubstr("did you mean \"tape\"?")),
                  HasSubstr("$.tape.heads: found 0; accepted: an integer from 1 to 64 heads"),
                  AllOf(HasSubstr("$.tape.haeds: "), HasSubstr("did you mean \"heads\"?")),
                  HasSubstr("$.machine.tape.read_ns: found 1"),
                  AllOf(HasSubstr("$.series[0].set[\"tape.haeds\"]: "), HasSubstr("did you mean \"tape.heads\"?")),
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

TEST(PartParams, CostsAreDemandOfTheResourceThatTheyAreRegisteredFor) {
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
  EXPECT_EQ(spec.testbed.parts.get<Tape>(), (Tape{8, false, {25000, Shape::kExponential}, {3000}}));
}

}  // namespace
}  // namespace vqlab
