// What the reader of scenarios accepts, and what it says of the rest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "analysis/scenario/load_study.hpp"
#include "tests/support/read_study.hpp"

namespace vqlab {
namespace {

using test::read;
using test::read_with;
using test::texts;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

auto fault_at(const std::string& path) { return Contains(Field(&Fault::path, path)); }

TEST(ScenarioReader, ANameIsEnough) {
  const StudyOrFaults result = read(R"({"study": "s"})");
  ASSERT_THAT(texts(result), IsEmpty());
  ASSERT_EQ(result.study->points.size(), 1u);
  EXPECT_EQ(result.study->points[0].testbed, Testbed{});
  EXPECT_EQ(result.study->points[0].curve, "default");
  EXPECT_EQ(result.study->points[0].seed, 1u);
}

TEST(ScenarioReader, PointsAreCurvesTimesAxesTimesSeeds) {
  const StudyOrFaults result = read_with(R"(
    "seeds": [7, 8],
    "curves": [{"name": "a"}, {"name": "b", "set": {"guest.policy": "per_vcpu"}}],
    "sweep": {"guest.vcpus": [1, 2, 4], "targets": [1, 2]})");
  ASSERT_THAT(texts(result), IsEmpty());
  const PointList& points = result.study->points;
  ASSERT_EQ(points.size(), 2u * 3u * 2u * 2u);
  for (std::size_t i = 0; i < points.size(); ++i) EXPECT_EQ(points[i].index, i);
  // Seeds move fastest, then the last axis, then the first, then the curves.
  EXPECT_EQ(points[1].seed, 8u);
  EXPECT_THAT(points[2].axes, ElementsAre(AxisValue{"guest.vcpus", "1"}, AxisValue{"targets", "2"}));
  EXPECT_EQ(points[4].testbed.guest.vcpus, 2u);
  EXPECT_EQ(points[11].curve, "a");
  EXPECT_EQ(points[12].curve, "b");
  EXPECT_EQ(points[12].testbed.guest.policy, "per_vcpu");
  EXPECT_EQ(points[12].testbed.guest.vcpus, 1u);
}

TEST(ScenarioReader, ResolvedScenarioGivesTheSamePoints) {
  const StudyOrFaults first = read_with(R"(
    "machine": {"name": "m", "guest_costs": {"submit_ns": 5000}, "hardware": {"clock_ghz": 3}},
    "host_costs": {"pop_ns": {"shape": "constant"}}, "job": {"size": "2g"},
    "curves": [{"name": "a", "set": {"guest_costs.submit_ns": {"shape": "uniform"}}}],
    "sweep": {"job.bsrange": ["4k-64k", "8k-8k"]},
    "reference": {"metric": "iops", "axis": "job.bsrange", "source": "x", "values": {"a": {"8k-8k": 3}}})");
  ASSERT_THAT(texts(first), IsEmpty());
  const StudyOrFaults second = read(first.study->resolved.dump());
  ASSERT_THAT(texts(second), IsEmpty());
  EXPECT_EQ(second.study->resolved, first.study->resolved);
  ASSERT_EQ(second.study->points.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(second.study->points[i].testbed, first.study->points[i].testbed);
    EXPECT_EQ(second.study->points[i].axes, first.study->points[i].axes);
  }
  // A cost given in part keeps the rest: the machine's mean, the curve's shape.
  EXPECT_EQ(first.study->points[0].testbed.guest_costs.submit_ns, (Cost{5000, Shape::kUniform}));
}

TEST(ScenarioReader, NamesEveryFaultAtOnce) {
  const StudyOrFaults result = read(R"({"study": "a b", "targts": 3,
    "guest": {"vcpus": 0, "vcpu": 4, "policy": "target_stick"},
    "controller": {"virtqueue_size": 100, "num_queues": 1, "num_queues": 2},
    "guest_costs": {"submit_ns": 1e9, "add_ns": {"men_ns": 3}},
    "job": {"bsrange": "64k-4k"},
    "curves": [{"name": "x", "set": {"guest.vcpuss": 3}}, {"name": "x"}],
    "sweep": {"targets": [1, 1], "guest.rq_affinity": []}, "seeds": [1, -1]})");
  EXPECT_FALSE(result.study);
  EXPECT_EQ(result.faults.size(), 15u) << testing::PrintToString(texts(result));
  for (const char* path : {"$.study", "$.targts", "$.guest.vcpus", "$.guest.vcpu", "$.guest.policy",
                           "$.controller.virtqueue_size", "$.controller.num_queues", "$.guest_costs.submit_ns",
                           "$.guest_costs.add_ns.men_ns", "$.job.bsrange", "$.curves[0].set[\"guest.vcpuss\"]",
                           "$.curves[1].name", "$.sweep.targets[1]", "$.sweep[\"guest.rq_affinity\"]", "$.seeds[1]"})
    EXPECT_THAT(result.faults, fault_at(path)) << path;
}

TEST(ScenarioReader, SaysWhatWasFoundWhatIsAcceptedAndWhatIsNear) {
  EXPECT_THAT(texts(read_with(R"("guest": {"vcpus": 257})")),
              ElementsAre("test.json: $.guest.vcpus: found 257; accepted: an integer from 1 to 256 vCPUs"));
  EXPECT_THAT(texts(read_with(R"("guset": {"vcpus": 1})")), ElementsAre(HasSubstr("did you mean \"guest\"?")));
  EXPECT_THAT(texts(read_with(R"("guest": {"policy": "target_stikcy"})")),
              ElementsAre(AllOf(HasSubstr("found \"target_stikcy\""), HasSubstr("\"single_queue\""),
                                HasSubstr("did you mean \"target_sticky\"?"))));
  EXPECT_THAT(texts(read_with(R"("zzzzzz": 1)")), ElementsAre(testing::Not(HasSubstr("did you mean"))));
}

TEST(ScenarioReader, RenamedKeysAreAnsweredTogetherWithAllOtherFaults) {
  // What stands under the old name is read: "b" is a curve, "c" is none.
  const StudyOrFaults result = read(R"({"study": "s", "series": [{"name": "a"}, {"name": "b", "set": {"targets": 0}}],
    "sweep": {"guest.vcpus": [1, 2]},
    "reference": {"metric": "iops", "axis": "guest.vcpus", "source": "s", "values": {"a": {"1": 5}},
                  "shown_only": [{"series": "b"}, {"series": "c"}]},
    "calibration": {"held_out": [{"name": "h", "series": ["c"]}]},
    "claims": [{"id": "i", "published": "p", "ratio": {"of": {"series": "c"}, "to": {"curve": "b"}, "published": 1,
                "range": [0.5, 2]}}]})");
  EXPECT_THAT(
      texts(result),
      UnorderedElementsAre("test.json: $.series: found \"series\": renamed, write \"curves\"",
                           HasSubstr("$.series[1].set.targets: found 0"),
                           HasSubstr("$.reference.shown_only[0].series: found \"series\": renamed, write \"curve\""),
                           HasSubstr("$.reference.shown_only[1].series: found \"series\": renamed"),
                           HasSubstr("$.reference.shown_only[1].series: found an unknown curve; accepted: a or b"),
                           HasSubstr("$.calibration.held_out[0].series: found \"series\": renamed, write \"curves\""),
                           HasSubstr("$.calibration.held_out[0].series[0]: found \"c\""),
                           HasSubstr("$.claims[0].ratio.of.series: found \"series\": renamed"),
                           HasSubstr("$.claims[0].ratio.of.series: found an unknown curve")));
  EXPECT_THAT(texts(read_with(R"("targets": 1)", {R"(series=[{"name": "a"}])"})),
              ElementsAre(HasSubstr("--set series=[{\"name\": \"a\"}]: $.series: found \"series\": renamed")));
  // A part may have any name: to a schema an object is its section.
  EXPECT_THAT(texts(read_with(R"("series": {})")), ElementsAre(HasSubstr("renamed, write \"curves\"")));
}

