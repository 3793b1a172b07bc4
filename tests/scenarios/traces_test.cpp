// Traces that a scenario names: found beside it, read once, told by their hash, refused with their lines.
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "analysis/scenario/sha256.hpp"
#include "analysis/scenario/trace_files.hpp"
#include "models/testbed/running_jobs.hpp"
#include "tests/support/read_study.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

using test::texts;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr const char* kGoodTrace = "fio version 3 iolog\n0 a add\n7 a read 0 4096\n19 b write 512 8192\n";

struct Traces : testing::Test {
  fs::path folder = fs::path(testing::TempDir()) / ("traces_" + std::to_string(getpid()));

  Traces() {
    fs::create_directories(folder / "logs");
    write("logs/good.log", kGoodTrace);
  }
  ~Traces() override { fs::remove_all(folder); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(folder / name) << text; }
  [[nodiscard]] StudyOrFaults read_with(const std::string& members, std::vector<std::string> overrides = {}) const {
    return parse_study(R"({"study": "s", "targets": 2, )" + members + "}", folder / "study.json",
                       {std::move(overrides), {}});
  }
};

TEST_F(Traces, AreFoundBesideTheScenarioAndKeepTheirHash) {
  const StudyOrFaults result = read_with(R"("job": {"read_iolog": "logs/good.log"})");
  ASSERT_THAT(texts(result), IsEmpty());
  const FioJob job = result.study->points[0].testbed.job;
  EXPECT_EQ(job.read_iolog, (folder / "logs/good.log").string() + "#sha256:" + sha256_hex(kGoodTrace));
  ASSERT_NE(job.trace(), nullptr);
  EXPECT_EQ(job.trace()->entries.size(), 2u);
  EXPECT_TRUE(is_by_time(result.study->points[0].testbed));
  EXPECT_TRUE(job.does(IoKind::kRead) && job.does(IoKind::kWrite) && !job.does(IoKind::kTrim));
  EXPECT_EQ(job.mean_request_bytes(), 6144);
  EXPECT_EQ(job.most_data_bytes(), 8192u);
  // What is resolved may lie anywhere.
  const StudyOrFaults again = test::read(result.study->resolved.dump());
  ASSERT_THAT(texts(again), IsEmpty());
  EXPECT_EQ(again.study->points[0].testbed, result.study->points[0].testbed);
}

TEST_F(Traces, StandInListsSweepsCurvesAndOverrides) {
  write("other.log", "fio version 2 iolog\na read 0 4096\n");
  const StudyOrFaults listed =
      read_with(R"("jobs": [{"name": "a", "read_iolog": "other.log"}, {"name": "b", "runtime": "1ms"}])");
  ASSERT_THAT(texts(listed), IsEmpty());
  EXPECT_NE(running_jobs(listed.study->points[0].testbed)[0].job.trace(), nullptr);
  const StudyOrFaults swept = read_with(R"("sweep": {"job.read_iolog": ["logs/good.log", "other.log"]})");
  ASSERT_THAT(texts(swept), IsEmpty());
  EXPECT_EQ(swept.study->points[1].testbed.job.trace()->entries.size(), 1u);
  const StudyOrFaults curve = read_with(R"("curves": [{"name": "c", "set": {"job.read_iolog": "other.log"}}])");
  ASSERT_THAT(texts(curve), IsEmpty());
  EXPECT_NE(curve.study->points[0].testbed.job.trace(), nullptr);
  ASSERT_THAT(texts(read_with(R"("seeds": [1])", {"job.read_iolog=other.log"})), IsEmpty());
}

TEST_F(Traces, WhatIsWrongIsAllToldWithItsLines) {
  write("bad.log", "fio version 3 iolog\n0 a reed 0 4096\n5 a read 1 4096\n");
  const std::vector<std::string> said =
      texts(read_with(R"("jobs": [{"name": "a", "read_iolog": "bad.log"}, {"name": "b", "read_iolog": "none.log"},
                                  {"name": "c", "iodept": 3}])"));
  EXPECT_THAT(said, UnorderedElementsAre(AllOf(HasSubstr("bad.log: line 2: found \"reed\""), HasSubstr("datasync")),
                                         HasSubstr("bad.log: line 3: found \"1\""), HasSubstr("none.log: file"),
                                         HasSubstr("$.jobs[2].iodept")));
}

