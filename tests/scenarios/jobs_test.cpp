// fio's words in a scenario: names, aliases, lists of jobs, and what is said of words that have no place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "models/testbed/running_jobs.hpp"
#include "tests/support/read_study.hpp"

namespace vqlab {
namespace {

using test::read;
using test::read_with;
using test::texts;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST(FioWords, AnAliasIsReadAsItsName) {
  const StudyOrFaults result = read_with(R"("job": {"readwrite": "randread", "blocksize": "4k", "iodepth": 8},
    "sweep": {"job.iodepth_batch_submit": [1, 2]})");
  ASSERT_THAT(texts(result), IsEmpty());
  EXPECT_EQ(result.study->points[0].testbed.job.rw, "randread");
  EXPECT_EQ(result.study->points[0].testbed.job.bs, "4k");
  EXPECT_EQ(result.study->sweep[0].path, "job.iodepth_batch");
  EXPECT_EQ(result.study->resolved["job"]["rw"], "randread");
  const StudyOrFaults again = read(result.study->resolved.dump());
  ASSERT_THAT(texts(again), IsEmpty());
  EXPECT_EQ(again.study->points[1].testbed, result.study->points[1].testbed);
}

TEST(FioWords, TwoNamesOfOneThingAreRefused) {
  EXPECT_THAT(texts(read_with(R"("job": {"rw": "read", "readwrite": "write"})")),
              ElementsAre(HasSubstr("$.job.readwrite: found another name for rw, which stands here too")));
}

TEST(FioWords, WhatHasNoPlaceIsAnsweredWithWhatWouldBeLost) {
  const std::vector<std::string> said =
      texts(read_with(R"("job": {"buffered": 1, "end_fsync": 1}, "jobs": [{"name": "a", "offset": 3}])"));
  EXPECT_THAT(said, UnorderedElementsAre(HasSubstr("the guest's page cache"), HasSubstr("at the end of a job"),
                                         HasSubstr("$.jobs[0].offset")));
}

TEST(FioWords, SizesTakeEachOthersPlace) {
  ASSERT_THAT(texts(read_with(R"("job": {"bs": 8192})")), IsEmpty());
  EXPECT_THAT(texts(read_with(R"("job": {"bs": "8k", "bsrange": "4k-8k"})")),
              ElementsAre(HasSubstr("there is neither bs nor bssplit")));
  EXPECT_THAT(texts(read_with(R"("job": {"bs": "8k", "bssplit": "4k/50:8k/50"})")),
              ElementsAre(HasSubstr("there is no bssplit")));
  EXPECT_THAT(texts(read_with(R"("job": {"bs": "8kk"})")), ElementsAre(HasSubstr("sizes from 512 bytes to 1g")));
  EXPECT_THAT(texts(read_with(R"("job": {"bs": "700"})")), ElementsAre(HasSubstr("sizes from 512 bytes to 1g")));
  EXPECT_THAT(texts(read_with(R"("job": {"bssplit": "4k/70:8k/40"})")), ElementsAre(HasSubstr("add up to 100")));
}

TEST(FioWords, AnEngineThatWaitsHasNoDepth) {
  ASSERT_THAT(texts(read_with(R"("job": {"ioengine": "sync"})")), IsEmpty());
  EXPECT_THAT(texts(read_with(R"("job": {"ioengine": "psync", "iodepth": 8})")),
              ElementsAre(HasSubstr("with the others one request is in flight")));
}

// fio takes numbers for seconds.
TEST(FioWords, ATimeMayBeANumber) {
  const StudyOrFaults result = read_with(R"("job": {"runtime": 0.01, "ramp_time": 2e-05, "startdelay": 3})");
  ASSERT_THAT(texts(result), IsEmpty());
  const FioJob job = result.study->points[0].testbed.job;
  EXPECT_EQ(job.time_limit(), 10ms);
  EXPECT_EQ(job.ramp(), 20us);
  EXPECT_EQ(job.start_delay(), 3s);
  EXPECT_THAT(texts(read_with(R"("job": {"runtime": -1})")), ElementsAre(HasSubstr("as 30 or \"30\" (seconds)")));
  EXPECT_THAT(texts(read_with(R"("job": {"bs": 0.5})")), ElementsAre(HasSubstr("sizes from 512 bytes")));
}

TEST(FioWords, SyncIsReadAsFioWritesIt) {
  for (const char* word : {"1", R"("sync")", R"("dsync")"}) {
    const StudyOrFaults result = read_with(R"("job": {"rw": "write", "sync": )" + std::string(word) + "}");
    ASSERT_THAT(texts(result), IsEmpty()) << word;
    EXPECT_TRUE(result.study->points[0].testbed.job.writes_synchronously()) << word;
  }
  EXPECT_THAT(texts(read_with(R"("job": {"rw": "write", "sync": 2})")), ElementsAre(HasSubstr("sync or 1")));
  EXPECT_THAT(texts(read_with(R"("job": {"rw": "read", "sync": 1})")), ElementsAre(HasSubstr("the job writes")));
  EXPECT_THAT(texts(read_with(R"("job": {"rw": "write", "sync": 1, "fsync": 4})")),
              ElementsAre(HasSubstr("only if sync is none")));
}

constexpr const char* kTwoJobs = R"("targets": 4, "job": {"bs": "4k"},
    "jobs": [{"name": "database", "readwrite": "randread"},
             {"name": "backup", "rw": "write", "bs": "64k", "iodepth": 8, "targets": "1,3"}])";

TEST(Jobs, AreWrittenAsSectionsOfAJobFile) {
  const StudyOrFaults result = read_with(std::string(kTwoJobs) + R"(, "sweep": {"job.iodepth": [16, 32]})");
  ASSERT_THAT(texts(result), IsEmpty());
  const std::vector<RunningJob> jobs = running_jobs(result.study->points[0].testbed);
  ASSERT_EQ(jobs.size(), 2u);
  EXPECT_EQ(jobs[0].name, "database");
  EXPECT_EQ(jobs[0].job.rw, "randread");
  EXPECT_EQ(jobs[0].job.iodepth, 16u);  // of `job`, in this point
  EXPECT_EQ(jobs[0].processes(), 4u);
  EXPECT_EQ(jobs[1].job.bs, "64k");
  EXPECT_EQ(jobs[1].job.iodepth, 8u);
  EXPECT_EQ(jobs[1].targets, (std::vector<IndexRange>{{1, 2}, {3, 4}}));
  EXPECT_EQ(result.study->points[0].testbed.processes(), 6u);
  EXPECT_EQ(result.study->points[0].testbed.requests_in_flight(), 4 * 16 + 2 * 8);
  const StudyOrFaults again = read(result.study->resolved.dump());
  ASSERT_THAT(texts(again), IsEmpty());
  EXPECT_EQ(again.study->points[1].testbed, result.study->points[1].testbed);
}

TEST(Jobs, FaultsAreAllTold) {
  const std::vector<std::string> said = texts(read_with(R"("targets": 2, "jobs": [
    {"rw": "read"}, {"name": "b", "rw": "reed", "iodept": 3}, {"name": "b", "targets": "1-0"}, 7])"));
  EXPECT_THAT(said, ElementsAre(HasSubstr("$.jobs[0].name"), HasSubstr("$.jobs[1].iodept"), HasSubstr("$.jobs[1].rw"),
                                HasSubstr("$.jobs[2].name"), HasSubstr("$.jobs[2].targets"), HasSubstr("$.jobs[3]")));
}

TEST(Jobs, HaveTimesInFiosWords) {
  const StudyOrFaults result = read_with(R"("jobs": [
    {"name": "a", "runtime": 2, "time_based": 1, "ramp_time": "100ms"},
    {"name": "b", "startdelay": "1.5s"}, {"name": "c", "wait_for_previous": 1, "runtime": "10ms"}])");
  ASSERT_THAT(texts(result), IsEmpty());
  const Testbed testbed = result.study->points[0].testbed;
  const std::vector<RunningJob> jobs = running_jobs(testbed);
  EXPECT_EQ(jobs[0].job.time_limit(), Duration{2s});
  EXPECT_EQ(jobs[0].job.ramp(), Duration{100ms});
  EXPECT_EQ(jobs[1].job.start_delay(), Duration{1500ms});
  EXPECT_EQ(jobs[1].phase, 0u);
  EXPECT_EQ(jobs[2].phase, 1u);
  EXPECT_TRUE(is_by_time(testbed));
  const StudyOrFaults again = read(result.study->resolved.dump());
  ASSERT_THAT(texts(again), IsEmpty());
  EXPECT_EQ(again.study->points[0].testbed, testbed);
  EXPECT_FALSE(is_by_time(read_with(R"("job": {"startdelay": 1})").study->points[0].testbed));
}

