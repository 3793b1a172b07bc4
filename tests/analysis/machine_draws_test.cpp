// Which parameters of a study vary, within what, and how machines are drawn.
#include "analysis/uncertainty/machine_draws.hpp"

#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "analysis/uncertainty/latin_hypercube.hpp"
#include "analysis/uncertainty/plausible_runs.hpp"
#include "tests/support/read_study.hpp"

namespace vqlab {
namespace {

Study study_on_machine(const std::string& machine, const std::string& members = "",
                       std::vector<std::string> overrides = {}) {
  const StudyOrFaults result =
      test::read_with(R"("machine": {"name": "m", )" + machine + "}" + members, std::move(overrides));
  for (const Fault& fault : result.faults) ADD_FAILURE() << to_string(fault);
  return *result.study;
}

std::map<std::string, UncertainParam> uncertain_by_name(const Study& study) {
  std::map<std::string, UncertainParam> params;
  for (const UncertainParam& one : draw_machines(study, 8, 1).params) params.emplace(path_of(one.param), one);
  return params;
}

double drawn_value(const MachineDraws& draws, std::size_t machine, const std::string& name) {
  for (std::size_t i = 0; i < draws.params.size(); ++i)
    if (path_of(draws.params[i].param) == name) return draws.values[machine][i];
  ADD_FAILURE() << name << " does not vary";
  return 0;
}

TEST(LatinHypercube, HasOneValueInEachPart) {
  const std::vector<std::vector<double>> points = latin_hypercube(40, {"a", "b"}, 7);
  for (std::size_t k = 0; k < 2; ++k) {
    std::vector<int> count(40);
    for (const std::vector<double>& point : points) ++count.at(static_cast<std::size_t>(point[k] * 40));
    EXPECT_THAT(count, testing::Each(1));
  }
}

TEST(LatinHypercube, DependsOnNothingButCountSeedAndName) {
  const auto alone = latin_hypercube(20, {"b"}, 7);
  const auto together = latin_hypercube(20, {"a", "b"}, 7);
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(alone[i][0], together[i][1]);
  EXPECT_NE(latin_hypercube(20, {"b"}, 8), alone);
  EXPECT_NE(together[0][0], together[0][1]);
}

TEST(UncertainParams, HaveThePlausibleRangeOrOneOfTheSameRatio) {
  const auto params = uncertain_by_name(study_on_machine(R"("guest_costs": {"kick_ns": 1500, "interrupt_ns": 60000})"));
  EXPECT_EQ(params.at("guest_costs.kick_ns").range, (UncertainRange{{700, 4000}, false}));
  // Plausibly 2,000 to 9,000: a ratio of 4.5, whose root is 2.121.
  const UncertainRange far = params.at("guest_costs.interrupt_ns").range;
  EXPECT_NEAR(far.bounds.min, 60000 / 2.1213, 1);
  EXPECT_NEAR(far.bounds.max, 60000 * 2.1213, 10);
}

TEST(UncertainParams, LeaveOutWhatIsKnownOrWithoutEffect) {
  const Study study = study_on_machine(
      R"("guest_costs": {"kick_ns": 1500, "host_lock_ns": 0}, "uncertainty": {"guest_costs.add_ns": "exact"})",
      R"(, "guest_costs": {"submit_ns": 6000}, "sweep": {"guest_costs.complete_ns": [5000, 7000]})",
      {"guest_costs.reap_event_ns=2000"});
  const auto params = uncertain_by_name(study);
  EXPECT_EQ(params.count("guest_costs.kick_ns"), 1u);
  EXPECT_EQ(params.count("guest_costs.host_lock_ns"), 0u) << "0 has no logarithm";
  EXPECT_EQ(params.count("guest_costs.add_ns"), 0u) << "the machine calls it exact";
  EXPECT_EQ(params.count("guest_costs.submit_ns"), 0u) << "the scenario sets it";
  EXPECT_EQ(params.count("guest_costs.complete_ns"), 0u) << "the sweep sets it";
  EXPECT_EQ(params.count("guest_costs.reap_event_ns"), 0u) << "the command line sets it";
  EXPECT_EQ(params.count("guest_costs.timer_late_ns"), 0u) << "no job thinks";
  EXPECT_EQ(params.count("hardware.reference_clock_ghz"), 0u) << "nobody says a range";
  EXPECT_EQ(
      uncertain_by_name(study_on_machine(R"("uncertainty": {"hardware.reference_clock_ghz": {"min": 2, "max": 4}})"))
          .count("hardware.reference_clock_ghz"),
      1u);
}

TEST(MachineDraws, FillEachDeclaredRange) {
  const Study study = study_on_machine(R"("guest_costs": {"kick_ns": 1500}, "uncertainty": {
      "guest_costs.kick_ns": {"min": 1000, "max": 4000},
      "hardware.clock_ghz": {"min": 2, "max": 4, "shape": "uniform"}})");
  const MachineDraws draws = draw_machines(study, 400, 3);
  int low_kick = 0;
  int low_clock = 0;
  for (std::size_t i = 0; i < 400; ++i) {
    const double kick = drawn_value(draws, i, "guest_costs.kick_ns");
    const double clock = drawn_value(draws, i, "hardware.clock_ghz");
    EXPECT_TRUE(kick >= 1000 && kick <= 4000 && clock >= 2 && clock <= 4) << kick << " " << clock;
    low_kick += kick < 2000 ? 1 : 0;
    low_clock += clock < 3 ? 1 : 0;
  }
  // Half below the geometric middle, half below the arithmetic one: exactly, since each part has one value.
  EXPECT_EQ(low_kick, 200);
  EXPECT_EQ(low_clock, 200);
}

const char* const kFittedMachine = R"("guest_costs": {"kick_ns": 1500, "submit_ns": 7000}, "posterior": {
    "parameters": ["guest_costs.submit_ns", "guest_costs.kick_ns"], "ranges": [[700, 70000], [150, 15000]],
    "ln_sd": [0.1, 0.2], "correlation": [[1], [-0.8, 1]], "discrepancy_percent": 5, "source": "a test"})";

