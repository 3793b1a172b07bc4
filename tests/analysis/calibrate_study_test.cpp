// What a fit leaves behind, with a stand-in for the simulation.
#include "analysis/calibrate/calibrate_study.hpp"

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <signal.h>
#include <stdexcept>
#include <unistd.h>

#include "analysis/app/answer.hpp"
#include "analysis/app/exit_code.hpp"
#include "analysis/app/refused.hpp"
#include "analysis/calibrate/simulations.hpp"
#include "analysis/runs/journal.hpp"
#include "analysis/scenario/document.hpp"
#include "analysis/scenario/load_study.hpp"
#include "tests/support/invocation_of.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// A rate that one cost limits at one target and another one at many.
double rate(double submit_ns, double pop_ns, double targets) { return 1e7 / (submit_ns / targets + pop_ns); }

constexpr double kSubmit = 9000;
constexpr double kPop = 4200;

class CalibrateStudy : public testing::Test {
 protected:
  CalibrateStudy() {
    fs::create_directories(directory_);
    Json study = Json::parse(R"({
      "study": "s", "title": "t", "machine": "bench", "seeds": [1, 2],
      "curves": [{"name": "a"}], "sweep": {"targets": [1, 2, 4, 8]},
      "reference": {"metric": "bandwidth_mib_per_s", "axis": "targets", "source": "made up", "values": {"a": {}}},
      "calibration": {"free": ["guest_costs.submit_ns", "host_costs.pop_ns"], "sigma_percent": 0.1,
        "iterations": 8, "jacobian_runs": 2,
        "held_out": [{"name": "middle", "targets": [2]}, {"name": "end", "targets": [8]}]}})");
    for (const int targets : {1, 2, 4, 8})
      study["reference"]["values"]["a"][std::to_string(targets)] = rate(kSubmit, kPop, targets);
    write("s.json", study.dump(1));
    fs::create_directories(directory_ / "machines");
    write("machines/bench.json", R"({"$schema": "../machine_schema.json", "name": "bench", "title": "A bench",
                                     "hardware": {"physical_cpus": 3}, "guest_costs": {"kick_ns": 2222},
                                     "host_costs": {"pop_ns": {"mean_ns": 3000, "shape": "constant"}}})");
    arguments_.file = (directory_ / "s.json").string();
    arguments_.out = (directory_ / "machines" / "found.json").string();
    arguments_.results = (directory_ / "r").string();
    how_much_is_said().quiet = true;
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
  }
  ~CalibrateStudy() override {
    testing::internal::GetCapturedStdout();
    testing::internal::GetCapturedStderr();
    fs::remove_all(directory_);
  }

  [[nodiscard]] std::optional<JournalContents> journal() const {
    std::vector<Fault> faults;
    return read_journal(directory_ / "r" / "points.jsonl", faults);
  }
  void write(const char* name, const std::string& text) const { std::ofstream(directory_ / name) << text; }
  std::string text(const fs::path& name) const {
    std::ifstream in(directory_ / name);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  Json json(const fs::path& name) const { return Json::parse(text(name)); }

  // What was printed to standard error so far.
  static std::string told() {
    const std::string text = testing::internal::GetCapturedStderr();
    testing::internal::CaptureStderr();
    return text;
  }

  static PointResult answer(const Testbed& testbed, const Precision&, std::uint64_t) {
    PointResult result;
    result.quantities = {
        {"latency_mean_us", 1, kNoValue},
        {"bandwidth_mib_per_s",
         rate(testbed.guest_costs.submit_ns.mean_ns, testbed.host_costs.pop_ns.mean_ns, testbed.targets), 1.5}};
    return result;
  }

  fs::path directory_ = fs::path(testing::TempDir()) / ("vqlab_calibrate_" + std::to_string(getpid()));
  CalibrateArguments arguments_;
};

