// What an ablation leaves behind, with a stand-in for the simulation.
#include "analysis/ablate/ablate_study.hpp"

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

class AblateStudy : public testing::Test {
 protected:
  AblateStudy() {
    fs::create_directories(directory_);
    std::ofstream(directory_ / "s.json") << R"({"study": "s", "sweep": {"targets": [1, 2]}})";
    arguments_.file = (directory_ / "s.json").string();
    arguments_.only = {"loop_iteration_ns", "halts"};
    arguments_.out = (directory_ / "r").string();
    arguments_.no_figures = true;
    how_much_is_said().quiet = true;
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
  }
  ~AblateStudy() override {
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
  // 20 % more with a main loop of half the iteration, 1 % more without halts.
  static PointResult answer(const Testbed& testbed, const Precision&, std::uint64_t seed) {
    PointResult result;
    const double base = 100.0 * testbed.targets + static_cast<double>(seed % 3);
    const bool halved = testbed.host_costs.loop_iteration_ns.mean_ns < HostCosts{}.loop_iteration_ns.mean_ns;
    result.quantities = {
        {"bandwidth_mib_per_s", base * (halved ? 1.2 : 1.0) * (testbed.mechanisms.halts ? 1.0 : 1.01), 1}};
    return result;
  }

  fs::path directory_ = fs::path(testing::TempDir()) / ("vqlab_ablate_" + std::to_string(getpid()));
  AblateArguments arguments_;
};

TEST_F(AblateStudy, FiveSeedsAreRunAndAllFilesWritten) {
  ASSERT_EQ(ablate_study(arguments_, answer), kExitGood) << told();
  EXPECT_THAT(text("ablation.csv"), HasSubstr("\npoint,default,2,4,cost,host_costs.loop_iteration_ns,1,5,"));
  EXPECT_THAT(text("ablation.json"), HasSubstr("\"points_finished\": 30"));
  EXPECT_THAT(text("ablation.json"), HasSubstr("\"mechanisms\": [\n      \"mechanisms.halts\"\n    ]"));
  EXPECT_THAT(text("points.csv"), HasSubstr("\n15,default,2,4,base,1,"));
}

TEST_F(AblateStudy, AnInterruptedAblationIsTakenUpAgain) {
  ASSERT_EQ(ablate_study(arguments_, answer), kExitGood);
  const std::string whole = text("ablation.csv");
  fs::remove_all(directory_ / "r");

  arguments_.jobs = 1;
  arguments_.invocation = test::invocation_of("ablate", {arguments_.file, "--only", "loop_iteration_ns,halts"});
  const pid_t parent = getpid();
  const auto interrupt_at_two = [parent](const Testbed& testbed, const Precision& precision, std::uint64_t seed) {
    if (testbed.targets == 2) {
      kill(parent, SIGTERM);
      while (true) pause();
    }
    return answer(testbed, precision, seed);
  };
  ASSERT_EQ(ablate_study(arguments_, interrupt_at_two), kExitInterrupted);
  EXPECT_THAT(told(), HasSubstr("\nto continue: vqlab ablate " + arguments_.file +
                                " --only loop_iteration_ns,halts --out " + arguments_.out + " --resume\n"));
  EXPECT_NE(text("ablation.csv"), whole);

  arguments_.opening.resume = true;
  const auto nothing_of_one = [](const Testbed& testbed, const Precision& precision, std::uint64_t seed) {
    if (testbed.targets == 1) throw std::runtime_error("has been run before");
    return answer(testbed, precision, seed);
  };
  ASSERT_EQ(ablate_study(arguments_, nothing_of_one), kExitGood) << told();
  EXPECT_EQ(text("ablation.csv"), whole);

  arguments_.only = {"halts"};  // another plan, whose points may not be mixed with these
  EXPECT_THROW((void)ablate_study(arguments_, answer), Refused);
}

TEST_F(AblateStudy, AllFaultsAtOnceAndNothingWritten) {
  arguments_.only = {"hatls"};
  arguments_.seeds = {"1"};
  arguments_.overrides = {"targts=1"};
  EXPECT_EQ(ablate_study(arguments_, answer), kExitBadInput);
  const std::string faults = told();
  for (const char* fault : {"--only hatls", "did you mean \"halts\"?", "--set targts=1"})
    EXPECT_THAT(faults, HasSubstr(fault));
  arguments_.overrides.clear();
  EXPECT_EQ(ablate_study(arguments_, answer), kExitBadInput);
  EXPECT_THAT(told(), HasSubstr("at least 2"));
  EXPECT_FALSE(fs::exists(directory_ / "r"));
}

}  // namespace
}  // namespace vqlab
