// Several studies fitted together, with a stand-in for the simulation.
#include "analysis/calibrate/calibrate_plan.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <sstream>
#include <unistd.h>

#include "analysis/app/answer.hpp"
#include "analysis/app/exit_code.hpp"
#include "analysis/scenario/document.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// What made the data: one guest on two hosts, the second with requests of another depth than its study says.
constexpr double kGuestSubmit = 9000;
constexpr double kPopOfFirst = 4200;
constexpr double kPopOfSecond = 6000;
constexpr int kTrueDepth = 8;

double rate_at_depth(double submit_ns, double pop_ns, double targets, double depth) {
  return 1e7 / (submit_ns / targets + pop_ns) * depth / (depth + 1);
}

class CalibratePlan : public testing::Test {
 protected:
  CalibratePlan() {
    fs::create_directories(directory_ / "machines");
    write("machines/one.json", R"({"name": "one", "host_costs": {"pop_ns": 3000}})");
    write("machines/two.json", R"({"name": "two", "host_costs": {"pop_ns": 5000}})");
    Json first = Json::parse(R"({"study": "first", "machine": "one", "seeds": [1], "job": {"iodepth": 4},
      "curves": [{"name": "a"}], "sweep": {"targets": [1, 2, 4, 8]},
      "reference": {"metric": "bandwidth_mib_per_s", "axis": "targets", "source": "made up", "values": {"a": {}}}})");
    for (const int targets : {1, 2, 4, 8})
      first["reference"]["values"]["a"][std::to_string(targets)] = rate_at_depth(kGuestSubmit, kPopOfFirst, targets, 4);
    write("first.json", first.dump());
    Json second = Json::parse(R"({"study": "second", "machine": "two", "seeds": [1, 2], "targets": 4,
      "job": {"iodepth": 2}, "curves": [{"name": "b"}, {"name": "c", "set": {"controller.num_queues": 1}}],
      "sweep": {"guest.vcpus": [2, 4]},
      "reference": {"metric": "iops", "axis": "guest.vcpus", "source": "made up", "values": {"b": {}}}})");
    for (const int vcpus : {2, 4})
      second["reference"]["values"]["b"][std::to_string(vcpus)] =
          rate_at_depth(kGuestSubmit, kPopOfSecond, vcpus, kTrueDepth);
    write("second.json", second.dump());
    plan_ = Json::parse(R"({"plan": "both", "sigma_percent": 0.1, "jacobian_runs": 2,
      "studies": [{"study": "first.json", "writes": "one_fitted"},
                  {"study": "second.json", "writes": "two_fitted", "simulated_s": 0.07,
                   "unpublished": {"job.iodepth": [1, 2, 8, 32]}}],
      "same": ["guest_costs"],
      "free": [{"param": "guest_costs.submit_ns"},
               {"param": "host_costs.pop_ns", "studies": ["first"]},
               {"param": "host_costs.pop_ns", "studies": ["second"], "range": [4000, 8000]}],
      "held": [{"name": "slow_pop", "values": {"host_costs.pop_ns": 7000}}],
      "held_out": [{"name": "middle", "study": "first", "targets": [2]}, {"name": "second", "study": "second"}]})");
    arguments_.file = (directory_ / "plan.json").string();
    arguments_.out = (directory_ / "machines").string();
    arguments_.results = (directory_ / "r").string();
    how_much_is_said().quiet = true;
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
  }
  ~CalibratePlan() override {
    const std::string out = testing::internal::GetCapturedStdout();
    const std::string errors = testing::internal::GetCapturedStderr();
    if (HasFailure()) fprintf(stderr, "%s%s", out.c_str(), errors.c_str());
    fs::remove_all(directory_);
  }

  void write(const char* name, const std::string& text) const { std::ofstream(directory_ / name) << text; }
  [[nodiscard]] std::string text(const fs::path& name) const {
    std::ifstream in(directory_ / name);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  [[nodiscard]] Json json(const fs::path& name) const { return Json::parse(text(name)); }

  int calibrate(const PointRunner& run_point = answer) {
    write("plan.json", plan_.dump());
    return calibrate_plan(arguments_, run_point);
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
    const double at = testbed.guest.vcpus == 4 && testbed.job.iodepth == 4 ? testbed.targets : testbed.guest.vcpus;
    const double value = rate_at_depth(testbed.guest_costs.submit_ns.mean_ns, testbed.host_costs.pop_ns.mean_ns, at,
                                       static_cast<double>(testbed.job.iodepth));
    PointResult result;
    result.quantities = {{"bandwidth_mib_per_s", value, 1.5}, {"iops", value, 1.5}};
    return result;
  }

  fs::path directory_ = fs::path(testing::TempDir()) / ("vqlab_plan_" + std::to_string(getpid()));
  Json plan_;
  CalibrateArguments arguments_;
};