TEST_F(CalibrateStudy, FindsTheParametersThatMadeTheData) {
  ASSERT_EQ(calibrate_study(arguments_, answer), kExitGood) << told();
  const Json machine = json("machines/found.json");
  EXPECT_NEAR(machine["guest_costs"]["submit_ns"].get<double>(), kSubmit, 0.01 * kSubmit);
  EXPECT_NEAR(machine["host_costs"]["pop_ns"]["mean_ns"].get<double>(), kPop, 0.01 * kPop);
  const Json fitted = json("r/fit.json");
  EXPECT_LT(fitted["errors"]["all"]["mean_percent"].get<double>(), 0.2);
  EXPECT_GT(fitted["errors"]["before"]["mean_percent"].get<double>(), 5);
  EXPECT_EQ(fitted["params"][0]["before"], 7300);
  EXPECT_EQ(fitted["params"][1]["before"], 3000);
  EXPECT_EQ(fitted["params"][0]["verdict"], "identified");
  EXPECT_EQ(fitted["seeds"], (std::vector<int>{1, 2}));
  EXPECT_EQ(fitted["fit_seeds"], std::vector<int>{1000});
}

TEST_F(CalibrateStudy, TheMachineKeepsEverythingElse) {
  arguments_.overrides = {"guest_costs.add_ns=900"};
  arguments_.invocation = test::invocation_of("calibrate", {arguments_.file, "--set", "guest_costs.add_ns=900"});
  ASSERT_EQ(calibrate_study(arguments_, answer), kExitGood) << told();
  const Json machine = json("machines/found.json");
  EXPECT_EQ(machine["$schema"], "../machine_schema.json");
  EXPECT_EQ(machine["name"], "found");
  EXPECT_EQ(machine["hardware"]["physical_cpus"], 3);
  EXPECT_EQ(machine["guest_costs"]["kick_ns"], 2222);
  EXPECT_EQ(machine["guest_costs"]["add_ns"], 900);  // the fit was made with it
  EXPECT_EQ(machine["host_costs"]["pop_ns"]["shape"], "constant");
  EXPECT_THAT(machine["description"].get<std::string>(), HasSubstr("--set guest_costs.add_ns=900` from machine bench"));
  // Four digits that read back.
  const auto submit = machine["guest_costs"]["submit_ns"].get<double>();
  EXPECT_EQ(fmt::format("{:.4g}", submit), fmt::format("{:g}", submit));
  const StudyOrFaults with_it = load_study(directory_ / "s.json", {{"machine=found"}, {}});
  EXPECT_TRUE(with_it.faults.empty());
  ASSERT_TRUE(with_it.study);
  EXPECT_EQ(with_it.study->points.front().testbed.guest_costs.submit_ns.mean_ns, submit);
}

