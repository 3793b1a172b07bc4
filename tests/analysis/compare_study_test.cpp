// What a comparison leaves behind, with a stand-in for the simulation.
#include "analysis/compare/compare_study.hpp"

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
#include "analysis/app/refused.hpp"
#include "tests/support/invocation_of.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class CompareStudy : public testing::Test {
 protected:
  CompareStudy() {
    fs::create_directories(directory_);
    std::ofstream(directory_ / "s.json") << R"({"study": "s", "sweep": {"targets": [1, 2]}})";
    arguments_.file = (directory_ / "s.json").string();
    arguments_.policies = {"per_vcpu"};
    arguments_.metric = "bandwidth_mib_per_s";
    arguments_.out = (directory_ / "r").string();
    arguments_.no_figures = true;
    how_much_is_said().quiet = true;
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
  }
  ~CompareStudy() override {
    testing::internal::GetCapturedStdout();
    testing::internal::GetCapturedStderr();
    fs::remove_all(directory_);
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
  // 10 % more under per_vcpu.
  static PointResult answer(const Testbed& testbed, const Precision&, std::uint64_t seed) {
    PointResult result;
    const double base = 100.0 * testbed.targets + static_cast<double>(seed % 3);
    result.quantities = {{"bandwidth_mib_per_s", base * (testbed.guest.policy == "per_vcpu" ? 1.1 : 1.0), 1}};
    return result;
  }

  fs::path directory_ = fs::path(testing::TempDir()) / ("vqlab_compare_" + std::to_string(getpid()));
  CompareArguments arguments_;
};

TEST_F(CompareStudy, TheLettersAlgorithmIsTheBaselineAndTenSeedsAreRun) {
  ASSERT_EQ(compare_study(arguments_, answer), kExitGood) << told();
  EXPECT_THAT(text("comparison.csv"),
              HasSubstr("\npoint,default,1,4,per_vcpu,target_sticky,bandwidth_mib_per_s,higher,1,10,1,"));
  EXPECT_THAT(text("comparison.json"), HasSubstr("\"points_finished\": 40"));
  EXPECT_THAT(text("points.csv"), HasSubstr("\n39,default,2,4,target_sticky,10,"));
}

TEST_F(CompareStudy, AnInterruptedComparisonIsTakenUpAgain) {
  arguments_.jobs = 1;
  arguments_.invocation = test::invocation_of("compare", {arguments_.file, "--policy", "per_vcpu"});
  const pid_t parent = getpid();
  const auto interrupt_at_two = [parent](const Testbed& testbed, const Precision& precision, std::uint64_t seed) {
    if (testbed.targets == 2) {
      kill(parent, SIGTERM);
      for (;;) pause();
    }
    return answer(testbed, precision, seed);
  };
  ASSERT_EQ(compare_study(arguments_, interrupt_at_two), kExitInterrupted);
  EXPECT_THAT(told(), HasSubstr("\nto continue: vqlab compare " + arguments_.file + " --policy per_vcpu --out " +
                                arguments_.out + " --resume\n"));
  EXPECT_THAT(text("comparison.csv"), HasSubstr("\npoint,default,1,4,per_vcpu,"));

  arguments_.opening.resume = true;
  const auto not_the_first = [](const Testbed& testbed, const Precision& precision, std::uint64_t seed) {
    if (testbed.targets == 1) throw std::runtime_error("it is finished already");
    return answer(testbed, precision, seed);
  };
  EXPECT_EQ(compare_study(arguments_, not_the_first), kExitGood) << told();
  arguments_.policies = {"single_queue"};
  EXPECT_THAT([this] { (void)compare_study(arguments_, answer); },
              testing::ThrowsMessage<Refused>(HasSubstr("belongs to another scenario")));
}

TEST_F(CompareStudy, AFailedSimulationCostsNoOther) {
  const auto one_fails = [](const Testbed& testbed, const Precision& precision, std::uint64_t seed) {
    if (testbed.targets == 2 && seed == 5) throw std::runtime_error("no");
    return answer(testbed, precision, seed);
  };
  EXPECT_EQ(compare_study(arguments_, one_fails), kExitFailed);
  EXPECT_THAT(text("comparison.csv"),
              HasSubstr("\npoint,default,2,4,per_vcpu,target_sticky,bandwidth_mib_per_s,higher,1,9,"));
}

// That the study's own policy does not read a value, or does, is nothing to a comparison of others.
TEST_F(CompareStudy, WhatAComparedPolicyReadsIsRead) {
  arguments_.overrides = {"guest.rq_affinity=false"};
  std::ofstream(directory_ / "s.json") << R"({"study": "s", "guest": {"policy": "per_vcpu"}})";
  EXPECT_EQ(compare_study(arguments_, answer), kExitGood) << told();
  std::ofstream(directory_ / "s.json") << R"({"study": "s"})";
  arguments_.overrides = {"guest_costs.target_lock_ns=50"};
  arguments_.policies = {"per_vcpu", "round_robin"};
  arguments_.baseline = "per_vcpu";
  EXPECT_EQ(compare_study(arguments_, answer), kExitBadInput);
  EXPECT_THAT(told(), HasSubstr("has no effect here, because it is read only if guest.driver picks the queue under"));
}

TEST_F(CompareStudy, AllFaultsAtOnceAndNothingWritten) {
  arguments_.policies = {"per_vpcu"};
  arguments_.baseline = "sticky";
  arguments_.metric = "iops";
  arguments_.seeds = {"1"};
  arguments_.overrides = {"targts=1", "guest.policy=per_vcpu"};
  EXPECT_EQ(compare_study(arguments_, answer), kExitBadInput);
  const std::string faults = told();
  for (const char* fault : {"--policy per_vpcu", "did you mean \"per_vcpu\"?", "--baseline sticky", "--metric iops",
                            "--set targts=1", "--set guest.policy=per_vcpu"})
    EXPECT_THAT(faults, HasSubstr(fault));
  EXPECT_FALSE(fs::exists(directory_ / "r"));
}

TEST_F(CompareStudy, OneSeedOrOnePolicyIsNoComparison) {
  arguments_.seeds = {"1"};
  EXPECT_EQ(compare_study(arguments_, answer), kExitBadInput);
  EXPECT_THAT(told(), HasSubstr("at least 2"));
  arguments_.seeds.clear();
  arguments_.policies = {"target_sticky"};
  EXPECT_EQ(compare_study(arguments_, answer), kExitBadInput);
  EXPECT_THAT(told(), HasSubstr("the baseline alone"));
}

}  // namespace
}  // namespace vqlab
