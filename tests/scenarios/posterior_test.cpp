// The member "posterior" of a machine.
#include "analysis/scenario/posterior.hpp"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/scenario/machine_text.hpp"
#include "analysis/scenario/prior.hpp"
#include "tests/support/read_study.hpp"

namespace vqlab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Of a machine with kick_ns 2000 and pop_ns 4000.
constexpr const char* kGood = R"({"parameters": ["guest_costs.kick_ns", "host_costs.pop_ns"],
  "ranges": [[1000, 4000], [2000, 8000]], "ln_sd": [0.2, 0.3], "correlation": [[1], [-0.5, 1]],
  "discrepancy_percent": 6.9, "source": "four values"})";

StudyOrFaults read_with_posterior(const std::string& posterior) {
  return test::read_with(R"("machine": {"guest_costs": {"kick_ns": 2000}, "host_costs": {"pop_ns": 4000},
                                        "posterior": )" +
                         posterior + "}");
}

TEST(MachinePosterior, IsReadAndWritten) {
  const StudyOrFaults result = read_with_posterior(kGood);
  ASSERT_TRUE(result.study) << test::texts(result).front();
  ASSERT_TRUE(result.study->posterior);
  const Posterior& posterior = *result.study->posterior;
  EXPECT_THAT(posterior.parameters, ElementsAre("guest_costs.kick_ns", "host_costs.pop_ns"));
  EXPECT_THAT(posterior.ranges, ElementsAre(Bounds{1000, 4000}, Bounds{2000, 8000}));
  EXPECT_THAT(posterior.ln_sd, ElementsAre(0.2, 0.3));
  EXPECT_EQ(posterior.correlation[1][0], -0.5);
  EXPECT_EQ(posterior.discrepancy_percent, 6.9);
  EXPECT_EQ(posterior_json(posterior), Json::parse(kGood));
  // Another one in its place, and none: a machine that is fitted again does not keep it.
  Posterior other = posterior;
  other.source = "other values";
  const Json written = Json::parse(machine_file_text(result.study->machine_document, other));
  EXPECT_EQ(written["posterior"]["source"], "other values");
  EXPECT_EQ(written["guest_costs"]["kick_ns"], 2000);
  EXPECT_FALSE(Json::parse(machine_file_text(*result.study, MachineText{"m", "", "", {}})).contains("posterior"));
}

TEST(MachinePosterior, AMatrixIsALineForEachRow) {
  const StudyOrFaults result = read_with_posterior(kGood);
  ASSERT_TRUE(result.study);
  EXPECT_THAT(machine_file_text(result.study->machine_document, *result.study->posterior),
              HasSubstr("\n      [-0.5,1]\n"));
}

// Two parameters that differ by next to nothing: rounded, the matrix would be singular.
TEST(MachinePosterior, WhatIsWrittenCanBeReadBack) {
  Posterior posterior = *read_with_posterior(kGood).study->posterior;
  posterior.correlation[1][0] = 0.999999;
  const StudyOrFaults again = read_with_posterior(posterior_json(posterior).dump());
  ASSERT_TRUE(again.study) << test::texts(again).front();
  EXPECT_GT(again.study->posterior->correlation[1][0], 0.9999);
}

TEST(MachinePosterior, ValuesMoveTogetherAndStayInTheirRanges) {
  const Posterior posterior = *read_with_posterior(kGood).study->posterior;
  const std::vector<double> centre{2000, 4000};
  EXPECT_NEAR(posterior_values(posterior, centre, {0, 0})[0], 2000, 1e-9);
  // In the straight part of z: the first one by its standard deviation, the second by the correlation.
  const std::vector<double> moved = posterior_values(posterior, centre, {1, 0});
  EXPECT_NEAR(std::log(moved[0] / 2000), 0.2, 1e-12);
  EXPECT_NEAR(std::log(moved[1] / 4000), -0.5 * 0.3, 1e-12);
  EXPECT_NEAR(std::log(posterior_values(posterior, centre, {0, 1})[1] / 4000), 0.3 * std::sqrt(0.75), 1e-12);
  Posterior shifted = posterior;
  shifted.ln_shift = {0.1, -0.1};
  EXPECT_NEAR(std::log(posterior_values(shifted, centre, {1, 0})[0] / 2000), 0.1 + 0.2, 1e-12);
  EXPECT_NEAR(std::log(posterior_values(shifted, centre, {0, 0})[1] / 4000), -0.1, 1e-12);
  const std::vector<double> far = posterior_values(posterior, centre, {50, -50});
  EXPECT_LE(far[0], 4000);
  EXPECT_GE(far[1], 2000);
}

TEST(MachinePosterior, TellsEveryFault) {
  const StudyOrFaults result = read_with_posterior(R"({
    "parameters": ["guest_costs.kik_ns", "guest.vcpus", "host_costs.pop_ns", "host_costs.pop_ns", 7],
    "ranges": [[1, 2], [0, 3], [5000, 9000], [4, 3], "wide"],
    "ln_sd": [0.1, 0, 0.1, "x"], "ln_shift": [0, 1, 2, 3, "far"],
    "correlation": [[1], [0.5], [0.5, 2, 1], [0, 0, 0, 0.5], 1],
    "discrepancy_percent": -1, "sauce": "x"})");
  std::vector<std::string> paths;
  for (const Fault& fault : result.faults)
    paths.push_back(fault.path.substr(std::string("$.machine.posterior.").size()));
  EXPECT_THAT(paths, testing::UnorderedElementsAre(
                         "parameters[0]", "parameters[1]", "parameters[3]", "parameters[4]", "ranges[1]", "ranges[2]",
                         "ranges[3]", "ranges[4]", "ln_sd", "ln_shift[4]", "correlation[1]", "correlation[2][1]",
                         "correlation[3][3]", "correlation[4]", "discrepancy_percent", "sauce", "source"));
  EXPECT_EQ(result.faults[1].nearest, "guest_costs.kick_ns");
}

TEST(MachinePosterior, ParametersThatOthersDetermineHaveNoCorrelation) {
  const StudyOrFaults result = read_with_posterior(R"({
    "parameters": ["guest_costs.kick_ns", "host_costs.pop_ns", "guest_costs.add_ns"],
    "ranges": [[1000, 4000], [2000, 8000], [300, 3000]], "ln_sd": [0.2, 0.3, 0.1],
    "correlation": [[1], [0.9, 1], [0.9, -0.9, 1]], "discrepancy_percent": 0, "source": "x"})");
  ASSERT_EQ(result.faults.size(), 1u);
  EXPECT_EQ(result.faults[0].path, "$.machine.posterior.correlation");
  EXPECT_THAT(result.faults[0].found, HasSubstr("not positive definite"));
}

TEST(MachinePosterior, IsThatOfAMachineWithTheseCosts) {
  const StudyOrFaults result =
      test::read_with(R"("machine": {"guest_costs": {"kick_ns": 0}, "host_costs": {"pop_ns": 4000}, "posterior": )" +
                      std::string(kGood) + "}");
  ASSERT_EQ(result.faults.size(), 1u);
  EXPECT_THAT(to_string(result.faults[0]),
              HasSubstr("posterior.parameters[0]: found \"guest_costs.kick_ns\", which is 0"));
}

}  // namespace
}  // namespace vqlab