// A cost that the cells know only together with another one stays correlated with it, and what misses the published
// values is told.
TEST_F(CalibrateStudy, DeepThePosteriorKnowsWhatTheCellsKnow) {
  Json study = json("s.json");
  for (const int targets : {1, 2, 4, 8})  // 2 % up and down: no parameters give that
    study["reference"]["values"]["a"][std::to_string(targets)] =
        rate(kSubmit, kPop, targets) * (targets == 2 || targets == 8 ? 1.02 : 1 / 1.02);
  study["reference"]["values"]["a"].erase("4");  // each cell is simulated for each parameter
  study["calibration"]["sigma_percent"] = 1;
  write("s.json", study.dump());
  const auto with_two = [](const Testbed& testbed, const Precision& precision, std::uint64_t seed) {
    Testbed both = testbed;
    both.host_costs.pop_ns.mean_ns += testbed.host_costs.finish_ns.mean_ns - 1500;
    return answer(both, precision, seed);
  };
  arguments_.posterior = true;
  ASSERT_EQ(calibrate_study(arguments_, with_two), kExitGood) << told();
  const Json posterior = json("machines/found.json")["posterior"];
  const auto place = [&](const char* name) {
    const auto& all = posterior["parameters"];
    return static_cast<std::size_t>(std::find(all.begin(), all.end(), name) - all.begin());
  };
  const std::size_t finish = place("host_costs.finish_ns");
  ASSERT_LT(finish, posterior["parameters"].size());
  EXPECT_LT(posterior["correlation"][finish][1].get<double>(), -0.8);
  EXPECT_GT(posterior["discrepancy_percent"].get<double>(), 2);
  EXPECT_LT(posterior["discrepancy_percent"].get<double>(), 4);
  EXPECT_EQ(posterior["source"], "3 published values");
  // Costs spread by factors, and their sum is larger on average: what the cells know of it moves down.
  EXPECT_LT(posterior["ln_shift"][1].get<double>(), -0.01);
  const std::string printed = testing::internal::GetCapturedStdout();
  testing::internal::CaptureStdout();
  const std::size_t at = printed.find("mean of plausible machines beside the machine: ");
  ASSERT_NE(at, std::string::npos) << printed;
  double plain = 0;
  double moved = 0;
  ASSERT_EQ(std::sscanf(printed.c_str() + at, "mean of plausible machines beside the machine: %lf %%, and %lf %%",
                        &plain, &moved),
            2);
  EXPECT_LT(moved, plain / 3);
  // From the machine that is there: the same bytes.
  const std::string before = text("machines/found.json");
  arguments_.posterior = false;
  arguments_.posterior_only = true;
  arguments_.results = (directory_ / "p").string();
  ASSERT_EQ(calibrate_study(arguments_, with_two), kExitGood) << told();
  EXPECT_EQ(text("machines/found.json"), before);
}

TEST_F(CalibrateStudy, ReplacesNoFileUnasked) {
  write("machines/found.json", "mine");
  EXPECT_EQ(calibrate_study(arguments_, answer), kExitBadInput);
  EXPECT_EQ(text("machines/found.json"), "mine");
  EXPECT_FALSE(fs::exists(directory_ / "r"));
  arguments_.force = true;
  EXPECT_EQ(calibrate_study(arguments_, answer), kExitGood);
  EXPECT_EQ(json("machines/found.json")["name"], "found");
}

TEST_F(CalibrateStudy, WhatIsHeldOutIsNotSeen) {
  arguments_.hold_out = {"targets=8"};
  const auto never_eight = [](const Testbed& testbed, const Precision& precision, std::uint64_t seed) {
    // The fit's own runs have their length fixed.
    if (testbed.targets == 8 && precision.min_simulated_s == precision.max_simulated_s)
      throw std::runtime_error("the fit looked at it");
    return answer(testbed, precision, seed);
  };
  ASSERT_EQ(calibrate_study(arguments_, never_eight), kExitGood) << told();
  const Json fitted = json("r/held_out/targets_8/fit.json");
  EXPECT_EQ(fitted["errors"]["training"]["cells"], 3);
  EXPECT_EQ(fitted["errors"]["held_out"]["cells"], 1);
  EXPECT_LT(fitted["errors"]["held_out"]["mean_percent"].get<double>(), 0.5);
  EXPECT_FALSE(fs::exists(directory_ / "r" / "fit.json"));
}

// Of the same length in the fit, whose seeds begin at 1000; at the study's own precision for the table after it.
TEST_F(CalibrateStudy, OnlyTheFitFixesTheLengthOfItsRuns) {
  arguments_.overrides = {"calibration.simulated_s=0.07"};
  const auto watched = [](const Testbed& testbed, const Precision& precision, std::uint64_t seed) {
    const Precision own;
    const bool fixed = precision.min_simulated_s == 0.07 && precision.max_simulated_s == 0.07;
    if (seed >= 1000 ? !fixed : !(precision == own)) throw std::runtime_error("another length");
    return answer(testbed, precision, seed);
  };
  EXPECT_EQ(calibrate_study(arguments_, watched), kExitGood) << told();
}

