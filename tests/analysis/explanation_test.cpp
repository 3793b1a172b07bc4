#include "analysis/explain/explanation.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <optional>

#include "models/base/ensure.hpp"
#include "models/testbed/resources.hpp"
#include "sim/metrics/columns.hpp"
#include "tests/analysis/rows.hpp"

namespace vqlab {
namespace {

using test::point_row;

PointRow run(std::uint32_t point, const char* targets, std::uint64_t seed, double latency_us) {
  PointRow row = point_row(point, "sq", targets, 100);
  row.seed = seed;
  row.result.quantities.push_back({"iops", 2000, 10});
  row.result.quantities.push_back({"latency_mean_us", latency_us, 1});
  row.result.quantities.push_back({"main_loop_utilization", 0.5, 0.01});
  row.result.quantities.push_back({"bus_utilization", 0.1, 0.01});
  row.result.quantities.push_back({"vcpu0_utilization", 0.25, 0.01});
  row.result.quantities.push_back({"vcpu1_utilization", 0.75, 0.02});
  row.result.stages = {{"submit", {10, 1}, {4, 1}, {6, 0.5}, {0.02, 0.001}},
                       {"copy", {latency_us - 10, 1}, {0, 0}, {latency_us - 10, 1}, {0.5, 0.01}}};
  return row;
}

PointRow traced(std::uint32_t point, const char* targets, double main_loop, double wake_ups) {
  PointRow row = point_row(point, "sq", targets, 100);
  row.result.path = {{"main_loop", main_loop, 0.01}, {"vcpus", 0.2, 0.01}, {"wake_ups", wake_ups, 0.01}};
  return row;
}

const std::vector<KnownResource> kResources{
    {"vcpus", false}, {"main_loop", false}, {"memory_bus", false}, {"wake_ups", true}};

Explanation explanation() {
  return explain("a study", {run(2, "2", 1, 110), run(0, "1", 1, 100), run(1, "1", 2, 104)},
                 {traced(0, "1", 0.3, 0.5), traced(1, "2", 0.1, 0.7)}, kResources);
}

TEST(Explanation, AColumnSaysHowBusyEachResourceIsThatMayLimit) {
  for (const Resource& resource : resources()) {
    const bool has_other = resource.id == ResourceId::kVcpus || resource.id == ResourceId::kThrottle;
    EXPECT_EQ(utilization_of(resource.name()).has_value(), !resource.delay && !has_other) << resource.name();
  }
  EXPECT_EQ(utilization_of("memory_bus"), Measure::kBusUtilization);
  EXPECT_EQ(utilization_of("physical_cpus"), Measure::kHostCpusUtilization);
  EXPECT_EQ(utilization_of("none"), std::nullopt);
}

TEST(Explanation, PointsAreThoseOfTheStudyOverTheirSeeds) {
  const Explanation found = explanation();
  ASSERT_EQ(found.points.size(), 2u);
  EXPECT_DOUBLE_EQ(found.points[0].latency_us.value, 102);
  // Each run is 2 off and sure of 1, so that sqrt(1 + 1) / 2 is widened by sqrt(2) 2 * 1.96.
  EXPECT_NEAR(found.points[0].latency_us.half_width, 3.92, 0.001);
  EXPECT_DOUBLE_EQ(found.points[0].stages[1].latency_us.value, 92);
  EXPECT_DOUBLE_EQ(found.points[1].latency_us.value, 110);
}

ExplainedResource& resource_of(ExplainedPoint& point, const char* name) {
  for (ExplainedResource& resource : point.resources)
    if (resource.name == name) return resource;
  ensure(false, "a resource of the point");
  return point.resources.front();
}

TEST(Explanation, WhatMovesMostComesFirstThenWhatHasMoreOfThePath) {
  Explanation found = explanation();
  ExplainedPoint& point = found.points[0];
  EXPECT_EQ(point.resources[0].name, "wake_ups");
  EXPECT_TRUE(point.bottlenecks().empty());  // nothing has been halved
  resource_of(point, "main_loop").gain_percent = {10, 1};
  resource_of(point, "vcpus").gain_percent = {20, 1};
  resource_of(point, "vcpus").limits = true;
  point.rank();
  std::vector<std::string> order;
  for (const ExplainedResource& resource : point.resources) order.push_back(resource.name);
  EXPECT_EQ(order, (std::vector<std::string>{"vcpus", "main_loop", "wake_ups", "memory_bus"}));
  ASSERT_EQ(point.bottlenecks().size(), 1u);
  EXPECT_EQ(point.bottlenecks()[0]->name, "vcpus");
}

TEST(Explanation, TheTableNamesWhatLimits) {
  Explanation found = explanation();
  EXPECT_NE(explanation_table(found).find("nothing alone"), std::string::npos);
  ExplainedPoint& point = found.points[0];
  for (const char* name : {"main_loop", "wake_ups"}) {
    resource_of(point, name).gain_percent = {10, 1};
    resource_of(point, name).limits = true;
  }
  point.rank();
  const std::string table = explanation_table(found);
  EXPECT_NE(table.find("tie: wake_ups, main_loop"), std::string::npos) << table;
  EXPECT_NE(table.find("+10.0 +-1.0"), std::string::npos) << table;
}

TEST(Explanation, BusyIsTheBusiestOfAKind) {
  const Explanation found = explanation();
  const auto busy = [&found](const char* name) {
    for (const ExplainedResource& resource : found.points[1].resources)
      if (resource.name == name) return resource.utilization.value;
    return -1.0;
  };
  EXPECT_DOUBLE_EQ(busy("vcpus"), 0.75);
  EXPECT_DOUBLE_EQ(busy("main_loop"), 0.5);
  EXPECT_DOUBLE_EQ(busy("memory_bus"), 0.1);
  EXPECT_TRUE(std::isnan(busy("wake_ups")));
}

TEST(Explanation, TheTableHoldsSumsAgainstWhatWasMeasured) {
  const std::string table = explanation_table(explanation());
  EXPECT_NE(table.find("all stages         102.00        110.00\n"), std::string::npos) << table;
  EXPECT_NE(table.find("mean latency       102.00        110.00\n"), std::string::npos) << table;
  // 2000 requests/s for 92 us are 0.184 requests, not 0.5.
  EXPECT_NE(table.find("differs by at most 171.74 %, in copy of sq targets=1"), std::string::npos) << table;
}

TEST(Explanation, TablesUseWordsAndFilesNames) {
  Explanation found = explanation();
  for (ExplainedPoint& point : found.points)
    for (ExplainedResource& resource : point.resources)
      if (resource.name == "main_loop") resource.words = "vhost worker";
  EXPECT_EQ(resources_csv(found), resources_csv(explanation()));
  resource_of(found.points[0], "main_loop").gain_percent = {10, 1};
  found.points[0].rank();
  const std::string table = explanation_table(found);
  EXPECT_EQ(table.find("main_loop"), std::string::npos) << table;
  EXPECT_NE(table.find("vhost worker"), std::string::npos) << table;
  EXPECT_NE(resource_words_csv(found).find("\nsq,1,4,main_loop,vhost worker\n"), std::string::npos);
}

TEST(Explanation, FilesAreTidy) {
  const std::string resources = resources_csv(explanation());
  EXPECT_NE(
      resources.find(
          "series,targets,vcpus,resource,delay,bottleneck,gain_percent,gain_percent_ci95,path_share,path_share_ci95,"
          "utilization,utilization_ci95,state\nsq,1,4,wake_ups,true,false,,,0.5,0.01,,,precise\n"
          "sq,1,4,main_loop,false,false,,,0.3,"),
      std::string::npos)
      << resources;
  EXPECT_NE(explained_stages_csv(explanation()).find("\nsq,2,4,submit,10,1,4,1,6,0.5,0.02,0.001,precise\n"),
            std::string::npos);
}

}  // namespace
}  // namespace vqlab