TEST(MachineDraws, FollowThePosterior) {
  const MachineDraws draws = draw_machines(study_on_machine(kFittedMachine), 2000, 3);
  double squares[2] = {0, 0};
  double product = 0;
  for (std::size_t i = 0; i < 2000; ++i) {
    const double submit = std::log(drawn_value(draws, i, "guest_costs.submit_ns") / 7000);
    const double kick = std::log(drawn_value(draws, i, "guest_costs.kick_ns") / 1500);
    squares[0] += submit * submit / 2000;
    squares[1] += kick * kick / 2000;
    product += submit * kick / 2000;
  }
  // A standard deviation of 2000 draws is known within 1.6 %, a correlation of -0.8 within 0.01.
  EXPECT_NEAR(std::sqrt(squares[0]), 0.1, 0.005);
  EXPECT_NEAR(std::sqrt(squares[1]), 0.2, 0.01);
  EXPECT_NEAR(product / std::sqrt(squares[0] * squares[1]), -0.8, 0.03);
}

TEST(MachineDraws, TakeADeclaredRangeBeforeThePosterior) {
  const MachineDraws draws =
      draw_machines(study_on_machine(std::string(kFittedMachine) +
                                     R"(, "uncertainty": {"guest_costs.kick_ns": {"min": 1499, "max": 1501}})"),
                    50, 3);
  for (std::size_t i = 0; i < 50; ++i) EXPECT_NEAR(drawn_value(draws, i, "guest_costs.kick_ns"), 1500, 1);
}

TEST(MachineDraws, AreWhatMachinesCsvSays) {
  const Study study = study_on_machine(R"("uncertainty": {"guest_costs.kick_ns": {"min": 1000, "max": 4000}})");
  const MachineDraws draws = draw_machines(study, 8, 3);
  PointSpec spec = study.points.spec(0);
  place_on_machine(draws, 5, spec);
  EXPECT_EQ(number_of(find_param("guest_costs.kick_ns"), spec), drawn_value(draws, 5, "guest_costs.kick_ns"));
  EXPECT_EQ(machines_csv(draws), machines_csv(draw_machines(study, 8, 3)));
  EXPECT_NE(machines_csv(draws), machines_csv(draw_machines(study, 8, 4)));
}

TEST(OnMachines, RunsEachPlaceOnEachMachineForOneLength) {
  const Study study = study_on_machine(R"("uncertainty": {"guest_costs.kick_ns": {"min": 1000, "max": 4000}})",
                                       R"(, "sweep": {"targets": [1, 2]}, "seeds": [5])");
  const MachineDraws draws = draw_machines(study, 8, 5);
  const PointList points = on_machines(study.points, draws);
  ASSERT_EQ(points.size(), 16 + 2 * kOwnRuns);
  EXPECT_EQ(points[3].axes, (std::vector<AxisValue>{{"targets", "2"}, {"machine", "2"}}));
  EXPECT_EQ(points[3].index, 3u);
  EXPECT_EQ(points[1].seed, 5u);
  EXPECT_EQ(points[3].seed, 6u) << "chance of its own";
  EXPECT_EQ(points[3].precision.min_simulated_s, 0.1);
  EXPECT_EQ(points[3].precision.max_simulated_s, 0.1);
  EXPECT_EQ(points[3].testbed.guest_costs.kick_ns.mean_ns, drawn_value(draws, 1, "guest_costs.kick_ns"));
  EXPECT_EQ(points[17].axes, (std::vector<AxisValue>{{"targets", "2"}, {"machine", "own"}}));
  EXPECT_EQ(points[17].testbed.guest_costs.kick_ns.mean_ns, study.points[0].testbed.guest_costs.kick_ns.mean_ns);
  EXPECT_EQ(points[17].seed, 5 + kOwnSeedsFrom);
  EXPECT_EQ(points[19].seed, points[17].seed + 1);
}

TEST(PlausibleMachines, AreRefusedWhereNothingVariesOrThereIsTooMuch) {
  Study study = study_on_machine(R"("guest_costs": {"kick_ns": 1500})");
  std::vector<Fault> faults;
  EXPECT_TRUE(plausible_machines(study, 8, 1, faults).has_value());
  EXPECT_TRUE(faults.empty());
  EXPECT_FALSE(plausible_machines(study, 1000, 101, faults).has_value());
  for (const UncertainParam& one : draw_machines(study, 8, 1).params)
    study.own_machine_params.push_back(path_of(one.param));
  EXPECT_FALSE(plausible_machines(study, 8, 1, faults).has_value());
  ASSERT_EQ(faults.size(), 2u);
  EXPECT_THAT(faults[0].found, testing::HasSubstr("103020 simulations"));
  EXPECT_THAT(faults[1].found, testing::HasSubstr("no parameter"));
}

}  // namespace
}  // namespace vqlab