TEST(ScenarioReader, ARenamedValueIsAnsweredWithTheNewOne) {
  const auto renamed = HasSubstr("found \"series\": renamed, write \"multiqueue\"");
  EXPECT_THAT(texts(read_with(R"("guest": {"driver": "series"})")),
              ElementsAre(AllOf(HasSubstr("$.guest.driver"), renamed)));
  EXPECT_THAT(texts(read_with(R"("sweep": {"guest.driver": ["multiqueue", "series"]})")),
              ElementsAre(AllOf(HasSubstr("$.sweep[\"guest.driver\"][1]"), renamed)));
  EXPECT_THAT(texts(read_with(R"("targets": 1)", {"guest.driver=series"})), ElementsAre(renamed));
}

TEST(ScenarioReader, DuplicateKeysAreFaultsAtAnyDepth) {
  EXPECT_THAT(read(R"({"study": "s", "study": "t"})").faults, fault_at("$.study"));
  EXPECT_THAT(read_with(R"("curves": [{"name": "a", "set": {"targets": 1, "targets": {"x": [1, {"y": 2}]}}}])").faults,
              ElementsAre(Field(&Fault::path, "$.curves[0].set.targets")));
}

TEST(ScenarioReader, SyntaxErrorsHaveLineAndColumn) {
  const struct {
    const char* text;
    const char* place;
  } cases[] = {
      {"{\"study\": \"s\",\n \"targets\": }", "line 2, column 13"},  // the brace is the 13th character of its line
      {"", "line 1, column 1"},
      {"{\"study\": \"s\",\n\n \"targets\": 1e999}", "line 3, column 17"},  // behind the number that overflows
      {"{\"study\": \"s\"} x", "line 1, column 16"},
      {"{\"study\": NaN}", "line 1, column 11"},
      {"{\"study\": \"s\", // no\n}", "line 1, column 16"},
      {"{\"study\": \"s\",}", "line 1, column 15"},
      {"{\"study\": \"\xff\"}", "line 1, column 12"},
  };
  for (const auto& one : cases) {
    const StudyOrFaults result = read(one.text);
    ASSERT_EQ(result.faults.size(), 1u) << one.text;
    EXPECT_EQ(result.faults[0].kind, FaultKind::kSyntax);
    EXPECT_EQ(result.faults[0].path, one.place) << one.text;
  }
}

