// Claims of studies: read, judged, and the verb that runs them, with a stand-in for the simulation.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <signal.h>
#include <stdexcept>
#include <unistd.h>

#include "analysis/app/answer.hpp"
#include "analysis/app/exit_code.hpp"
#include "analysis/claims/claims_studies.hpp"
#include "analysis/claims/judge_claims.hpp"
#include "analysis/scenario/load_study.hpp"
#include "analysis/scenario/machine_text.hpp"
#include "tests/support/invocation_of.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

std::string study_text(const std::string& claims, const std::string& more = "") {
  return R"({"study": "s", "seeds": [1, 2, 3], "guest_costs": {"kick_ns": 2000},
             "curves": [{"name": "a"}, {"name": "b", "set": {"guest_costs.add_ns": 900}}],
             "sweep": {"targets": [1, 2], "job.iodepth": [1, 4]}, "claims": [)" +
         claims + "]" + more + "}";
}

StudyOrFaults read_claims(const std::string& claims, const std::string& more = "", const StudyOptions& options = {}) {
  return parse_study(study_text(claims, more), "s.json", options);
}

std::vector<std::string> paths_of(const StudyOrFaults& result) {
  std::vector<std::string> paths;
  for (const Fault& fault : result.faults) paths.push_back(fault.path);
  return paths;
}

const Fault& fault_at(const StudyOrFaults& result, const std::string& path) {
  return *std::find_if(result.faults.begin(), result.faults.end(),
                       [&path](const Fault& fault) { return fault.path == path; });
}

// `of` and `to` at both axes, with a range of a tenth around the published ratio.
std::string ratio(const std::string& id, const std::string& of, const std::string& to, double published) {
  return R"({"id": ")" + id + R"(", "published": "as published", "ratio": {"of": )" + of + R"(, "to": )" + to +
         R"(, "published": )" + std::to_string(published) + R"(, "range": [)" + std::to_string(0.9 * published) + ", " +
         std::to_string(1.1 * published) + "]}}";
}

TEST(Claims, AreReadAndAreNoPartOfTheRun) {
  const StudyOrFaults result =
      read_claims(R"({"id": "d", "published": "falls", "quantity": "latency_p99_us", "fails": "why",
               "direction": {"from": {"curve": "a", "job.iodepth": 4}, "to": {"curve": "b", "quantity": "iops"},
                             "is": "falls"}})",
                  R"(, "free_parameters": {"guest_costs.kick_ns": "x", "guest_costs.add_ns": "y", "targets": "z"})");
  ASSERT_TRUE(result.study) << to_string(result.faults.front());
  const Claim& claim = result.study->claims.at(0);
  EXPECT_EQ(claim.judgement, Judgement::kDirection);
  EXPECT_FALSE(claim.rises);
  EXPECT_EQ(claim.fails, "why");
  ASSERT_EQ(claim.places.size(), 2u);
  EXPECT_THAT(claim.places[0].axes, ElementsAre(AxisValue{"job.iodepth", "4"}));
  EXPECT_EQ(claim.places[0].quantity, "latency_p99_us");
  EXPECT_EQ(claim.places[1].quantity, "iops");
  EXPECT_EQ(result.study->free_parameters.size(), 3u);
  EXPECT_FALSE(result.study->resolved.contains("claims"));  // a mark makes no other results
}

