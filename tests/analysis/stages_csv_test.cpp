#include "analysis/runs/stages_csv.hpp"

#include <gtest/gtest.h>

#include "analysis/runs/point_line.hpp"
#include "tests/analysis/rows.hpp"
#include "tests/support/written_text.hpp"

namespace vqlab {
namespace {

using test::written_text;

PointRow staged(std::uint32_t point) {
  PointRow row = test::point_row(point, "sq", "1", 540);
  row.result.stages = {{"submit", {8, 0.5}, {1, 0.25}, {7, 0.125}, {0.5, 0.0625}},
                       {"ring_full", {0, 0}, {0, 0}, {0, 0}, {0, kNoValue}}};
  return row;
}

TEST(StagesCsv, HasOneRowForEachStageOfEachPoint) {
  EXPECT_EQ(written_text(stages_csv, std::vector<PointRow>{staged(1), staged(0)}),
            "point,series,targets,vcpus,seed,stage,latency_us,latency_us_ci95,queueing_us,queueing_us_ci95,service_us,"
            "service_us_ci95,requests_mean,requests_mean_ci95\n"
            "0,sq,1,4,1,submit,8,0.5,1,0.25,7,0.125,0.5,0.0625\n"
            "0,sq,1,4,1,ring_full,0,0,0,0,0,0,0,\n"
            "1,sq,1,4,1,submit,8,0.5,1,0.25,7,0.125,0.5,0.0625\n"
            "1,sq,1,4,1,ring_full,0,0,0,0,0,0,0,\n");
}

TEST(StagesCsv, StagesComeBackFromTheJournal) {
  const std::optional<PointRow> row = point_from_line(to_line(staged(0)));
  ASSERT_TRUE(row);
  EXPECT_EQ(written_text(stages_csv, std::vector<PointRow>{*row}),
            written_text(stages_csv, std::vector<PointRow>{staged(0)}));
}

}  // namespace
}  // namespace vqlab