TEST(ScenarioReader, IntegersMayBeWrittenAsNumbers) {
  const StudyOrFaults result = read_with(R"("targets": 4.0, "job": {"loops": 1e3, "size": 1073741824.0})");
  ASSERT_THAT(texts(result), IsEmpty());
  EXPECT_EQ(result.study->points[0].testbed.targets, 4u);
  EXPECT_EQ(result.study->points[0].testbed.job.loops, 1000u);
  EXPECT_THAT(read_with(R"("targets": 4.5)").faults, fault_at("$.targets"));
  EXPECT_THAT(read_with(R"("targets": 99999999999999999999)").faults, fault_at("$.targets"));
}

TEST(ScenarioReader, CostsLieInTheirRangeOrAreZero) {
  EXPECT_THAT(texts(read_with(R"("guest_costs": {"submit_ns": 0})")), IsEmpty());
  EXPECT_THAT(read_with(R"("guest_costs": {"submit_ns": 1})").faults, fault_at("$.guest_costs.submit_ns"));
  EXPECT_THAT(read_with(R"("guest_costs": {"submit_ns": {"mean_ns": -1}})").faults,
              fault_at("$.guest_costs.submit_ns.mean_ns"));
  EXPECT_THAT(read_with(R"("guest_costs": {"submit_ns": {}})").faults, fault_at("$.guest_costs.submit_ns"));
}

TEST(ScenarioReader, ReferencesNameWhatExists) {
  const std::string good = R"("sweep": {"targets": [1, 2]}, "reference": {"metric": "iops", "source": "x", )";
  EXPECT_THAT(texts(read_with(good + R"("axis": "targets", "values": {"default": {"1": 5}}})")), IsEmpty());
  EXPECT_THAT(read_with(good + R"("axis": "target", "values": {"default": {"1": 5}}})").faults,
              fault_at("$.reference.axis"));
  EXPECT_THAT(read_with(good + R"("axis": "targets", "values": {"defualt": {"1": 5}}})").faults,
              fault_at("$.reference.values.defualt"));
  EXPECT_THAT(read_with(good + R"("axis": "targets", "values": {"default": {"3": 5}}})").faults,
              fault_at("$.reference.values.default.3"));
  EXPECT_THAT(
      read_with(good + R"("axis": "targets", "values": {"default": {"1": 5}}, "shown_only": [{"curve": "x"}]})").faults,
      fault_at("$.reference.shown_only[0].curve"));
}

TEST(ScenarioReader, AFileThatCannotBeReadIsAFault) {
  EXPECT_EQ(load_study(testing::TempDir() + "no/such/x.json").faults.size(), 1u);
  EXPECT_EQ(load_study("/").faults.size(), 1u);
}

TEST(ScenarioReader, FormerParametersAreAnswered) {
  const StudyOrFaults keys =
      read_with(R"("guest": {"interrupt_vcpu_share": 0.5}, "mechanisms": {"wake_migration": true},
      "guest_costs": {"wake_migration": 0.1, "balance_interval_ns": 4e6})");
  EXPECT_THAT(texts(keys),
              UnorderedElementsAre(HasSubstr("guest.placement"), HasSubstr("guest.topology"),
                                   HasSubstr("guest.topology"), HasSubstr("balance_interval_ns in guest")));
  const StudyOrFaults path = read_with(R"("curves": [{"name": "a", "set": {"guest_costs.wake_migration": 0.1}}])");
  EXPECT_THAT(texts(path), ElementsAre(HasSubstr("guest.topology")));
  EXPECT_THAT(texts(read_with(R"("guest": {"balance_interval_ns": 2e6}, "targets": 2)")), IsEmpty());
}

}  // namespace
}  // namespace vqlab