TEST(Claims, TellEveryFault) {
  const StudyOrFaults result = read_claims(
      R"({"id": "x y", "published": "", "fails": "", "ratio": {"of": {"curve": "c", "targets": 3},
          "to": {"targets": 0, "quantity": "iosp"}, "published": 2, "range": [1.5, 1.4]}},
         {"id": "two", "published": "p", "ratio": {"of": {"curve": "a"}, "to": {"curve": "a"}, "published": 3,
          "range": [1, 2]}, "ordering": {"places": [{"curve": "a"}]}},
         {"id": "two", "published": "p"},
         {"id": "far", "published": "p", "direction": {"from": {"curve": "a", "guest.vcpus": 4, "gest.vcpus": 4},
          "to": 7, "is": "rise"}, "ratios": 1},
         {"id": "less", "published": "p", "ratio": {"of": {"curve": "a"}, "published": 0, "range": [1, 2, 3]}})",
      R"(, "free_parameters": {"guest_costs.kik_ns": "x", "guest_costs.kick_ns": "", "host_costs.pop_ns": "y"})");
  EXPECT_THAT(
      paths_of(result),
      UnorderedElementsAre(
          "$.claims[0].id", "$.claims[0].published", "$.claims[0].fails", "$.claims[0].ratio.of.curve",
          "$.claims[0].ratio.of.targets", "$.claims[0].ratio.to.curve", "$.claims[0].ratio.to.targets",
          "$.claims[0].ratio.to.quantity", "$.claims[0].ratio.range", "$.claims[1].ratio.to",
          "$.claims[1].ratio.published", "$.claims[1].ordering.places", "$.claims[1]", "$.claims[2].id", "$.claims[2]",
          "$.claims[3].direction.from[\"guest.vcpus\"]", "$.claims[3].direction.from[\"gest.vcpus\"]",
          "$.claims[3].direction.to", "$.claims[3].direction.is", "$.claims[3].ratios", "$.claims[4].ratio.to",
          "$.claims[4].ratio.published", "$.claims[4].ratio.range", "$.free_parameters[\"guest_costs.kik_ns\"]",
          "$.free_parameters[\"guest_costs.kick_ns\"]", "$.free_parameters[\"host_costs.pop_ns\"]"));
  EXPECT_EQ(fault_at(result, "$.claims[0].ratio.to.quantity").nearest, "iops");
  EXPECT_EQ(fault_at(result, "$.claims[3].direction.is").nearest, "rises");
  EXPECT_EQ(fault_at(result, "$.free_parameters[\"guest_costs.kik_ns\"]").nearest, "guest_costs.kick_ns");
  EXPECT_THAT(paths_of(parse_study(R"({"study": "s", "claims": [], "free_parameters": {}})", "s.json")),
              ElementsAre("$.claims"));
  EXPECT_THAT(paths_of(parse_study(R"({"study": "s", "free_parameters": {}})", "s.json")),
              ElementsAre("$.free_parameters"));
}

TEST(MachineSources, AreOfWhatTheMachineSets) {
  const auto read_machine = [](const std::string& sources) {
    return parse_study(
        R"({"study": "s", "machine": {"host_costs": {"pop_ns": 3000, "finish_ns": 1500}, "sources": )" + sources + "}}",
        "s.json", {{"host_costs.finish_ns=1600"}, {}});
  };
  const StudyOrFaults wrong = read_machine(
      R"({"host_costs.pop_ns": "", "host_costs.push_ns": "x", "guest_costs.kick_ns": "y",
          "job.iodepth": "z", "flsh.x": "w"})");
  EXPECT_THAT(
      paths_of(wrong),
      UnorderedElementsAre("$.machine.sources[\"host_costs.pop_ns\"]", "$.machine.sources[\"host_costs.push_ns\"]",
                           "$.machine.sources[\"guest_costs.kick_ns\"]", "$.machine.sources[\"job.iodepth\"]",
                           "$.machine.sources[\"flsh.x\"]"));
  // No schema knows the parts.
  EXPECT_EQ(fault_at(wrong, "$.machine.sources[\"flsh.x\"]").kind, FaultKind::kMeaning);
  const StudyOrFaults good = read_machine(R"({"host_costs.pop_ns": "a book", "host_costs.finish_ns": "a guess"})");
  ASSERT_TRUE(good.study);
  const std::string text = machine_file_text(
      *good.study, {"m", "t", "d", {{"host_costs.pop_ns", 2500, "fitted"}, {"guest_costs.kick_ns", 2000, "fitted"}}});
  EXPECT_EQ(nlohmann::json::parse(text)["sources"].dump(),
            R"({"guest_costs.kick_ns":"fitted","host_costs.finish_ns":"set on the command line",)"
            R"("host_costs.pop_ns":"fitted"})");
}

// iops of the seeds by curve, targets and iodepth: 100, doubled by 2 targets, tripled in curve b; depth adds nothing
// in a, a half in b.
double iops(const Point& point) {
  double value = 100 * point.testbed.targets;
  if (point.curve == "b") value *= point.testbed.job.iodepth == 4 ? 4.5 : 3.0;
  return value;
}

