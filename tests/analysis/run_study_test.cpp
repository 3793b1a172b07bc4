// What a run leaves behind, with a stand-in for the simulation.
#include "analysis/run/run_study.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <signal.h>
#include <stdexcept>
#include <unistd.h>

#include "analysis/app/exit_code.hpp"
#include "analysis/app/progress.hpp"
#include "analysis/app/refused.hpp"
#include "analysis/runs/journal.hpp"
#include "analysis/runs/long_runs.hpp"
#include "analysis/runs/result_folder.hpp"
#include "analysis/scenario/load_study.hpp"
#include "tests/support/invocation_of.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class RunStudy : public testing::Test {
 protected:
  RunStudy() {
    options_.directory = directory_;
    options_.figures = false;
    options_.simulating.quiet = true;
  }
  ~RunStudy() override { fs::remove_all(directory_); }

  static Study study(const std::string& members) {
    return *parse_study(R"({"study": "s", )" + members + "}", "test.json", {}).study;
  }
  std::string text(const char* name) const {
    std::ifstream in(directory_ / name);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  static PointResult answer(const Testbed& testbed) {
    PointResult result;
    result.quantities = {{"bandwidth_mib_per_s", 100.0 * testbed.targets, 1.5}};
    result.precise = true;
    return result;
  }

  fs::path directory_ = fs::path(testing::TempDir()) / ("vqlab_run_study_" + std::to_string(getpid()));
  RunOptions options_;
};

TEST_F(RunStudy, WritesThePointsInTheirOrder) {
  options_.simulating.jobs = 4;
  const auto slow_first = [](const Testbed& testbed, const Precision&, std::uint64_t) {
    usleep(testbed.targets == 1 ? 100000 : 0);
    return answer(testbed);
  };
  EXPECT_EQ(run_study(study(R"("sweep": {"targets": [1, 2, 3]})"), options_, slow_first), kExitGood);
  EXPECT_EQ(text("points.csv"),
            "point,series,targets,vcpus,seed,precise,not_settled,simulated_s,completed_ios,bandwidth_mib_per_s,"
            "bandwidth_mib_per_s_ci95\n"
            "0,default,1,4,1,true,,0,0,100,1.5\n"
            "1,default,2,4,1,true,,0,0,200,1.5\n"
            "2,default,3,4,1,true,,0,0,300,1.5\n");
  EXPECT_THAT(text("run.json"), HasSubstr("\"complete\": true"));
}

TEST_F(RunStudy, AFailedPointCostsNoOther) {
  const auto two_fails = [](const Testbed& testbed, const Precision&, std::uint64_t) {
    if (testbed.targets == 2) throw std::runtime_error("no");
    return answer(testbed);
  };
  EXPECT_EQ(run_study(study(R"("sweep": {"targets": [1, 2, 3]})"), options_, two_fails), kExitFailed);
  EXPECT_THAT(text("points.csv"), HasSubstr("\n2,default,3,"));
  EXPECT_THAT(text("run.json"), HasSubstr("\"complete\": false"));
}

TEST_F(RunStudy, AnInterruptedRunIsTakenUpAgain) {
  const Study three = study(R"("sweep": {"targets": [1, 2, 3]})");
  const pid_t parent = getpid();
  options_.simulating.jobs = 1;
  options_.resuming = test::invocation_of("run", {"s.json"}).resuming("--out", options_.directory);
  const auto interrupt_at_two = [parent](const Testbed& testbed, const Precision&, std::uint64_t) {
    if (testbed.targets == 2) {
      kill(parent, SIGTERM);
      for (;;) pause();
    }
    return answer(testbed);
  };
  EXPECT_EQ(run_study(three, options_, interrupt_at_two), kExitInterrupted);
  EXPECT_THAT(text("points.csv"), HasSubstr("\n0,default,1,"));
  EXPECT_THAT(text("points.csv"), testing::Not(HasSubstr("\n1,default,2,")));

  options_.opening.resume = true;
  const auto not_the_first = [](const Testbed& testbed, const Precision&, std::uint64_t) {
    if (testbed.targets == 1) throw std::runtime_error("it is finished already");
    return answer(testbed);
  };
  EXPECT_EQ(run_study(three, options_, not_the_first), kExitGood);
  EXPECT_THAT(text("points.csv"), HasSubstr("\n2,default,3,"));
}