// Rows of the parameter table that no single point reads.
TEST_F(CalibrateStudy, EachSettingMakesADifference) {
  const auto noisy = [](const Testbed& testbed, const Precision& precision, std::uint64_t seed) {
    PointResult result = answer(testbed, precision, seed);
    result.quantities[1].value *= 1 + 0.01 * std::sin(static_cast<double>(seed) + 10 * precision.max_simulated_s);
    return result;
  };
  arguments_.force = true;
  const auto params = [&](const std::string& setting) {
    arguments_.overrides.clear();
    if (!setting.empty()) arguments_.overrides = {"calibration." + setting};
    EXPECT_EQ(calibrate_study(arguments_, noisy), kExitGood) << told();
    return json("r/fit.json")["params"].dump();
  };
  const std::string usual = params("");
  std::map<std::string, std::string> others{{"sigma_percent", "5"}, {"simulated_s", "0.1"}, {"runs", "3"},
                                            {"jacobian_runs", "5"}, {"iterations", "1"},    {"seed", "2000"}};
  for (const Param& row : params_of(static_cast<const FitSettings*>(nullptr)).rows) {
    ASSERT_EQ(others.count(row.name), 1u) << row.name;
    EXPECT_NE(params(row.name + "=" + others[row.name]), usual) << row.name;
  }
}

TEST_F(CalibrateStudy, OneFitForEachHoldOutOfTheStudy) {
  arguments_.held_out_fits = true;
  arguments_.out.clear();
  ASSERT_EQ(calibrate_study(arguments_, answer), kExitGood) << told();
  EXPECT_EQ(json("r/held_out/middle/fit.json")["errors"]["held_out_between"]["cells"], 1);
  EXPECT_EQ(json("r/held_out/end/fit.json")["errors"]["held_out_between"]["cells"], 0);
  EXPECT_THAT(text("r/held_out/held_out.csv"), HasSubstr("\nmiddle,3,"));
  EXPECT_THAT(text("r/held_out/held_out.csv"), HasSubstr("\nend,3,"));
}

TEST_F(CalibrateStudy, AKilledFitGoesOnToTheSameBytes) {
  arguments_.invocation =
      test::invocation_of("calibrate", {arguments_.file, "--results", arguments_.results, "--out", arguments_.out});
  ASSERT_EQ(calibrate_study(arguments_, answer), kExitGood) << told();
  const std::string machine = text("machines/found.json");
  const std::string fitted = text("r/fit.json");
  const std::size_t simulations = journal()->places.size();
  fs::remove_all(directory_ / "r");
  fs::remove(directory_ / "machines" / "found.json");

  const pid_t parent = getpid();
  arguments_.jobs = 1;
  // Killed with 19 simulations in the journal: the start has 4, and each of the derivatives 16.
  const auto interrupted = [parent, this](const Testbed& testbed, const Precision& precision, std::uint64_t seed) {
    if (journal()->places.size() == 19) {
      kill(parent, SIGTERM);
      for (;;) pause();
    }
    return answer(testbed, precision, seed);
  };
  ASSERT_EQ(calibrate_study(arguments_, interrupted), kExitInterrupted);
  EXPECT_THAT(told(), HasSubstr("\nto continue: vqlab calibrate " + arguments_.file + " --out " + arguments_.out +
                                " --results " + arguments_.results + " --resume\n"));
  EXPECT_FALSE(fs::exists(directory_ / "machines" / "found.json"));
  ASSERT_TRUE(journal());
  EXPECT_EQ(journal()->places.size(), 19u);

  arguments_.resume = true;
  ASSERT_EQ(calibrate_study(arguments_, answer), kExitGood) << told();
  EXPECT_EQ(text("machines/found.json"), machine);
  EXPECT_EQ(text("r/fit.json"), fitted);
  // Nothing was simulated twice.
  EXPECT_EQ(journal()->places.size(), simulations);
}

TEST_F(CalibrateStudy, JournalsOfTwoScenariosAreNotMixed) {
  ASSERT_EQ(calibrate_study(arguments_, answer), kExitGood) << told();
  arguments_.resume = true;
  arguments_.force = true;
  arguments_.overrides = {"job.iodepth=8"};
  EXPECT_THAT([this] { (void)calibrate_study(arguments_, answer); },
              testing::ThrowsMessage<Refused>(HasSubstr("belongs to another scenario")));
}

