// Claims on many plausible machines.
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/claims/claims_report.hpp"
#include "analysis/claims/judge_claims.hpp"
#include "analysis/claims/judge_plausible_claims.hpp"
#include "tests/support/read_study.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kClaimMachines = 101;

// Curves a, b and c. On machine i of 0 to 100, b is 1 + i / 100 times a, and c is 1.5 times a. Here b is 1.05 times a.
const std::string kMachineClaims = R"("curves": [{"name": "a"}, {"name": "b"}, {"name": "c"}], "claims": [
  {"id": "near", "published": "p",
   "ratio": {"of": {"curve": "b"}, "to": {"curve": "a"}, "published": 1.5, "range": [1.395, 1.605]}},
  {"id": "far", "published": "p",
   "ratio": {"of": {"curve": "b"}, "to": {"curve": "a"}, "published": 2.5, "range": [2.4, 2.6]}},
  {"id": "falls", "published": "p", "direction": {"from": {"curve": "a"}, "to": {"curve": "b"}, "is": "falls"}},
  {"id": "rises", "published": "p", "direction": {"from": {"curve": "a"}, "to": {"curve": "b"}, "is": "rises"}},
  {"id": "order", "published": "p",
   "ordering": {"places": [{"curve": "c"}, {"curve": "b"}, {"curve": "a"}]}}])";

// The study's own machine comes after the others.
std::vector<PointRow> rows_of_machines(std::size_t machines, std::size_t own_runs, double b_from, double b_step) {
  std::vector<PointRow> rows;
  for (std::size_t machine = 0; machine < machines + own_runs; ++machine)
    for (std::size_t place = 0; place < 3; ++place) {
      const double b = machine < machines ? b_from + b_step * static_cast<double>(machine) : 1.05;
      const double ratio = place == 1 ? b : place == 2 ? 1.5 : 1;
      PointRow row;
      row.point = static_cast<std::uint32_t>(machine * 3 + place);
      row.result.quantities = {{"iops", 1000 * ratio, 0}};
      rows.push_back(row);
    }
  return rows;
}

std::vector<JudgedClaim> judged_on_machines() {
  const StudyOrFaults result = test::read_with(kMachineClaims);
  if (!result.study) throw std::runtime_error(to_string(result.faults.front()));
  std::vector<JudgedClaim> claims = judge_claims(*result.study, rows_of_machines(1, 0, 1.05, 0));
  const PlausibleValues values(rows_of_machines(kClaimMachines, kOwnRuns, 1, 0.01), 3, kClaimMachines,
                               claimed_quantities(*result.study));
  judge_plausible_claims(*result.study, values, claims);
  return claims;
}

TEST(PlausibleClaims, AFailingOneMayLieWithinTheBand) {
  const std::vector<JudgedClaim> claims = judged_on_machines();
  EXPECT_FALSE(claims[0].holds);  // 1.05 is not in 1.395 to 1.605
  const PlausibleClaim& near = *claims[0].plausible;
  EXPECT_EQ(near.machines, kClaimMachines);
  EXPECT_EQ(near.hold, 21u);  // machines 40 to 60
  EXPECT_NEAR(near.band.low, 1.05, 1e-9);
  EXPECT_NEAR(near.band.high, 1.95, 1e-9);
  EXPECT_TRUE(near.inside);
  EXPECT_EQ(claims[1].plausible->hold, 0u);
  EXPECT_FALSE(claims[1].plausible->inside);
}

TEST(PlausibleClaims, ADirectionIsInsideIfSomeMachinesSayIt) {
  const std::vector<JudgedClaim> claims = judged_on_machines();
  EXPECT_EQ(claims[2].plausible->hold, 0u);
  EXPECT_FALSE(claims[2].plausible->inside);
  EXPECT_EQ(claims[3].plausible->hold, 100u);  // all but the first, which is level
  EXPECT_TRUE(claims[3].plausible->inside);
}

TEST(PlausibleClaims, AnOrderingHoldsWhereAllNeighboursDo) {
  const PlausibleClaim order = *judged_on_machines()[4].plausible;
  EXPECT_EQ(order.hold, 49u);  // 1 < b < 1.5: machines 1 to 49
  // The nearer neighbour is above x while b is between x and 1.5 / x: 5 % of the machines at x = 1.2.
  EXPECT_NEAR(order.band.high, 1.2, 0.01);
  EXPECT_TRUE(order.inside);
}

TEST(PlausibleClaims, AreToldInFileAndTable) {
  JudgedStudy study{{}, "title", judged_on_machines(), {}};
  study.record.study = "s";
  study.uncertain_parameters = 7;
  const std::string table = claims_table(study);
  EXPECT_THAT(table, testing::HasSubstr("on 101 plausible machines, which differ in 7 parameters"));
  EXPECT_THAT(table,
              testing::ContainsRegex("near +1.5 +1.050 +1.050 to 1.950 +21 of 101 +fails, within the model band"));
  EXPECT_THAT(table, testing::ContainsRegex("far +2.5 +1.050 +1.050 to 1.950 +0 of 101 +outside the model band"));
  EXPECT_THAT(claims_csv({study}), testing::HasSubstr(",101,21,1.05,1.5,1.95,0,true\n"));
  // All fail here: of one seed there is no interval, so that no direction holds.
  EXPECT_THAT(claims_summary({study}),
              testing::HasSubstr("3 of 5 claims inside the 90 % model band, among them 3 of the 5 that fail"));
  for (JudgedClaim& claim : study.claims) claim.plausible.reset();
  EXPECT_THAT(claims_csv({study}), testing::Not(testing::HasSubstr("machines_hold")));
}

}  // namespace
}  // namespace vqlab
