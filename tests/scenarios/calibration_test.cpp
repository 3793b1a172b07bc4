// The member "calibration" of a scenario.
#include "analysis/scenario/calibration.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/scenario/load_study.hpp"

namespace vqlab {
namespace {

StudyOrFaults read_calibration(const std::string& calibration, const StudyOptions& options = {}) {
  return parse_study(R"({"study": "s", "curves": [{"name": "a"}, {"name": "b"}], "sweep": {"targets": [1, 2]},
                         "machine": {"guest_costs": {"kick_ns": 2000}}, "guest_costs": {"add_ns": 900},
                         "calibration": )" +
                         calibration + "}",
                     "s.json", options);
}

TEST(Calibration, IsReadAndResolved) {
  const StudyOrFaults result = read_calibration(R"({"free": ["guest_costs.submit_ns"], "sigma_percent": 2, "runs": 3,
                                        "held_out": [{"name": "h", "targets": [2], "curves": ["b"]}]})");
  ASSERT_TRUE(result.study);
  ASSERT_TRUE(result.study->calibration);
  const Calibration& calibration = *result.study->calibration;
  EXPECT_EQ(calibration.free, std::vector<std::string>{"guest_costs.submit_ns"});
  EXPECT_EQ(calibration.settings.sigma_percent, 2);
  EXPECT_EQ(calibration.settings.runs, 3u);
  EXPECT_EQ(calibration.settings.simulated_s, FitSettings{}.simulated_s);
  ASSERT_EQ(calibration.held_out.size(), 1u);
  EXPECT_EQ(calibration.held_out[0].targets, std::vector<std::uint32_t>{2});
  const StudyOrFaults again = parse_study(result.study->resolved.dump(), "again.json");
  ASSERT_TRUE(again.study);
  EXPECT_EQ(again.study->resolved, result.study->resolved);
}

TEST(Calibration, TellsEveryFault) {
  const StudyOrFaults result = read_calibration(R"({
    "fre": [],
    "free": ["guest_costs.sumbit_ns", "guest_costs.host_lines", "targets", "job.iodepth", 7,
             "guest_costs.kick_ns", "guest_costs.kick_ns"],
    "held_out": [{"name": "h", "curves": ["c"]}, {"name": "h", "targets": [3]}, {"name": "i"}],
    "runs": 0, "machine": "nowhere"})");
  std::vector<std::string> paths;
  for (const Fault& fault : result.faults) paths.push_back(fault.path);
  EXPECT_THAT(
      paths, testing::UnorderedElementsAre("$.calibration.fre", "$.calibration.free[0]", "$.calibration.free[1]",
                                           "$.calibration.free[2]", "$.calibration.free[3]", "$.calibration.free[4]",
                                           "$.calibration.free[6]", "$.calibration.held_out[0].curves[0]",
                                           "$.calibration.held_out[1].name", "$.calibration.held_out[1].targets[0]",
                                           "$.calibration.held_out[2]", "$.calibration.runs", "$.calibration.machine"));
  const auto misspelt = std::find_if(result.faults.begin(), result.faults.end(),
                                     [](const Fault& fault) { return fault.path == "$.calibration.free[0]"; });
  EXPECT_EQ(misspelt->nearest, "guest_costs.submit_ns");
}

// A logarithm has no 0: what may be 0 by its range cannot be fitted, a cost that 0 merely switches off can.
TEST(Calibration, OnlyRangesAboveZeroCanBeFitted) {
  const auto& all = fittable_params();
  EXPECT_NE(std::find(all.begin(), all.end(), "guest_costs.kick_ns"), all.end());
  EXPECT_NE(std::find(all.begin(), all.end(), "hardware.copy_gb_per_s"), all.end());
  EXPECT_EQ(std::find(all.begin(), all.end(), "guest_costs.host_lines"), all.end());
  EXPECT_EQ(std::find(all.begin(), all.end(), "guest.vcpus"), all.end());
  EXPECT_EQ(std::find(all.begin(), all.end(), "precision.half_width_percent"), all.end());
}

TEST(Calibration, KnowsWhereAMachinesValuesComeFrom) {
  StudyOptions options;
  options.overrides = {"host_costs.pop_ns=4000", "host_costs.finish_ns.shape=constant"};
  const StudyOrFaults result = read_calibration("{}", options);
  ASSERT_TRUE(result.study);
  EXPECT_EQ(result.study->own_machine_params, std::vector<std::string>{"guest_costs.add_ns"});
  EXPECT_EQ(result.study->machine_document.dump(), R"({"guest_costs":{"kick_ns":2000},"host_costs":{"pop_ns":4000,)"
                                                   R"("finish_ns":{"mean_ns":1500,"shape":"constant"}},)"
                                                   R"("sources":{"host_costs.pop_ns":"set on the command line",)"
                                                   R"("host_costs.finish_ns":"set on the command line"}})");
}

}  // namespace
}  // namespace vqlab
