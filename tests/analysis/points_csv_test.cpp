#include "analysis/runs/points_csv.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/rows.hpp"
#include "tests/support/written_text.hpp"

namespace vqlab {
namespace {

using test::written_text;

using test::point_row;

TEST(PointsCsv, HasOneRowForEachPointInPointOrder) {
  EXPECT_EQ(
      written_text(points_csv, std::vector<PointRow>{point_row(1, "mq", "8", 2130.25), point_row(0, "sq", "1", 540)}),
      "point,series,targets,vcpus,seed,precise,not_settled,simulated_s,completed_ios,bandwidth_mib_per_s,"
      "bandwidth_mib_per_s_ci95\n"
      "0,sq,1,4,1,true,,0.125,1000,540,0.5\n"
      "1,mq,8,4,1,true,,0.125,1000,2130.25,0.5\n");
}

TEST(PointsCsv, DoesNotDependOnTheOrderInWhichPointsFinish) {
  const PointRow a = point_row(0, "sq", "1", 1);
  const PointRow b = point_row(1, "sq", "2", 2);
  PointRow c = point_row(1, "sq", "2", 3);
  c.seed = 2;
  c.result.quantities.push_back({"reorders", 0, kNoValue});
  EXPECT_EQ(written_text(points_csv, std::vector<PointRow>{c, b, a}),
            written_text(points_csv, std::vector<PointRow>{a, b, c}));
}

TEST(PointsCsv, ColumnsAreThoseOfAllPoints) {
  PointRow small = point_row(0, "sq", "1", 1);
  small.result.quantities.push_back({"vcpu0_utilization", 0.5, kNoValue});
  PointRow large = point_row(1, "sq", "1", 2);
  large.axes.emplace_back("job.iodepth", "4");
  large.result.quantities.push_back({"vcpu0_utilization", 0.25, 0.125});
  large.result.quantities.push_back({"vcpu1_utilization", kNoValue, kNoValue});
  const std::string csv = written_text(points_csv, std::vector<PointRow>{small, large});
  EXPECT_EQ(csv.substr(0, csv.find('\n')),
            "point,series,targets,vcpus,job.iodepth,seed,precise,not_settled,simulated_s,completed_ios,"
            "bandwidth_mib_per_s,"
            "bandwidth_mib_per_s_ci95,vcpu0_utilization,vcpu0_utilization_ci95,vcpu1_utilization");
  // No depth, no interval and no second vCPU on the first row; a second vCPU without a value on the other.
  EXPECT_NE(csv.find("\n0,sq,1,4,,1,true,,0.125,1000,1,0.5,0.5,,\n"), std::string::npos) << csv;
  EXPECT_NE(csv.find("\n1,sq,1,4,4,1,true,,0.125,1000,2,0.5,0.25,0.125,\n"), std::string::npos) << csv;
}

TEST(PointsCsv, NumbersReadBackAsTheSameDouble) {
  for (const double value : {0.1, 1.0 / 3, 1e-300, 123456789.123456789, 2.0e20}) {
    const std::string csv = written_text(points_csv, std::vector<PointRow>{point_row(0, "sq", "1", value)});
    const std::size_t at = csv.find("1000,", csv.find('\n')) + 5;
    EXPECT_EQ(std::stod(csv.substr(at)), value) << csv;
  }
}

TEST(PointsCsv, QuotesWhatHoldsASeparator) {
  const std::string csv = written_text(points_csv, std::vector<PointRow>{point_row(0, "a,\"b\"", "1", 1)});
  EXPECT_NE(csv.find("\n0,\"a,\"\"b\"\"\",1,"), std::string::npos) << csv;
}

}  // namespace
}  // namespace vqlab