// With what `change` makes of the values.
template <class Change>
std::vector<JudgedClaim> judged(const std::string& claims, Change change, const StudyOptions& options = {}) {
  const StudyOrFaults result = read_claims(claims, "", options);
  if (!result.study) throw std::runtime_error(to_string(result.faults.front()));
  std::vector<PointRow> rows;
  for (const Point& point : result.study->points) {
    PointResult measured;
    measured.quantities = {{"iops", change(point, iops(point)), 1}, {"latency_mean_us", 1e6 / iops(point), 1}};
    rows.push_back(row_of(point, measured));
  }
  return judge_claims(*result.study, rows);
}
double as_it_is(const Point&, double value) { return value; }

const std::string kA = R"({"curve": "a", "targets": 1, "job.iodepth": 4})";
const std::string kB = R"({"curve": "b", "targets": 1, "job.iodepth": 4})";

TEST(ClaimJudge, ARatioIsHeldAgainstItsRange) {
  const auto claims = judged(ratio("exact", kB, kA, 4.5) + "," + ratio("too_much", kB, kA, 4.0), as_it_is);
  EXPECT_EQ(claims[0].reached.value, 4.5);
  EXPECT_EQ(claims[0].reached.half_width, 0);
  EXPECT_EQ(claims[0].seeds, 3u);
  EXPECT_TRUE(claims[0].holds);
  EXPECT_FALSE(claims[1].holds);                          // 4.5 is above 4.4
  EXPECT_DOUBLE_EQ(claims[1].deviation_percent(), 12.5);  // 4.5 / 4 - 1
  EXPECT_TRUE(claims[0].as_marked() && !claims[1].as_marked());
}

// Over the depths b is 3 and 4.5 times a; over the targets both are doubled.
TEST(ClaimJudge, AnAxisThatIsLeftOutIsAveragedOver) {
  const auto claims = judged(ratio("all", R"({"curve": "b"})", R"({"curve": "a"})", 3.75) + "," +
                                 ratio("depths", R"({"curve": "b", "targets": 2})", kA, 7.5),
                             as_it_is);
  EXPECT_DOUBLE_EQ(claims[0].reached.value, 3.75);
  EXPECT_DOUBLE_EQ(claims[1].reached.value, 7.5);  // a stays at 1 target and depth 4: (6 + 9) / 2
}

// Seeds differ twofold, the ratio by 1 %: what is paired is far narrower than what is not. t of 2 degrees of freedom is
// 4.303, the deviation of 4.5 (0.99, 1, 1.01) is 0.045: 4.303 * 0.045 / sqrt(3) = 0.1118.
TEST(ClaimJudge, RatiosArePairedBySeed) {
  const auto noisy = [](const Point& point, double value) {
    const double seed = static_cast<double>(point.seed);
    return value * seed * (point.curve == "b" ? 0.98 + 0.01 * seed : 1.0);
  };
  const auto claims = judged(ratio("noisy", kB, kA, 4.5), noisy);
  EXPECT_DOUBLE_EQ(claims[0].reached.value, 4.5);
  EXPECT_THAT(claims[0].reached.half_width, DoubleNear(0.1118, 1e-4));
}

std::string direction(const std::string& from, const std::string& to, const char* is) {
  return R"({"id": "d)" + std::string(is) + R"(", "published": "p", "direction": {"from": )" + from + R"(, "to": )" +
         to + R"(, "is": ")" + is + R"("}})";
}

TEST(ClaimJudge, ADirectionNeedsItsWholeInterval) {
  const std::string both = direction(kA, kB, "rises") + "," + direction(kA, kB, "falls");
  const auto sure = judged(both, as_it_is);
  EXPECT_TRUE(sure[0].holds);
  EXPECT_FALSE(sure[1].holds);
  // 1.1 (0.9, 1, 1.1): 4.303 * 0.11 / sqrt(3) = 0.273 around 1.1 contains 1.
  const auto unsure = judged(both, [](const Point& point, double) {
    return point.curve == "b" ? 1.1 * (0.8 + 0.1 * static_cast<double>(point.seed)) : 1.0;
  });
  EXPECT_FALSE(unsure[0].holds);
  EXPECT_FALSE(unsure[1].holds);
  EXPECT_DOUBLE_EQ(unsure[0].reached.value, 1.1);
}