// Runs of 1 s give 100 MiB/s a target, long ones 110 at 1 target: that point has not settled.
TEST_F(RunStudy, InterruptedLongRunsAreTakenUpAgainAndGoWithTheirResults) {
  const Study two = study(R"("sweep": {"targets": [1, 2]}, "precision": {"max_simulated_s": 20})");
  const pid_t parent = getpid();
  options_.simulating.jobs = 1;
  options_.resuming = test::invocation_of("run", {"s.json"}).resuming("--out", options_.directory);
  const auto simulated = [](const Testbed& testbed, const Precision& precision) {
    PointResult result = answer(testbed);
    result.simulated_s = std::max(1.0, precision.min_simulated_s);
    if (result.simulated_s > 1 && testbed.targets == 1) result.quantities[0].value = 110;
    return result;
  };
  const auto interrupt = [&](const Testbed& testbed, const Precision& precision, std::uint64_t) {
    if (precision.min_simulated_s == 10 && testbed.targets == 2) {
      kill(parent, SIGTERM);
      for (;;) pause();
    }
    return simulated(testbed, precision);
  };
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_study(two, options_, interrupt), kExitInterrupted);
  const std::string told = testing::internal::GetCapturedStderr();
  EXPECT_THAT(told, HasSubstr("2 of 2 points are finished and in " + directory_.string() + "; without the long runs"));
  EXPECT_THAT(told, HasSubstr("1 of 2 long runs are finished and in " + (directory_ / "long_runs").string()));
  EXPECT_THAT(told, HasSubstr("\nto continue: vqlab run s.json"));
  EXPECT_THAT(text("run.json"), HasSubstr(R"(  "complete": false,
  "points_total": 2,
  "points_finished": 2,
  "long_runs_total": 2,
  "long_runs_finished": 1,
)"));
  std::vector<Fault> faults;
  testing::internal::CaptureStderr();
  const auto journal = read_journal(directory_ / "points.jsonl", faults);
  ASSERT_TRUE(journal);
  EXPECT_EQ(judged_result(*journal, two, directory_, faults).size(), 2u);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("note: 1 of 2 long runs are missing in "));
  EXPECT_THAT(text("points.csv"), HasSubstr("\n0,default,1,4,1,true,bandwidth_mib_per_s,1,"));
  EXPECT_THAT(text("points.csv"), HasSubstr("\n1,default,2,4,1,true,,1,"));

  // Whoever wants no more of them keeps what those say that are there.
  options_.opening.resume = true;
  options_.long_runs = false;
  const auto nothing = [](const Testbed&, const Precision&, std::uint64_t) -> PointResult {
    throw std::runtime_error("nobody asked for it");
  };
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_study(two, options_, nothing), kExitGood);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("note: 1 of 2 long runs are missing: "));
  EXPECT_THAT(text("points.csv"), HasSubstr("\n0,default,1,4,1,true,bandwidth_mib_per_s,1,"));
  EXPECT_THAT(text("run.json"), HasSubstr(R"("long_runs_finished": 1)"));

  options_.long_runs = true;
  const auto the_last_long_run = [&](const Testbed& testbed, const Precision& precision, std::uint64_t seed) {
    if (testbed.targets == 1 || seed == 1) throw std::runtime_error("it is finished already");
    return simulated(testbed, precision);
  };
  EXPECT_EQ(run_study(two, options_, the_last_long_run), kExitGood);
  EXPECT_THAT(text("run.json"), HasSubstr(R"("complete": true)"));
  EXPECT_THAT(text("run.json"), HasSubstr(R"("long_runs_finished": 2)"));
  EXPECT_THAT(text("points.csv"), HasSubstr("\n0,default,1,4,1,true,bandwidth_mib_per_s,1,"));
  EXPECT_THAT(text("long_runs/points.csv"), HasSubstr("\n1,default,2,4,2,true,,10,"));

  options_.opening.resume = false;
  options_.long_runs = false;
  const auto first = [&](const Testbed& testbed, const Precision& precision, std::uint64_t) {
    return simulated(testbed, precision);
  };
  EXPECT_EQ(run_study(two, options_, first), kExitGood);
  EXPECT_FALSE(fs::exists(directory_ / "long_runs"));
}

PointResult good_point(const Testbed& testbed, const Precision&, std::uint64_t) {
  PointResult result;
  result.quantities = {{"bandwidth_mib_per_s", 100.0 * testbed.targets, 1.5}};
  result.precise = true;
  return result;
}

TEST_F(RunStudy, PointsOfTwoScenariosAreNotMixed) {
  EXPECT_EQ(run_study(study(R"("targets": 1)"), options_, good_point), kExitGood);
  options_.opening.resume = true;
  EXPECT_THROW((void)run_study(study(R"("targets": 2)"), options_, good_point), Refused);
  EXPECT_THAT(text("points.csv"), HasSubstr("\n0,default,1,"));
}