TEST_F(CalibratePlan, FindsOneGuestTwoHostsAndTheSetting) {
  ASSERT_EQ(calibrate(), kExitGood) << told();
  const Json one = json("machines/one_fitted.json");
  const Json two = json("machines/two_fitted.json");
  EXPECT_NEAR(one["guest_costs"]["submit_ns"].get<double>(), kGuestSubmit, 0.01 * kGuestSubmit);
  EXPECT_EQ(one["guest_costs"], two["guest_costs"]);
  EXPECT_NEAR(one["host_costs"]["pop_ns"].get<double>(), kPopOfFirst, 0.01 * kPopOfFirst);
  EXPECT_NEAR(two["host_costs"]["pop_ns"].get<double>(), kPopOfSecond, 0.01 * kPopOfSecond);
  EXPECT_EQ(one["name"], "one_fitted");
  const Json fitted = json("r/fit.json");
  EXPECT_EQ(fitted["studies"][0]["settings"], Json::object());
  EXPECT_EQ(fitted["studies"][1]["settings"]["job.iodepth"], "8");
  EXPECT_LT(fitted["studies"][1]["errors"]["mean_percent"].get<double>(), 0.3);
  EXPECT_EQ(fitted["params"][1]["studies"], Json::array({"first"}));
  EXPECT_EQ(fitted["params"][2]["range_max"], 8000);
  // Each of the four depths once.
  const std::string settings = text("r/settings.csv");
  EXPECT_THAT(settings, HasSubstr("objective,objective_after_step,second job.iodepth\n"));
  EXPECT_EQ(std::count(settings.begin(), settings.end(), '\n'), 5);
}

// With the parameter at a value that is not its own, the fit is worse, and only the held parameter has that value.
TEST_F(CalibratePlan, TellsTheFitWithAParameterHeldBesideTheFreeOne) {
  ASSERT_EQ(calibrate(), kExitGood) << told();
  const std::string table = printed();
  EXPECT_THAT(table, HasSubstr("7000 held"));
  std::istringstream csv(text("r/fits.csv"));
  std::string heading;
  std::string free;
  std::string held;
  std::getline(csv, heading);
  std::getline(csv, free);
  std::getline(csv, held);
  EXPECT_EQ(free.compare(0, 5, "free,"), 0);
  EXPECT_EQ(held.compare(0, 9, "slow_pop,"), 0);
  EXPECT_GT(std::stod(held.substr(9)), 10 * std::stod(free.substr(5)));
}

TEST_F(CalibratePlan, TheHeldFitIsTheOneThatIsWrittenWhereItIsChosen) {
  arguments_.hold = "slow_pop";
  ASSERT_EQ(calibrate(), kExitGood) << told();
  EXPECT_EQ(json("machines/one_fitted.json")["host_costs"]["pop_ns"], 7000);
  EXPECT_EQ(json("machines/two_fitted.json")["host_costs"]["pop_ns"], 7000);
  EXPECT_THAT(text("machines/one_fitted.json"), HasSubstr("held, in first alone"));
}

// A question is named by what its study's results depend on. So those that differ in a parameter of the other host are
// one simulation: each line has one pop_ns, of the two that are fitted, and no two lines are the same question.
TEST_F(CalibratePlan, NoSimulationForAParameterOfTheOtherHost) {
  ASSERT_EQ(calibrate(), kExitGood) << told();
  std::size_t lines = 0;
  std::istringstream journal(text("r/points.jsonl"));
  for (std::string line; std::getline(journal, line);) {
    const std::size_t first = line.find("host_costs.pop_ns");
    if (first == std::string::npos) continue;  // the journal's own first line
    EXPECT_EQ(line.find("host_costs.pop_ns", first + 1), std::string::npos) << line;
    ++lines;
  }
  EXPECT_GT(lines, 40u);
}