TEST(ClaimJudge, AnOrderingIsStrictAndTellsTheNearestNeighbours) {
  const auto order = [](const char* id, const std::string& places) {
    return R"({"id": ")" + std::string(id) + R"(", "published": "p", "ordering": {"places": [)" + places + "]}}";
  };
  const std::string b2 = R"({"curve": "b", "targets": 2, "job.iodepth": 4})";
  const std::string a_shallow = R"({"curve": "a", "targets": 1, "job.iodepth": 1})";
  const auto claims =
      judged(order("falling", b2 + "," + kB + "," + kA) + "," + order("equal", kB + "," + kA + "," + a_shallow) + "," +
                 order("latency", R"({"curve": "a", "quantity": "latency_mean_us"},
                                     {"curve": "b", "quantity": "latency_mean_us"})"),
             as_it_is);
  EXPECT_TRUE(claims[0].holds);
  EXPECT_EQ(claims[0].reached.value, 2);  // 900 over 450; 450 over 100 is farther from 1
  EXPECT_FALSE(claims[1].holds);          // a has no gain from depth
  EXPECT_EQ(claims[1].reached.value, 1);
  EXPECT_TRUE(claims[2].holds);
}

TEST(ClaimJudge, WhatIsUnknownDoesNotHold) {
  const std::string all = ratio("r", kB, kA, 4.5) + "," + direction(kA, kB, "rises");
  const auto missing =
      judged(all, [](const Point& point, double value) { return point.curve == "b" ? value : kNoValue; });
  EXPECT_FALSE(missing[0].holds || missing[1].holds);
  EXPECT_EQ(missing[0].seeds, 0u);
  const auto zero = judged(all, [](const Point& point, double value) { return point.curve == "b" ? value : 0; });
  EXPECT_TRUE(std::isnan(zero[0].reached.value));
  // An override takes the position away: that is no mistake of the file, but no claim holds for it.
  const auto gone = judged(all, as_it_is, {{"sweep.targets=[2]"}, {}});
  EXPECT_FALSE(gone[0].holds);
  EXPECT_TRUE(std::isnan(gone[0].reached.value));
  // Seeds take nothing away.
  EXPECT_THAT(paths_of(read_claims(ratio("r", R"({"curve": "a", "targets": 9})", kA, 1), "", {{"seeds=[1,2]"}, {}})),
              ElementsAre("$.claims[0].ratio.of.targets"));
}

class ClaimsStudies : public testing::Test {
 protected:
  ClaimsStudies() {
    fs::create_directories(directory_);
    arguments_.files = {file("s.json", study_text(ratio("r", kB, kA, 4.5)))};
    arguments_.out = (directory_ / "r").string();
    arguments_.no_figures = true;
    how_much_is_said().quiet = true;
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
  }
  ~ClaimsStudies() override {
    testing::internal::GetCapturedStdout();
    testing::internal::GetCapturedStderr();
    fs::remove_all(directory_);
  }

