// What an ablation simulates, and what it makes of made-up results.
#include <cmath>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <sstream>

#include "analysis/ablate/judge_ablation.hpp"
#include "analysis/scenario/load_study.hpp"
#include "models/testbed/resources.hpp"

namespace vqlab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// C-states are off in one curve; a reference counts two of four points.
const char* const ablated = R"({
  "study": "s", "seeds": [4, 9, 2],
  "curves": [{"name": "a"}, {"name": "b", "set": {"mechanisms.cstates": false}}],
  "sweep": {"targets": [1, 8]},
  "reference": {"metric": "bandwidth_mib_per_s", "axis": "targets", "source": "x",
                "values": {"a": {"8": 100}, "b": {"8": 100}}}
})";

AblationPlan plan_of(const char* text, const std::vector<std::string>& names, bool all_points,
                     std::vector<Fault>& faults) {
  const std::vector<AblationChange> changes = read_changes(names, "--only", faults);
  return plan_ablation(*parse_study(text, "s.json").study, changes, all_points, "s.json", faults);
}

std::vector<std::string> names_of(const AblationPlan& plan) {
  std::vector<std::string> names;
  for (const AblationVariant& variant : plan.ablation.variants) names.push_back(variant.name);
  return names;
}

TEST(AblationPlan, EverySwitchCostAndResourceComesFromItsTable) {
  std::set<std::string> names;
  std::size_t mechanisms = 0;
  for (const AblationChange& change : ablation_changes()) {
    EXPECT_TRUE(names.insert(change.variant.name).second) << change.variant.name;
    PointSpec before;
    before.testbed.job.rate_iops = 100;  // a pace and a limit, for whoever halves them
    Throttling throttling;
    throttling.limits[0].per_second = 100;
    before.testbed.disks = {{1, false, {}, throttling}};
    // A switch may be off, and a part's cost 0, unless it is told otherwise.
    const ParamRef param = find_param(change.variant.name);
    if (change.variant.kind == AblationKind::kMechanism)
      param.set(before, ParamValue(true));
    else if (param.row != nullptr && param.section->of_part)
      param.set(before, ParamValue(Cost{1000}));
    PointSpec after = before;
    change.apply(after);
    EXPECT_NE(after, before) << change.variant.name;
    mechanisms += change.variant.name.rfind("mechanisms.", 0) == 0 ? 1 : 0;
  }
  EXPECT_EQ(mechanisms, params_of(static_cast<const Mechanisms*>(nullptr)).rows.size());
  for (const Resource& resource : resources()) EXPECT_EQ(names.count(std::string(resource.name())), 1u);
  for (const char* name : {"guest.affinity_hints", "controller.event_idx", "guest_costs.add_ns", "host_costs.add_ns"})
    EXPECT_EQ(names.count(name), std::string(name) == "host_costs.add_ns" ? 0u : 1u) << name;
}

TEST(AblationPlan, OnlyWhatMakesADifferenceIsSimulated) {
  std::vector<Fault> faults;
  const AblationPlan plan = plan_of(ablated, {"cstates", "loop_fd_ns", "in_flight_scan"}, false, faults);
  EXPECT_TRUE(faults.empty());
  EXPECT_THAT(names_of(plan), ElementsAre("host_costs.loop_fd_ns", "mechanisms.cstates", "mechanisms.in_flight_scan"));
  EXPECT_EQ(plan.ablation.places.size(), 2u);
  EXPECT_EQ(plan.ablation.left_out, 2u);
  // Base and three variants at the first place; at the second one C-states are off already.
  ASSERT_EQ(plan.points.size(), (4u + 3) * 3);
  EXPECT_EQ(plan.changed[1][1], plan.base[1]);
  for (std::uint32_t i = 0; i < plan.points.size(); ++i) {
    const Point& point = plan.points[i];
    EXPECT_EQ(point.index, i);
    EXPECT_EQ(point.seed, (std::vector<std::uint64_t>{4, 9, 2})[i % 3]);
    EXPECT_EQ(point.testbed.targets, 8u);
  }
  const Point& halved = plan.points[plan.changed[0][1]];
  EXPECT_EQ(halved.testbed.host_costs.loop_fd_ns.mean_ns, HostCosts{}.loop_fd_ns.mean_ns / 2);
  EXPECT_EQ(row_of(halved, {}).axes.back(), (std::pair<std::string, std::string>{"variant", "host_costs.loop_fd_ns"}));
  EXPECT_EQ(plan_of(ablated, {"main_loop"}, true, faults).points.size(), 4u * 2 * 3);
}

TEST(AblationPlan, AResourceIsCalledWhatItIsAtEachPlace) {
  std::vector<Fault> faults;
  const AblationPlan plan = plan_of(
      R"({"study": "s", "seeds": [1, 2], "curves": [{"name": "a"}, {"name": "b", "set": {"host.server": "vhost_scsi",
          "host.aio": "native", "host.backend": "null"}}]})",
      {"main_loop", "pop_ns"}, false, faults);
  ASSERT_EQ(plan.ablation.variants.size(), 2u);
  const AblationVariant& cost = plan.ablation.variants[0];
  EXPECT_EQ(cost.words_at(1), "host_costs.pop_ns");
  const AblationVariant& resource = plan.ablation.variants[1];
  EXPECT_EQ(resource.name, "main_loop");
  EXPECT_EQ(resource.words_at(0), "main loop");
  EXPECT_EQ(resource.words_at(1), "vhost worker");
  EXPECT_EQ(resource.words_over_all(), "main loop / vhost worker");
}

