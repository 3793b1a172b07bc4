#include "analysis/scenario/point_list.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/support/changed_param.hpp"

namespace vqlab {
namespace {

bool same(const Point& a, const Point& b) {
  return a.index == b.index && a.curve == b.curve && a.axes == b.axes && a.testbed == b.testbed &&
         a.precision == b.precision && a.seed == b.seed;
}

// Each parameter in turn is another one, then ever more of them are.
std::vector<Point> various_points() {
  std::vector<PointSpec> specs{{}};
  for (const ParamRef& param : all_params()) specs.push_back(test::with_changed(param, {}));
  specs.emplace_back();
  for (const ParamRef& param : all_params()) specs.push_back(test::with_changed(param, specs.back()));
  std::vector<Point> points;
  for (const PointSpec& spec : specs) {
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
      Point point;
      point.index = static_cast<std::uint32_t>(points.size());
      point.curve = std::to_string(points.size() / 10);
      point.axes = {{"targets", std::to_string(points.size() % 3)}, {"x", std::to_string(points.size() / 6)}};
      point.testbed = spec.testbed;
      point.precision = spec.precision;
      point.seed = seed;
      points.push_back(point);
    }
  }
  return points;
}

TEST(PointList, GivesBackWhatItWasGiven) {
  const std::vector<Point> points = various_points();
  PointList list;
  for (const Point& point : points) list.push_back(point);
  ASSERT_EQ(list.size(), points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    EXPECT_TRUE(same(list[i], points[i])) << i;
    EXPECT_EQ(list.index(i), points[i].index);
    EXPECT_EQ(list.curve(i), points[i].curve);
    EXPECT_EQ(list.seed(i), points[i].seed);
    EXPECT_EQ(list.spec(i), (PointSpec{points[i].testbed, points[i].precision}));
  }
  std::size_t visited = 0;
  for (const Point& point : list) EXPECT_TRUE(same(point, points[visited++]));
  EXPECT_EQ(visited, points.size());
}

TEST(PointList, PointsOfOneTestbedHaveOneVariant) {
  Point point;
  Point other;
  other.testbed.targets = 2;
  const PointList list{point, point, other, point};
  EXPECT_EQ(list.variant(0), list.variant(1));
  EXPECT_NE(list.variant(1), list.variant(2));
  EXPECT_EQ(list[3].testbed, point.testbed);
}

TEST(PointList, CurvesAndPositionsMayComeBack) {
  Point a;
  a.curve = "a";
  a.axes = {{"targets", "1"}};
  Point b = a;
  b.curve = "b";
  b.axes = {{"targets", "2"}};
  const PointList list{a, b, a};
  EXPECT_TRUE(same(list[2], a));
  EXPECT_TRUE(same(list[1], b));
}

}  // namespace
}  // namespace vqlab
