#include "analysis/runs/run_json.hpp"

#include <gtest/gtest.h>

#include "analysis/runs/run_identity.hpp"
#include "analysis/scenario/document.hpp"
#include "analysis/scenario/sha256.hpp"

namespace vqlab {
namespace {

TEST(Sha256, AgreesWithTheStandardsExamples) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),  // 56 bytes: the length spills over
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(RunJson, HashDependsOnValuesButNotOnTheOrderOfKeys) {
  const Json a = Json::parse(R"({"x": 1, "y": {"p": 0.5, "q": [1, 2]}})");
  EXPECT_EQ(scenario_sha256(a), scenario_sha256(Json::parse(R"({"y": {"q": [1, 2], "p": 0.5}, "x": 1})")));
  EXPECT_NE(scenario_sha256(a), scenario_sha256(Json::parse(R"({"x": 1, "y": {"p": 0.5, "q": [2, 1]}})")));
  EXPECT_EQ(scenario_sha256(a), sha256_hex(R"({"x":1,"y":{"p":0.5,"q":[1,2]}})"));
}

RunRecord record() {
  RunRecord run;
  run.study = "multiqueue_2012";
  run.scenario = Json::parse(R"({"z": 1, "a": 2})");
  run.seeds = {1, 18446744073709551615u};
  run.version = "0.1.0";
  run.commit = "c0ffee";
  run.tools = {{"simgrid", "3.32"}, {"compiler", "GNU 12.2.0"}};
  run.counters = {{"completed_ios", 361000}};
  run.points_total = 21;
  run.points_finished = 20;
  run.started_utc = "2012-12-18T12:00:00Z";
  run.wall_s = 1.5;
  run.points_cpu_s = 2.5;
  run.memory_mb = 47;
  return run;
}

TEST(RunJson, SaysWhatWasRunAndHowFarItCame) {
  RunRecord run = record();
  const Json json = to_json(run);
  EXPECT_EQ(json["schema_version"], 2);
  EXPECT_EQ(json["scenario"].dump(), R"({"z":1,"a":2})");  // keys stay as they were written
  EXPECT_EQ(json["scenario_sha256"], scenario_sha256(run.scenario));
  EXPECT_EQ(json["seeds"].dump(), "[1,18446744073709551615]");
  EXPECT_EQ(json["tools"]["simgrid"], "3.32");
  EXPECT_EQ(json["counters"]["completed_ios"], 361000);
  EXPECT_EQ(json["points_cpu_s"], 2.5);
  EXPECT_EQ(json["memory_mb"], 47);
  EXPECT_EQ(json["complete"], false);
  run.points_finished = 21;
  EXPECT_EQ(to_json(run)["complete"], true);
  EXPECT_FALSE(to_json(run).contains("long_runs_total"));
  run.long_runs_total = 7;
  run.long_runs_finished = 6;
  EXPECT_EQ(to_json(run)["complete"], false);
  EXPECT_EQ(to_json(run)["points_finished"], 21);
  run.long_runs_finished = 7;
  EXPECT_EQ(to_json(run)["complete"], true);
}

TEST(RunJson, IsWrittenAsItIs) {
  EXPECT_EQ(Json::parse(run_json(record())), to_json(record()));
  EXPECT_EQ(run_json(record()).back(), '\n');
}

}  // namespace
}  // namespace vqlab
