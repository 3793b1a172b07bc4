// What is halved, how often, and what is concluded, on results that are made up.
#include "analysis/explain/halving.hpp"

#include <gtest/gtest.h>
#include <map>

#include "models/testbed/resources.hpp"
#include "tests/analysis/rows.hpp"

namespace vqlab {
namespace {

ExplainedPoint explained(const std::map<std::string, std::pair<double, double>>& path_and_busy) {
  ExplainedPoint point;
  for (const Resource& resource : resources()) {
    ExplainedResource one;
    one.name = resource.name();
    if (const auto known = path_and_busy.find(one.name); known != path_and_busy.end()) {
      one.path = {known->second.first, 0.01};
      one.utilization = {known->second.second, 0.01};
    }
    point.resources.push_back(one);
  }
  return point;
}

TEST(Candidates, HaveAShareOfThePathOrOfTheTime) {
  const auto names = [](const std::map<std::string, std::pair<double, double>>& shares) {
    return candidates(explained(shares), Testbed{});
  };
  EXPECT_EQ(names({{"vcpus", {0.06, 0.1}}, {"workers", {0.01, 0.9}}, {"memory_bus", {0.01, 0.1}}}),
            (std::vector<std::string>{"vcpus", "workers"}));
  EXPECT_EQ(names({{"queue_lock", {0.2, 0.1}}}), (std::vector<std::string>{"queue_lock", "cache_lines"}));
  EXPECT_EQ(names({{"pace", {0.9, 0.9}}}), std::vector<std::string>{});  // the job has none
}

// A place, the gains that its simulations give by resource and seed, and what is told of it in the end.
struct Story {
  std::vector<std::string> candidates;
  std::map<std::string, std::vector<double>> gains;  // by seed, from 1
  std::vector<std::size_t> asked{};                  // simulations by round

  ExplainedPoint told() {
    Point point;
    point.precision = {.half_width_percent = 1, .min_simulated_s = 0.02, .max_simulated_s = 60};
    Halving halving({{0, point, candidates}}, {0.5});
    for (PointList round = halving.next_round(); !round.empty(); round = halving.next_round()) {
      asked.push_back(round.size());
      std::vector<PointRow> rows;
      for (const Point& one : round) {
        EXPECT_EQ(one.index, rows.size());
        EXPECT_EQ(one.precision.max_simulated_s, 0.5);
        EXPECT_EQ(one.precision.half_width_percent, 2.5);
        const std::string& variant = one.axes.back().text;
        const double gain = variant == "base" ? 0 : gains.at(variant).at(one.seed - 1);
        rows.push_back(test::point_row(one.index, "sq", "1", 100 + gain));
      }
      halving.take(rows);
    }
    ExplainedPoint explained_point = explained({});
    halving.tell({&explained_point});
    return explained_point;
  }
};

std::vector<std::string> limits_of(const ExplainedPoint& point) {
  std::vector<std::string> names;
  for (const ExplainedResource* const one : point.bottlenecks()) names.push_back(one->name);
  return names;
}

TEST(Halving, WhatIsClearlyBehindIsAskedOnce) {
  Story story{{"vcpus", "main_loop"}, {{"vcpus", {1, 2}}, {"main_loop", {20, 21, 19, 22, 20, 18}}}};
  const ExplainedPoint point = story.told();
  EXPECT_EQ(limits_of(point), std::vector<std::string>{"main_loop"});
  EXPECT_EQ(story.asked, std::vector<std::size_t>{3 * 2});
  EXPECT_EQ(point.resources[0].gain_percent.value, 20.5);
  EXPECT_EQ(point.resources[1].gain_percent.value, 1.5);
}

TEST(Halving, ASmallGainIsAskedAgain) {
  Story story{{"main_loop"}, {{"main_loop", {9, 11, 10, 10, 9, 11}}}};
  EXPECT_EQ(limits_of(story.told()), std::vector<std::string>{"main_loop"});
  EXPECT_EQ(story.asked, (std::vector<std::size_t>{2 * 2, 2 * 4}));
}

TEST(Halving, WhatSixSeedsCannotTellApartTies) {
  Story story{{"vcpus", "main_loop", "queue_lock"},
              {{"vcpus", {20, 12, 21, 15, 19, 12}},
               {"main_loop", {15, 18, 13, 19, 14, 18}},
               {"queue_lock", {8, 9, 8, 9, 8, 9}}}};
  const ExplainedPoint point = story.told();
  EXPECT_EQ(limits_of(point), (std::vector<std::string>{"vcpus", "main_loop"}));
  EXPECT_EQ(story.asked, (std::vector<std::size_t>{4 * 2, 4 * 4}));
}

TEST(Halving, WhereNothingMovesThePointNothingLimitsIt) {
  Story story{{"vcpus"}, {{"vcpus", {1, -1, 2, -2, 1, -1}}}};
  EXPECT_TRUE(limits_of(story.told()).empty());
  Story none{{}, {}};
  EXPECT_TRUE(limits_of(none.told()).empty());
  EXPECT_TRUE(none.asked.empty());
}

TEST(Halving, TheTestbedIsHalvedAndTheBaseIsNot) {
  Point point;
  Halving halving({{0, point, {"queue_lock"}}}, {1.0});
  const PointList round = halving.next_round();
  ASSERT_EQ(round.size(), 4u);
  EXPECT_EQ(round[0].testbed, point.testbed);
  EXPECT_EQ(round[2].testbed.guest_costs.add_ns.mean_ns, point.testbed.guest_costs.add_ns.mean_ns / 2);
  EXPECT_EQ((std::vector{round[0].seed, round[1].seed, round[2].seed, round[3].seed}),
            (std::vector<std::uint64_t>{1, 2, 1, 2}));
}

// A shard, which has the second place alone, simulates under the same indices.
TEST(Halving, IndicesOfAPlaceDependOnNoOther) {
  const auto indices = [](const std::vector<HalvingPlace>& places, std::size_t place) {
    Halving halving(places, std::vector<double>(places.size(), 1.0));
    std::vector<std::uint32_t> all;
    for (const Point& point : halving.next_round())
      if (point.curve == places[place].point.curve) all.push_back(point.index);
    return all;
  };
  Point first;
  first.curve = "first";
  Point second;
  second.curve = "second";
  const HalvingPlace one{0, first, {"queue_lock", "vcpus"}};
  const HalvingPlace other{1, second, {"main_loop"}};
  EXPECT_EQ(indices({other}, 0), indices({one, other}, 1));
  EXPECT_GT(indices({other}, 0).front(), indices({one, other}, 0).back());
}

}  // namespace
}  // namespace vqlab