// The same study may be run again, changed or not; another one is asked for.
TEST_F(RunStudy, AnotherStudyIsNotWrittenOverUnasked) {
  const Study first = *parse_study(R"({"study": "first", "targets": 1})", "test.json", {}).study;
  const Study second = *parse_study(R"({"study": "second", "targets": 2})", "test.json", {}).study;
  EXPECT_EQ(run_study(first, options_, good_point), kExitGood);
  EXPECT_EQ(run_study(*parse_study(R"({"study": "first", "targets": 3})", "test.json", {}).study, options_, good_point),
            kExitGood);
  EXPECT_THAT([&] { (void)run_study(second, options_, good_point); },
              testing::ThrowsMessage<Refused>(HasSubstr("another study (first); --force")));
  EXPECT_THAT(text("points.csv"), HasSubstr("\n0,default,3,"));
  options_.opening.force = true;
  EXPECT_EQ(run_study(second, options_, good_point), kExitGood);
  EXPECT_THAT(text("points.csv"), HasSubstr("\n0,default,2,"));
}

TEST_F(RunStudy, WhatAnEarlierRunHasMadeGoesAndWhatAPersonHasMadeStays) {
  EXPECT_EQ(run_study(study(R"("targets": 1)"), options_, good_point), kExitGood);
  fs::create_directories(directory_ / "figures");
  std::ofstream(directory_ / "notes.txt") << "mine";
  std::ofstream(directory_ / "figures" / "mine.png") << "mine";
  {
    ResultFolder folder(directory_);
    folder.write("old.csv", "old");
    folder.write("changed.csv", "old");
    ResultFolder(directory_ / "figures").write("old.png", "old");
    ResultFolder explanation(directory_ / "explanation");
    explanation.write("resources.csv", "old");
    ResultFolder(directory_ / "explanation" / "figures").write("old.png", "old");
  }
  std::ofstream(directory_ / "changed.csv") << "mine";
  EXPECT_EQ(run_study(study(R"("targets": 1)"), options_, good_point), kExitGood);
  EXPECT_FALSE(fs::exists(directory_ / "old.csv"));
  EXPECT_FALSE(fs::exists(directory_ / "figures" / "old.png"));
  EXPECT_FALSE(fs::exists(directory_ / "explanation"));
  for (const char* name : {"notes.txt", "changed.csv", "figures/mine.png"}) EXPECT_EQ(text(name), "mine");
}

TEST_F(RunStudy, WhatIsNoResultOfOursIsNotWrittenOverUnasked) {
  fs::create_directories(directory_);
  std::ofstream(directory_ / "points.csv") << "mine";
  EXPECT_THROW((void)run_study(study(R"("targets": 1)"), options_, good_point), Refused);
  EXPECT_EQ(text("points.csv"), "mine");
  options_.opening.force = true;
  EXPECT_EQ(run_study(study(R"("targets": 1)"), options_, good_point), kExitGood);
}

TEST_F(RunStudy, AFolderHasOneWriter) {
  const Study one = study(R"("targets": 1)");
  const auto second_run = [this, &one](const Testbed& testbed, const Precision&, std::uint64_t) {
    // In the child: the parent holds the folder.
    try {
      (void)run_study(one, options_, good_point);
    } catch (const Refused& refused) {
      PointResult result = answer(testbed);
      result.end_reason = refused.what();
      return result;
    }
    throw std::runtime_error("two writers");
  };
  EXPECT_EQ(run_study(one, options_, second_run), kExitGood);
  EXPECT_THAT(text("points.jsonl"), HasSubstr("is being written by process " + std::to_string(getpid())));
}

TEST(ProgressBar, SaysRateAndTimeLeft) {
  EXPECT_EQ(progress_bar(0, 10, 0, 0), "[                              ] 0/10");
  // 5 points in 2 s are 2.5 a second: 5 more take 2 s.
  EXPECT_EQ(progress_bar(5, 10, 5, 2), "[###############               ] 5/10  2.5 points/s  2 s left");
  // Points that were there before the run do not count for its rate: 1 point a second, 2 left.
  EXPECT_EQ(progress_bar(8, 10, 2, 2), "[########################      ] 8/10  1.0 points/s  2 s left");
  EXPECT_LE(progress_bar(99999, 100000, 1, 1e6).size(), 78u);
}

TEST(ProgressBar, HasThePartsOfThePointsThatRun) {
  // A quarter of the only point in 50 s: 200 s the point, 150 s are left.
  EXPECT_EQ(progress_bar(0, 1, 0, 50, 0.25), "[#######                       ] 0/1  25 %  2 min 30 s left");
  // 2 points and 0.5 of those that run, in 1 s.
  EXPECT_EQ(progress_bar(2, 10, 2, 1, 0.5), "[#######                       ] 2/10  25 %  2.5 points/s  3 s left");
  // So little says nothing of the rate.
  EXPECT_EQ(progress_bar(0, 1, 0, 1, 1e-4), "[                              ] 0/1  0 %");
  EXPECT_LE(progress_bar(990, 999, 1, 1e7, 7.5).size(), 78u);
}

}  // namespace
}  // namespace vqlab