TEST(Jobs, TimesThatCannotBeAreRefused) {
  EXPECT_THAT(texts(read_with(R"("job": {"runtime": "5x", "startdelay": -1, "ramp_time": "1e3"})")),
              UnorderedElementsAre(HasSubstr("$.job.runtime: found \"5x\""), HasSubstr("$.job.startdelay: found -1"),
                                   HasSubstr("$.job.ramp_time")));
  EXPECT_THAT(texts(read_with(R"("job": {"runtime": 50, "ramp_time": 10})")),
              ElementsAre(HasSubstr("over before precision.max_simulated_s")));
  EXPECT_THAT(texts(read_with(R"("job": {"startdelay": 60})")),
              ElementsAre(HasSubstr("over before precision.max_simulated_s")));
  EXPECT_THAT(texts(read_with(R"("job": {"time_based": 1})")), ElementsAre(HasSubstr("there is a runtime")));
  EXPECT_THAT(texts(read_with(R"("job": {"time_based": 1, "runtime": 2, "loops": 3})")),
              ElementsAre(HasSubstr("time_based is 0")));
  EXPECT_THAT(texts(read_with(R"("jobs": [{"name": "a", "stonewall": 1}, {"name": "b"}])")),
              ElementsAre(HasSubstr("have others before them")));
  EXPECT_THAT(texts(read_with(R"("job": {"stonewall": 1})")), ElementsAre(HasSubstr("$.job.stonewall")));
}

