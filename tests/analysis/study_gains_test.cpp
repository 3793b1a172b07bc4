// Gains over a baseline on many plausible machines.
#include "analysis/run/study_gains.hpp"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/read_study.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kGainMachines = 101;

// Two curves at 1 and 2 targets. On machine i of 0 to 100 "many" is 1 + (i - 10.5) / 100 times "one" with one target,
// and twice as fast with two; no chance. The study's own machine gains 50 %, as its long runs do. A gain of 10 % is
// published for one target, of 50 % for two.
struct GainExample {
  Study study = *test::read_with(R"("sweep": {"targets": [1, 2]},
      "curves": [{"name": "one", "set": {"controller.num_queues": 1}}, {"name": "many"}],
      "reference": {"metric": "bandwidth_mib_per_s", "source": "x", "axis": "targets",
        "values": {"one": {"1": 100, "2": 100}, "many": {"1": 110, "2": 150}}})")
                     .study;
  PlausibleValues values = plausible();
  StudyBands bands = nominal();

  [[nodiscard]] PlausibleValues plausible() const {
    PointRows rows;
    std::vector<PointRow> all;
    for (std::size_t machine = 0; machine < kGainMachines + kOwnRuns; ++machine)
      for (std::size_t place = 0; place < 4; ++place) {
        const double ratio = place < 2                  ? 1
                             : machine >= kGainMachines ? 1.5
                             : place == 2               ? 1 + (static_cast<double>(machine) - 10.5) / 100
                                                        : 2;
        PointRow row;
        row.point = static_cast<std::uint32_t>(machine * 4 + place);
        row.result.quantities = {{"bandwidth_mib_per_s", 50 * ratio, 0}};
        all.push_back(row);
      }
    return {all, 4, kGainMachines, {"bandwidth_mib_per_s"}};
  }

  [[nodiscard]] StudyBands nominal() const {
    StudyBands found;
    const PointList places = places_of(study);
    for (std::size_t place = 0; place < places.size(); ++place) {
      const Point point = places[place];
      found.places.push_back({point.curve, row_of(point, {}).axes});
      found.rows.push_back(
          {.place = place, .quantity = "bandwidth_mib_per_s", .nominal = {place < 2 ? 40.0 : 60.0, 0}});
    }
    return found;
  }
};

TEST(StudyGains, CountMachinesAndHaveABand) {
  const GainExample example;
  const StudyGains gains = study_gains(example.study, example.bands, example.values);
  EXPECT_EQ(gains.baseline, "one");
  ASSERT_EQ(gains.rows.size(), 2u);
  const GainRow& one_target = gains.rows[0];
  EXPECT_NEAR(one_target.nominal_percent, 50, 1e-9);               // 60 for 40
  EXPECT_EQ(one_target.plausible.ahead, 90u);                      // machines 11 to 100
  EXPECT_EQ(one_target.plausible.behind, 11u);                     // 0 to 10
  EXPECT_NEAR(one_target.plausible.gain_percent.low, -5.5, 1e-9);  // machines 5 and 95
  EXPECT_NEAR(one_target.plausible.gain_percent.high, 84.5, 1e-9);
  EXPECT_TRUE(one_target.published_band.holds(one_target.published_percent));
  EXPECT_FALSE(gains.rows[1].published_band.holds(gains.rows[1].published_percent));  // 50 % where all gain 100 %
}

TEST(StudyGains, OfAFittedMachineHoldWhatTheFitMissesOfBothValues) {
  GainExample example;
  example.study.posterior.emplace().discrepancy_percent = 10;
  const GainRow row = study_gains(example.study, example.bands, example.values).rows[1];
  EXPECT_NEAR(row.discrepancy_percent, 14.1421, 1e-4);  // 10 sqrt 2: both values miss, independently
  // All machines gain 100 %: 2 exp(-1.645 * 0.141421) - 1.
  EXPECT_NEAR(row.published_band.low, 100 * (2 * std::exp(-0.232638) - 1), 0.01);
  EXPECT_NEAR(row.plausible.gain_percent.low, 100, 1e-6);  // a verdict is no published value
}

TEST(StudyGains, StandInAFileAndInATable) {
  const GainExample example;
  const StudyGains gains = study_gains(example.study, example.bands, example.values);
  const std::string csv = gains_csv(gains, example.bands);
  EXPECT_THAT(csv, testing::ContainsRegex(
                       "many,2,4,one,bandwidth_mib_per_s,50,101,101,0,100,100,100,[^,]*,50,0,100,100,false\n"));
  const std::string table = gains_table(gains, example.bands, kGainMachines);
  EXPECT_THAT(table, testing::ContainsRegex("many targets=2 .*\\+50 .*\\+100 to \\+100 .*outside"));
  EXPECT_THAT(table, testing::HasSubstr("1 of 2 published gains inside their 90 % model band"));
}

TEST(StudyGains, NeedABaseline) {
  GainExample example;
  example.study.baseline = "";
  EXPECT_TRUE(study_gains(example.study, example.bands, example.values).rows.empty());
  EXPECT_EQ(gains_table({}, example.bands, kGainMachines), "");
}

}  // namespace
}  // namespace vqlab