TEST_F(Traces, ThatHaveChangedAreRefused) {
  const std::string name = (folder / "logs/good.log").string();
  const std::string text = R"("job": {"read_iolog": ")" + name + "#sha256:" + std::string(64, '0') + R"("})";
  EXPECT_THAT(texts(read_with(text)), ElementsAre(HasSubstr("$.job.read_iolog: found another file")));
  const Testbed testbed = read_with(R"("job": {"read_iolog": "logs/good.log"})").study->points[0].testbed;
  EXPECT_NO_THROW(keep_traces_of(testbed));
  Testbed changed = testbed;
  changed.job.read_iolog.replace(changed.job.read_iolog.size() - 4, 4, "0000");
  EXPECT_THROW(keep_traces_of(changed), std::runtime_error);
  changed.job.read_iolog = "nowhere.log#sha256:00";
  EXPECT_THROW(keep_traces_of(changed), std::runtime_error);
}

TEST_F(Traces, NeedATargetForEachFile) {
  EXPECT_THAT(texts(read_with(R"("jobs": [{"name": "a", "read_iolog": "logs/good.log", "targets": "1"}])")),
              ElementsAre(HasSubstr("a target of the job for each file of its trace")));
  ASSERT_THAT(texts(read_with(R"("jobs": [{"name": "a", "read_iolog": "logs/good.log", "replay_redirect": 0,
                                           "targets": "1"}])")),
              IsEmpty());
  EXPECT_THAT(texts(read_with(R"("job": {"read_iolog": "logs/good.log", "replay_redirect": 2})")),
              ElementsAre(HasSubstr("or for replay_redirect")));
}

// 3 s at its own times. Half as long with twice the speed; nobody knows how long in closed loop.
TEST_F(Traces, ThatAreLongerThanTheRunAreRefused) {
  write("long.log", "fio version 3 iolog\n0 a read 0 4096\n3000000 a read 0 4096\n");
  const auto said = [this](const std::string& job, const char* longest) {
    return texts(read_with(R"("precision": {"max_simulated_s": )" + std::string(longest) +
                           R"(}, "job": {"read_iolog": "long.log")" + job + "}"));
  };
  EXPECT_THAT(said("", "3"), ElementsAre(AllOf(HasSubstr("$.job.read_iolog"), HasSubstr("over before precision."))));
  EXPECT_THAT(said("", "3.1"), IsEmpty());
  EXPECT_THAT(said(R"(, "replay_time_scale": 200)", "1.6"), IsEmpty());
  EXPECT_THAT(said(R"(, "replay_no_stall": 1)", "1"), IsEmpty());
  EXPECT_THAT(said(R"(, "runtime": "500ms")", "1"), IsEmpty());
  EXPECT_THAT(said(R"(, "ramp_time": 2.9)", "4"), IsEmpty());
  EXPECT_THAT(said(R"(, "ramp_time": 3)", "4"), ElementsAre(HasSubstr("ramp_time that is over before the trace")));
}

TEST_F(Traces, TakeThePlaceOfWhatAJobWouldDraw) {
  for (const char* word :
       {R"("rw": "read")", R"("bs": "8k")", R"("size": "2m")", R"("loops": 2)", R"("fsync": 3)", R"("rate_iops": 10)",
        R"("thinktime": 5)", R"("file_service_type": "random")", R"("rate": "1m")", R"("bssplit": "4k/50:8k/50")"})
    EXPECT_THAT(texts(read_with(R"("job": {"read_iolog": "logs/good.log", )" + std::string(word) + "}")),
                ElementsAre(HasSubstr("there is no read_iolog")))
        << word;
  for (const char* word : {R"("replay_no_stall": 1)", R"("replay_scale": 2)", R"("replay_redirect": 0)"})
    EXPECT_THAT(texts(read_with(R"("job": {)" + std::string(word) + "}")),
                ElementsAre(HasSubstr("there is a read_iolog")))
        << word;
}

}  // namespace
}  // namespace vqlab