TEST(Jobs, MayBeConfinedAndThinkInFiosWords) {
  ASSERT_THAT(texts(read_with(R"("job": {"cpus_allowed": "0,2-3", "cpus_allowed_policy": "split", "thinktime": 100,
                                 "thinktime_spin": 50, "thinktime_iotime": "1ms"})")),
              IsEmpty());
  ASSERT_THAT(
      texts(read_with(R"("job": {"thinktime": 100, "thinktime_blocks": 8, "thinktime_blocks_type": "complete"})")),
      IsEmpty());
  EXPECT_THAT(texts(read_with(R"("job": {"cpus_allowed": "0-4"})")), ElementsAre(HasSubstr("never go offline")));
  EXPECT_THAT(texts(read_with(R"("job": {"cpus_allowed": "3"}, "hotplug": {"vcpus": 1})")),
              ElementsAre(HasSubstr("never go offline")));
  EXPECT_THAT(texts(read_with(R"("job": {"cpus_allowed": "0"}, "guest": {"pinned_vcpus": 2})")),
              ElementsAre(HasSubstr("confines")));
  EXPECT_THAT(texts(read_with(R"("job": {"cpus_allowed": "3-1", "cpus_allowed_policy": "some"})")),
              UnorderedElementsAre(HasSubstr("$.job.cpus_allowed: found"), HasSubstr("$.job.cpus_allowed_policy")));
  EXPECT_THAT(texts(read_with(R"("job": {"cpus_allowed_policy": "split"})")),
              ElementsAre(HasSubstr("there is cpus_allowed")));
  EXPECT_THAT(texts(read_with(R"("job": {"thinktime": 10, "thinktime_spin": 11})")),
              ElementsAre(HasSubstr("at most thinktime")));
  EXPECT_THAT(texts(read_with(R"("job": {"thinktime_spin": 1})")), ElementsAre(HasSubstr("thinktime is above 0")));
  EXPECT_THAT(texts(read_with(R"("job": {"thinktime": 1, "thinktime_iotime": "1ms", "thinktime_blocks": 2})")),
              ElementsAre(HasSubstr("thinktime_iotime is 0")));
}

TEST(Jobs, WhatNobodyReadsIsRefused) {
  EXPECT_THAT(
      texts(read_with(R"("jobs": [{"name": "a", "rw": "read", "rwmixread": 30}])")),
      ElementsAre(HasSubstr(
          "$.jobs[0].rwmixread: found a value that has no effect here, because it is read only if rw is \"rw\"")));
  EXPECT_THAT(texts(read_with(R"("job": {"iodepth": 8}, "jobs": [{"name": "a", "iodepth": 4}])")),
              ElementsAre(HasSubstr("some job of jobs does not set it itself")));
  EXPECT_THAT(texts(read_with(R"("targets": 2, "other_job_targets": 1, "jobs": [{"name": "a"}])")),
              ElementsAre(HasSubstr("jobs lists no jobs")));
  EXPECT_THAT(texts(read_with(R"("job": {"targets": "0"})")), ElementsAre(HasSubstr("$.job.targets")));
}

}  // namespace
}  // namespace vqlab