TEST_F(CalibrateStudy, AFailedSimulationSaysWhich) {
  const auto two_fails = [](const Testbed& testbed, const Precision& precision, std::uint64_t seed) {
    if (testbed.targets == 2) throw std::runtime_error("no luck");
    return answer(testbed, precision, seed);
  };
  try {
    (void)calibrate_study(arguments_, two_fails);
    FAIL() << "it ended well";
  } catch (const SimulationFailed& error) {
    EXPECT_THAT(error.what(), HasSubstr("no luck"));
    EXPECT_THAT(error.what(), HasSubstr("targets=2"));
    EXPECT_THAT(error.what(), HasSubstr("guest_costs.submit_ns=7300"));
  }
  EXPECT_FALSE(fs::exists(directory_ / "machines" / "found.json"));
}

struct Wrong {
  const char* name;
  void (*spoil)(CalibrateArguments&);
  const char* said;
};

class WrongCalibration : public CalibrateStudy, public testing::WithParamInterface<Wrong> {};

TEST_P(WrongCalibration, WritesNothing) {
  GetParam().spoil(arguments_);
  EXPECT_EQ(calibrate_study(arguments_, answer), kExitBadInput);
  EXPECT_THAT(told(), HasSubstr(GetParam().said));
  EXPECT_FALSE(fs::exists(directory_ / "r"));
  EXPECT_FALSE(fs::exists(directory_ / "machines" / "found.json"));
}

using Arguments = CalibrateArguments;
INSTANTIATE_TEST_SUITE_P(
    All, WrongCalibration,
    testing::Values(
        Wrong{"UnknownName", [](Arguments& a) { a.free = {"guest_costs.sumbit_ns"}; },
              "--free guest_costs.sumbit_ns: $.calibration.free[0]: found \"guest_costs.sumbit_ns\""},
        Wrong{"RangeWithZero", [](Arguments& a) { a.free = {"guest_costs.host_lines"}; }, "range lies above 0"},
        Wrong{"SwitchedOff", [](Arguments& a) { a.overrides = {"host_costs.pop_ns=0"}; }, "which starts at 0"},
        Wrong{"SetByCurve",
              [](Arguments& a) { a.overrides = {R"(curves=[{"name":"a","set":{"host_costs.pop_ns":3000}}])"}; },
              "which a curve sets itself"},
        Wrong{"UnknownCurve", [](Arguments& a) { a.hold_out = {"curves=b"}; }, "a curve with published values: a"},
        Wrong{"UnknownTargets", [](Arguments& a) { a.hold_out = {"targets=2,3"}; }, "targets: found 3"},
        Wrong{"NothingLeft", [](Arguments& a) { a.hold_out = {"curves=a"}; }, "nothing that is left to fit to"},
        Wrong{"UnknownHoldOut", [](Arguments& a) { a.hold_out = {"midle"}; }, "did you mean \"middle\"?"},
        Wrong{"RenamedKind", [](Arguments& a) { a.hold_out = {"series=a"}; }, "\"series\": renamed, write \"curves\""},
        Wrong{"WrongKind", [](Arguments& a) { a.hold_out = {"rows=2"}; }, "targets=N,N or curves=NAME,NAME"},
        Wrong{"NoNumber", [](Arguments& a) { a.hold_out = {"targets=x"}; }, "found \"x\""},
        Wrong{"SeedOfTheStudy", [](Arguments& a) { a.seed = 2; }, "--seed 2: "},
        Wrong{"NoTable", [](Arguments& a) { a.data += ".none"; }, "nothing that can be read"},
        Wrong{"NoFolder", [](Arguments& a) { a.out = a.results + "/none/found.json"; }, "no such folder"},
        Wrong{"NoJsonName", [](Arguments& a) { a.out += ".txt"; }, "NAME.json"}),
    [](const auto& wrong) { return wrong.param.name; });

}  // namespace
}  // namespace vqlab