TEST(AblationPlan, FaultsNameWhatIsNear) {
  std::vector<Fault> faults;
  EXPECT_EQ(read_changes({"complete_ns"}, "--only", faults).size(), 2u);  // of the guest, and of the host
  EXPECT_EQ(read_changes({"resources", "main_loop"}, "--only", faults).size(), resources().size());
  EXPECT_TRUE(faults.empty());
  (void)read_changes({"mainloop", "mechanism"}, "--only", faults);
  ASSERT_EQ(faults.size(), 2u);
  EXPECT_EQ(faults[0].nearest, "main_loop");
  EXPECT_EQ(faults[1].nearest, "mechanisms");
  faults.clear();
  (void)plan_of(R"({"study": "s", "mechanisms": {"halts": false}})", {"halts", "halt_cpu_ns"}, false, faults);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_THAT(to_string(faults.front()), HasSubstr("nothing to switch off or to halve"));
}

Ablation judged(const std::vector<std::string>& names, const std::function<double(const Point&)>& value) {
  std::vector<Fault> faults;
  const AblationPlan plan = plan_of(ablated, names, true, faults);
  std::vector<PointRow> rows;
  for (const Point& point : plan.points) {
    PointResult result;
    result.precise = true;
    result.quantities = {{"bandwidth_mib_per_s", value(point), kNoValue}};
    rows.push_back(row_of(point, result));
  }
  return judge(plan, rows);
}

// Half the main loop gains 10.5 % at one target and 30 % at eight, one percent more or less by seed; half the vCPUs 10
// % more or less by as much, half the workers nothing.
double ablation_gains(const Point& point) {
  const double base = 100.0 * point.testbed.targets + static_cast<double>(point.seed);
  const double scatter = point.seed == 4 ? 0.01 : point.seed == 9 ? -0.01 : 0.0;
  const std::string& variant = point.axes.back().text;
  if (variant == "main_loop") return base * (point.testbed.targets == 1 ? 1.105 + scatter : 1.3 + scatter);
  return variant == "vcpus" ? base * (1.1 - scatter) : base;
}

TEST(Ablation, ChangesArePairedBySeed) {
  const Ablation ablation = judged({"main_loop", "vcpus", "workers"}, ablation_gains);
  const AblationCell& loop = ablation.cell(0, 1);
  EXPECT_NEAR(loop.change_percent.value, 30, 1e-9);
  // Deviations of +1, -1 and 0: s = 1, so 4.30265 / sqrt(3).
  EXPECT_NEAR(loop.change_percent.half_width, 4.30265 / std::sqrt(3.0), 1e-4);
  EXPECT_EQ(loop.pairs, 3u);
  EXPECT_TRUE(loop.sure());
  EXPECT_NEAR(ablation.overall(0).change_percent.value, (10.5 + 30) / 2, 1e-9);
  EXPECT_EQ(ablation.overall(0).points, 4u);
  EXPECT_NEAR(ablation.overall(0).change_percent.half_width, 4.30265 / std::sqrt(3.0), 1e-4);
  const AblationCell& workers = ablation.cell(2, 0);
  EXPECT_EQ(workers.change_percent.value, 0);
  EXPECT_FALSE(workers.sure());
  ASSERT_EQ(ablation.leaders.size(), 4u);
  EXPECT_FALSE(ablation.leaders[0].sure());  // 10.5 and 10 %, apart by 2 % more or less
  EXPECT_EQ(ablation.leaders[1].first, 0u);
  EXPECT_EQ(ablation.leaders[1].second, 1u);
  EXPECT_NEAR(ablation.leaders[1].lead_percent.value, 20, 1e-9);
  EXPECT_TRUE(ablation.leaders[1].sure());

  const std::string table = ablation_table(ablation);
  EXPECT_THAT(table, HasSubstr("no effect at any point: workers\n"));
  EXPECT_THAT(table, HasSubstr("=vCPUs"));
  // 800 + 4, 9 and 2: s = sqrt(13), so 4.30265 sqrt(13 / 3) = 8.95669.
  EXPECT_THAT(ablation_csv(ablation),
              HasSubstr("\npoint,a,8,4,resource,workers,1,3,805,8.95669,805,8.95669,0,0,false,precise\n"));
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100u) << line;
}

TEST(Ablation, WhatFailedIsUnknown) {
  const Ablation ablation = judged({"main_loop", "vcpus"}, [](const Point& point) {
    return point.axes.back().text == "vcpus" && point.testbed.targets == 8 ? kNoValue : ablation_gains(point);
  });
  EXPECT_TRUE(std::isnan(ablation.cell(1, 1).change_percent.value));
  EXPECT_FALSE(ablation.cell(1, 1).sure());
  EXPECT_EQ(ablation.overall(1).points, 2u);
  EXPECT_NEAR(ablation.overall(1).change_percent.value, 10, 1e-9);
  EXPECT_EQ(ablation.leaders.size(), 2u);
  EXPECT_THAT(ablation_csv(ablation), HasSubstr("\npoint,a,8,4,resource,vcpus,1,0,805,8.95669,,,,,false,precise\n"));
  EXPECT_THAT(ablation_table(ablation), HasSubstr("vCPUs"));
}

}  // namespace
}  // namespace vqlab