// The stand-in reads two costs: they are known, the guest's one as the same in both machines. All others keep the width
// of their ranges and no correlation.
TEST_F(CalibratePlan, DeepThePosteriorIsThatOfEachMachine) {
  plan_["studies"][1].erase("unpublished");
  plan_.erase("held");
  plan_.erase("held_out");
  Json first = json("first.json");  // few cells: each is simulated for each parameter
  for (const char* targets : {"2", "4"}) first["reference"]["values"]["a"].erase(targets);
  write("first.json", first.dump());
  arguments_.posterior = true;
  ASSERT_EQ(calibrate(), kExitGood) << told();
  const Json one = json("machines/one_fitted.json")["posterior"];
  const Json two = json("machines/two_fitted.json")["posterior"];
  EXPECT_EQ(one["source"], "4 published values of 2 studies");
  EXPECT_EQ(one["parameters"][0], "guest_costs.submit_ns");
  EXPECT_EQ(one["ln_sd"][0], two["ln_sd"][0]);
  EXPECT_EQ(two["ranges"][1], Json::array({4000, 8000}));
  EXPECT_LT(one["ln_sd"][0].get<double>(), 0.1);
  EXPECT_GT(one["parameters"].size(), 20u);
  for (std::size_t i = 2; i < one["parameters"].size(); ++i) {
    const double width = std::log(one["ranges"][i][1].get<double>() / one["ranges"][i][0].get<double>());
    EXPECT_NEAR(one["ln_sd"][i].get<double>(), width / 4, 1e-3) << one["parameters"][i];
    for (std::size_t j = 0; j < i; ++j) EXPECT_EQ(one["correlation"][i][j], 0);
  }
  // The same from the machines that are there, of which nothing else changes.
  const std::string before = text("machines/one_fitted.json");
  Json spoilt = Json::parse(before);
  spoilt.erase("posterior");
  write("machines/one_fitted.json", spoilt.dump(1));
  arguments_.posterior = false;
  arguments_.posterior_only = true;
  arguments_.results = (directory_ / "p").string();
  ASSERT_EQ(calibrate(), kExitGood) << told();
  EXPECT_EQ(text("machines/one_fitted.json"), before);
  EXPECT_FALSE(fs::exists(directory_ / "p" / "fit.json"));
}

TEST_F(CalibratePlan, NoPosteriorOfMachinesThatAreNotThere) {
  arguments_.posterior_only = true;
  EXPECT_EQ(calibrate(), kExitBadInput);
  EXPECT_THAT(told(), HasSubstr("one_fitted.json"));
  EXPECT_FALSE(fs::exists(directory_ / "p"));
}

TEST_F(CalibratePlan, OneFitForEachValueOfASetting) {
  arguments_.settings_fits = true;
  arguments_.out.clear();
  ASSERT_EQ(calibrate(), kExitGood) << told();
  const std::string csv = text("r/settings_fits.csv");
  for (const char* line :
       {"best", "second job.iodepth=1", "second job.iodepth=2", "second job.iodepth=8", "second job.iodepth=32"})
    EXPECT_THAT("\n" + csv, HasSubstr(std::string("\n") + line + ","));
  EXPECT_FALSE(fs::exists(directory_ / "r" / "fit.json"));
  EXPECT_FALSE(fs::exists(directory_ / "machines" / "one_fitted.json"));
}

TEST_F(CalibratePlan, OneFitForEachHoldOut) {
  plan_["studies"][1].erase("unpublished");
  arguments_.held_out_fits = true;
  arguments_.out.clear();
  ASSERT_EQ(calibrate(), kExitGood) << told();
  EXPECT_THAT(text("r/held_out/held_out.csv"), HasSubstr("\nmiddle,5,"));
  EXPECT_THAT(text("r/held_out/held_out.csv"), HasSubstr("\nsecond,4,"));
  EXPECT_EQ(json("r/held_out/middle/fit.json")["errors"]["held_out"]["cells"], 1);
}

// A ratio that contradicts the table: with a small sigma of its own it wins.
TEST_F(CalibratePlan, ASoftTargetPullsByItsSigma) {
  plan_["studies"][1].erase("unpublished");
  plan_["sigma_percent"] = 20;
  Json& targets = plan_["studies"][0]["soft_targets"];
  targets = Json::parse(R"([{"name": "steep", "source": "made up", "published": 1.8, "sigma_percent": 0.1,
                            "of": {"curve": "a", "targets": 2}, "to": {"curve": "a", "targets": 1}}])");
  ASSERT_EQ(calibrate(), kExitGood) << told();
  const Json near = json("r/fit.json")["soft_targets"][0];
  EXPECT_NEAR(near["fitted"].get<double>(), 1.8, 0.01);
  targets[0]["sigma_percent"] = 50;
  arguments_.force = true;
  ASSERT_EQ(calibrate(), kExitGood) << told();
  EXPECT_LT(json("r/fit.json")["soft_targets"][0]["fitted"].get<double>(), 1.75);
}

TEST_F(CalibratePlan, SaysAllThatIsWrongAtOnce) {
  plan_["free"][1]["studies"] = {"frist"};
  plan_["studies"][1]["unpublished"]["job.iodepth"] = {1, 32};
  plan_["studies"][0]["soft_targets"] =
      Json::parse(R"([{"name": "x", "source": "y", "published": 2, "of": {"curve": "aa", "targets": 2}}])");
  plan_["held"][0]["values"]["guest_costs.submit_ms"] = 1;
  EXPECT_EQ(calibrate(), kExitBadInput);
  const std::string faults = told();
  EXPECT_THAT(faults, HasSubstr("$.studies[1].unpublished[\"job.iodepth\"]: found a list without 2"));
  EXPECT_THAT(faults,
              HasSubstr("$.free[1].studies[0]: found \"frist\"; accepted: a study of the plan: first or second; "
                        "did you mean \"first\"?"));
  EXPECT_THAT(faults, HasSubstr("$.studies[0].soft_targets[0].of.curve: found \"aa\""));
  EXPECT_THAT(faults, HasSubstr("$.held[0].values[\"guest_costs.submit_ms\"]"));
  EXPECT_FALSE(fs::exists(directory_ / "r"));
}

