// The mean log error of claims, with results made up.
#include "analysis/claims/claims_score.hpp"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>

#include "analysis/claims/claims_report.hpp"
#include "analysis/claims/judge_claims.hpp"
#include "analysis/scenario/load_study.hpp"

namespace vqlab {
namespace {

using testing::HasSubstr;

const std::string kPlaceA = R"({"curve": "a"})";
const std::string kPlaceB = R"({"curve": "b"})";

std::string scored_ratio(const std::string& id, const std::string& of, const std::string& to, double published) {
  return R"({"id": ")" + id + R"(", "published": "p", "ratio": {"of": )" + of + R"(, "to": )" + to +
         R"(, "published": )" + std::to_string(published) + R"(, "range": [0.01, 100]}})";
}

// A study of these claims and nothing else.
JudgedStudy study_of(std::vector<JudgedClaim> claims) { return {{}, "", std::move(claims), {}}; }

// Of curves a and b: 100 and 450 IOPS of 1 MiB, whose bounds are 100 and 800 MiB/s.
std::vector<JudgedClaim> judged_with_bounds(const std::string& claims) {
  const StudyOrFaults result = parse_study(
      R"({"study": "s", "seeds": [1, 2, 3], "curves": [{"name": "a"}, {"name": "b"}], "claims": [)" + claims + "]}",
      "s.json");
  if (!result.study) throw std::runtime_error(to_string(result.faults.front()));
  std::vector<PointRow> rows;
  for (const Point& point : result.study->points) {
    PointResult measured;
    const bool b = point.curve == "b";
    const double iops = b ? 450 : 100;
    measured.quantities = {{"iops", iops, 1},
                           {"bandwidth_mib_per_s", iops, 1},
                           {"bandwidth_bound_mib_per_s", b ? 800.0 : 100.0, 1},
                           {"latency_mean_us", 1e6 / iops, 1}};
    rows.push_back(row_of(point, measured));
  }
  return judge_claims(*result.study, rows);
}

// Reached: 4.5, and its inverse.
TEST(ClaimsScore, IsTheMeanLogErrorBesideNoChangeAndTheBound) {
  const auto claims =
      judged_with_bounds(scored_ratio("up", kPlaceB, kPlaceA, 4) + "," + scored_ratio("down", kPlaceA, kPlaceB, 0.5) +
                         "," + R"({"id": "d", "published": "p", "direction": {"from": )" + kPlaceA + R"(, "to": )" +
                         kPlaceB + R"(, "is": "rises"}})");
  EXPECT_DOUBLE_EQ(claims[0].bound, 8);
  EXPECT_DOUBLE_EQ(claims[1].bound, 0.125);
  const JudgedStudy study = study_of(claims);
  const ClaimsScore score = score_of({&study, 1});
  EXPECT_EQ(score.ratios, 2u);
  EXPECT_EQ(score.bounded, 2u);
  EXPECT_DOUBLE_EQ(score.here, (std::log(4.5 / 4) + std::log(4.5 / 2)) / 2);
  EXPECT_DOUBLE_EQ(score.no_change, (std::log(4) + std::log(2)) / 2);
  EXPECT_DOUBLE_EQ(score.bound, (std::log(8.0 / 4) + std::log(0.5 / 0.125)) / 2);
}

TEST(ClaimsScore, LeavesOutWhatSomethingWasFittedToAndWhatIsUnknown) {
  std::string fitted = scored_ratio("fitted", kPlaceB, kPlaceA, 4.0);
  fitted.insert(fitted.size() - 1, R"(, "fitted": "the machine, to this ratio")");
  auto claims = judged_with_bounds(scored_ratio("exact", kPlaceB, kPlaceA, 4.5) + "," + fitted + "," +
                                   scored_ratio("gone", kPlaceB, kPlaceA, 4.5));
  EXPECT_TRUE(claims[0].counts() && !claims[1].counts());
  claims[2].reached.value = kNoValue;
  claims[2].holds = false;
  const JudgedStudy study = study_of(claims);
  const ClaimsScore score = score_of({&study, 1});
  EXPECT_EQ(score.ratios, 1u);
  EXPECT_DOUBLE_EQ(score.here, 0);
  const std::string summary = claims_summary({study});
  EXPECT_THAT(summary, HasSubstr("1 claim not counted: something was fitted to it\n"));
  EXPECT_THAT(summary, testing::EndsWith("\n1 of 2 claims hold\n"));
  EXPECT_THAT(claims_table(study), HasSubstr("    does not count: the machine, to this ratio\n"));
}

TEST(ClaimsScore, SaysWhereThereIsNoBound) {
  std::string latency = scored_ratio("latency", kPlaceA, kPlaceB, 4.5);
  latency.insert(1, R"("quantity": "latency_mean_us", )");
  const JudgedStudy study = study_of(judged_with_bounds(latency + "," + scored_ratio("iops", kPlaceB, kPlaceA, 9.0)));
  EXPECT_EQ(
      score_line(score_of({&study, 1})),
      "mean log error of 2 ratios: 0.347, 19 % of that of no change (1.851); bottleneck bound 0.118 over 1 of them "
      "(here 0.693)\n");
  EXPECT_EQ(score_line(ClaimsScore{}), "");
}

}  // namespace
}  // namespace vqlab