  std::string file(const char* name, const std::string& text) const {
    std::ofstream(directory_ / name) << text;
    return (directory_ / name).string();
  }
  std::string text(const char* name) const {
    std::ifstream in(directory_ / "r" / name);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  static std::string told() {
    const std::string text = testing::internal::GetCapturedStderr();
    testing::internal::CaptureStderr();
    return text;
  }
  static std::string printed() {
    const std::string text = testing::internal::GetCapturedStdout();
    testing::internal::CaptureStdout();
    return text;
  }
  static PointResult answer(const Testbed& testbed, const Precision&, std::uint64_t) {
    PointResult result;
    const bool b = testbed.guest_costs.add_ns.mean_ns == 900;
    result.quantities = {{"iops", b ? 450.0 : 100.0, 1}};
    result.precise = true;
    return result;
  }

  fs::path directory_ = fs::path(testing::TempDir()) / ("vqlab_claims_" + std::to_string(getpid()));
  ClaimsArguments arguments_;
};

TEST_F(ClaimsStudies, EndWithTheCountAndTellWhetherMarksAreRight) {
  ASSERT_EQ(claims_studies(arguments_, answer), kExitGood) << told();
  EXPECT_THAT(printed(), testing::EndsWith("\n1 of 1 ratios within 15 % of the published, 1 within 8 %\n"
                                           "1 of 1 claims hold\n"));
  EXPECT_THAT(text("claims.csv"), HasSubstr("\ns,r,ratio,4.5,4.05,4.95,4.5,0,0,true,false,precise,0,1.50408,,false\n"));
  EXPECT_THAT(text("s/points.csv"), HasSubstr("\n23,b,1,4,1,4,"));  // the study's own three seeds and two more
  // A second study fails, unmarked and marked; and one holds although it is marked.
  std::string marked = ratio("r", kB, kA, 4.5);
  marked.insert(marked.size() - 1, R"(, "fails": "nobody knows")");
  const auto with = [&](const std::string& claims) {
    std::string other = study_text(claims);
    other.replace(other.find("\"s\""), 3, "\"t\"");
    arguments_.files.resize(1);
    arguments_.files.push_back(file("t.json", other));
    return claims_studies(arguments_, answer);
  };
  EXPECT_EQ(with(ratio("r", kA, kB, 4.5)), kExitFailed);
  EXPECT_THAT(printed(), testing::EndsWith("\n1 of 2 claims hold\n"));
  EXPECT_EQ(with(marked), kExitFailed);
  EXPECT_THAT(printed(), HasSubstr("marked as failing, but it holds: nobody knows"));
  marked.replace(marked.find("\"published\": 4"), 14, "\"published\": 9");
  marked.replace(marked.find("\"range\": [4"), 11, "\"range\": [8");
  marked.replace(marked.find(", 4.95"), 6, ", 9.95");
  EXPECT_EQ(with(marked), kExitGood) << told();
  EXPECT_THAT(printed(), testing::EndsWith("\n1 of 2 ratios within 15 % of the published, 1 within 8 %\n"
                                           "1 of 2 claims hold\n"));
}

TEST_F(ClaimsStudies, AnInterruptedRunIsTakenUpAgain) {
  arguments_.jobs = 1;
  arguments_.invocation = test::invocation_of("claims", {arguments_.files[0]});
  const pid_t parent = getpid();
  const auto interrupt = [parent](const Testbed& testbed, const Precision& precision, std::uint64_t seed) {
    if (testbed.guest_costs.add_ns.mean_ns == 900) {
      kill(parent, SIGTERM);
      for (;;) pause();
    }
    return answer(testbed, precision, seed);
  };
  ASSERT_EQ(claims_studies(arguments_, interrupt), kExitInterrupted);
  EXPECT_THAT(told(), HasSubstr("vqlab claims " + arguments_.files[0] + " --out " + arguments_.out + " --resume"));
  EXPECT_THAT(text("claims.csv"), HasSubstr("\ns,r,ratio,4.5,4.05,4.95,,,,false,false,,,,,false\n"));
  EXPECT_THAT(text("claims.json"), HasSubstr("\"complete\": false"));
  arguments_.opening.resume = true;
  const auto only_b = [](const Testbed& testbed, const Precision& precision, std::uint64_t seed) {
    if (testbed.guest_costs.add_ns.mean_ns != 900) throw std::runtime_error("it is finished already");
    return answer(testbed, precision, seed);
  };
  // A mark that was added meanwhile makes no other simulations.
  std::string marked = ratio("r", kB, kA, 4.5);
  marked.insert(marked.size() - 1, R"(, "fails": "or so it seemed")");
  arguments_.files = {file("s.json", study_text(marked))};
  EXPECT_EQ(claims_studies(arguments_, only_b), kExitFailed) << told();
  EXPECT_THAT(printed(), testing::EndsWith("\n1 of 1 claims hold\n"));
}

TEST_F(ClaimsStudies, AllFaultsAtOnceAndNothingWritten) {
  arguments_.files.push_back(arguments_.files[0]);
  arguments_.files.push_back(file("none.json", R"({"study": "none"})"));
  arguments_.files.push_back(file("bad.json", study_text(R"({"id": "x"})")));
  EXPECT_EQ(claims_studies(arguments_, answer), kExitBadInput);
  const std::string faults = told();
  for (const char* fault : {"\"s\" a second time", "none.json: $.claims: found nothing",
                            "bad.json: $.claims[0]: found no", "bad.json: $.claims[0].published"})
    EXPECT_THAT(faults, HasSubstr(fault));
  EXPECT_FALSE(fs::exists(directory_ / "r"));
}

}  // namespace
}  // namespace vqlab