struct WrongPlan {
  const char* name;
  void (*spoil)(Json&, CalibrateArguments&);
  const char* said;
};

class WrongPlans : public CalibratePlan, public testing::WithParamInterface<WrongPlan> {};

TEST_P(WrongPlans, WriteNothing) {
  GetParam().spoil(plan_, arguments_);
  EXPECT_EQ(calibrate(), kExitBadInput);
  EXPECT_THAT(told(), HasSubstr(GetParam().said));
  EXPECT_FALSE(fs::exists(directory_ / "r"));
  EXPECT_FALSE(fs::exists(directory_ / "machines" / "one_fitted.json"));
}

using PlanJson = Json;
using PlanWords = CalibrateArguments;
INSTANTIATE_TEST_SUITE_P(
    All, WrongPlans,
    testing::Values(
        WrongPlan{"OneStudy", [](PlanJson& p, PlanWords&) { p["studies"].erase(1); }, "a list of at least two studies"},
        WrongPlan{"OneFileForTwo", [](PlanJson& p, PlanWords&) { p["studies"][1]["writes"] = "one_fitted"; },
                  "$.studies[1].writes: found \"one_fitted\" a second time"},
        WrongPlan{"TwiceTheSame", [](PlanJson& p, PlanWords&) { p["studies"][1] = p["studies"][0]; },
                  "each study once"},
        WrongPlan{"NoStudy", [](PlanJson& p, PlanWords&) { p["studies"][0]["study"] = "frist.json"; }, "frist.json"},
        WrongPlan{"UnknownKey", [](PlanJson& p, PlanWords&) { p["studies"][0]["sigma"] = 3; },
                  "$.studies[0].sigma: found an unknown key"},
        WrongPlan{"UnknownParameter", [](PlanJson& p, PlanWords&) { p["free"][0]["param"] = "guest_costs.sumbit_ns"; },
                  "did you mean \"guest_costs.submit_ns\"?"},
        WrongPlan{"StartsApart", [](PlanJson& p, PlanWords&) { p["free"][1].erase("studies"), p["free"].erase(2); },
                  "is 3000 before the fit of first and 5000 of second"},
        WrongPlan{"OneParameterTwice", [](PlanJson& p, PlanWords&) { p["free"][2].erase("studies"); },
                  "each parameter once in each study"},
        WrongPlan{"StartsOutside",
                  [](PlanJson& p, PlanWords&) {
                    p["free"][2]["range"] = {6000, 8000};
                  },
                  "a parameter that starts inside its range, 6000 to 8000"},
        WrongPlan{"EmptyRange",
                  [](PlanJson& p, PlanWords&) {
                    p["free"][2]["range"] = {8000, 4000};
                  },
                  "two numbers, the least and the greatest value"},
        WrongPlan{"NotTheSame", [](PlanJson& p, PlanWords&) { p["same"] = {"host_costs"}; },
                  "host_costs.pop_ns, which is 3000 in first and 5000 in second"},
        WrongPlan{"HeldIsNotFree",
                  [](PlanJson& p, PlanWords&) {
                    p["held"][0]["values"] = {{"host_costs.finish_ns", 700}};
                  },
                  "a free parameter: guest_costs.submit_ns"},
        WrongPlan{"HoldsOutNothing", [](PlanJson& p, PlanWords&) { p["held_out"][0]["targets"] = {3}; },
                  "targets: found 3"},
        WrongPlan{"SeedOfAStudy", [](PlanJson& p, PlanWords&) { p["seed"] = 1; }, "first's seed 1"},
        WrongPlan{"SetIsForStudies", [](PlanJson&, PlanWords& w) { w.overrides = {"targets=3"}; },
                  "an option for a study"},
        WrongPlan{"UnknownHold", [](PlanJson&, PlanWords& w) { w.hold = "slowpop"; }, "did you mean \"slow_pop\"?"},
        WrongPlan{"UnknownHoldOut", [](PlanJson&, PlanWords& w) { w.hold_out = {"midle"}; },
                  "did you mean \"middle\"?"},
        WrongPlan{"NoFolder", [](PlanJson&, PlanWords& w) { w.out += "/none"; }, "no such folder"}),
    [](const auto& wrong) { return wrong.param.name; });

}  // namespace
}  // namespace vqlab
