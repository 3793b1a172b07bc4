#include "analysis/calibrate/fit_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace vqlab {
namespace {

using testing::HasSubstr;

// Fitted cells: +10 % and -2 %; held out: +4 %, by interpolation -5 %, and -8 %, not between two.
FitRecord fit_record() {
  FitRecord record;
  record.name = "s";
  record.studies = {{"s", "m", "iops", "targets", "a letter", 3, 0.3, {1}, {}}};
  record.hold_out = "rows";
  record.params = {{"guest_costs.submit_ns", "ns", 7300, 4000, 35000, 8200, 0.54, 0.1, {0}, false},
                   {"host_costs.pop_ns", "ns", 3500, 2500, 10000, 3600, 0.2, 0.19, {0}, false},
                   {"host_costs.cstate_ns", "ns", 9200, 2000, 120000, 9000, 1.02, 0.9, {0}, false}};
  record.directions = {{0.1, {{"host_costs.cstate_ns", 0.9}, {"guest_costs.submit_ns", -0.43}}},
                       {5, {{"guest_costs.submit_ns", 1.0}}}};
  record.cells = {{"a", "1", 100, 150, 110, false, kNoValue, 0},
                  {"a", "2", 200, 200, 208, true, 190, 0},
                  {"a", "4", 300, 300, 294, false, kNoValue, 0},
                  {"a", "8", 400, 400, 368, true, kNoValue, 0}};
  return record;
}

TEST(FitRecord, SummariesCountTheirCells) {
  const FitRecord fitted = fit_record();
  EXPECT_NEAR(fitted.all().mean_percent, 6, 1e-9);  // (10 + 4 + 2 + 8) / 4
  EXPECT_NEAR(fitted.training().mean_percent, 6, 1e-9);
  EXPECT_NEAR(fitted.held_out().mean_percent, 6, 1e-9);
  EXPECT_NEAR(fitted.held_out().largest_percent, 8, 1e-9);
  EXPECT_EQ(fitted.between().cells, 1u);
  EXPECT_NEAR(fitted.between().mean_percent, 4, 1e-9);
  EXPECT_NEAR(fitted.interpolation().mean_percent, 5, 1e-9);
  EXPECT_NEAR(fitted.before().mean_percent, 12.5, 1e-9);
}

TEST(FitRecord, SaysWhatTheDataIdentify) {
  const FitRecord fitted = fit_record();
  EXPECT_EQ(fitted.params[0].verdict(), "identified");
  EXPECT_EQ(fitted.params[1].verdict(), "range");  // 0.19 of 0.2: its range knew that before
  EXPECT_EQ(fitted.params[2].verdict(), "sloppy");
  EXPECT_EQ((FittedParam{"p", "", 1, 1, 2, 1, 0.2, kNoValue, {0}, false}.verdict()), "");
}

TEST(FitReport, TellsDirectionsAndBothErrors) {
  const std::string text = fit_report(fit_record());
  EXPECT_THAT(text, HasSubstr("1 of 2 directions are decided"));
  EXPECT_THAT(text, HasSubstr("0.90 host_costs.cstate_ns - 0.43 guest_costs.submit_ns"));
  EXPECT_THAT(text, HasSubstr("the cells it saw:       MAPE 6.00 % over 2 cells"));
  EXPECT_THAT(text, HasSubstr("those held out:         MAPE 6.00 % over 2 cells, largest error 8.0 %"));
  EXPECT_THAT(text, HasSubstr("by interpolation:     MAPE 5.00 % over 1 cells"));
  EXPECT_THAT(text, HasSubstr("a               2   208    200  +4.0%           190  -5.0%"));
}

TEST(FitReport, LinesFitTheTerminal) {
  FitRecord wide = fit_record();
  wide.directions[0].weights = {{"guest_costs.interrupt_remote_ns", 0.5},
                                {"guest_costs.lock_transfer_ns", -0.5},
                                {"host_costs.loop_iteration_ns", 0.5},
                                {"guest_costs.complete_page_ns", 0.5}};
  std::size_t start = 0;
  const std::string text = fit_report(wide);
  for (std::size_t end = 0; (end = text.find('\n', start)) != std::string::npos; start = end + 1)
    EXPECT_LE(end - start, 110u) << text.substr(start, end - start);
  EXPECT_THAT(text, HasSubstr("0.50 guest_costs.complete_page_ns"));
}

TEST(FitReport, JsonHasItAll) {
  const auto json = nlohmann::json::parse(fit_json(fit_record()));
  EXPECT_EQ(json["params"].size(), 3u);
  EXPECT_EQ(json["params"][0]["verdict"], "identified");
  EXPECT_EQ(json["cells"][1]["interpolated"], 190);
  EXPECT_TRUE(json["cells"][3]["interpolated"].is_null());
  EXPECT_EQ(json["errors"]["held_out"]["cells"], 2);
  EXPECT_DOUBLE_EQ(json["directions"][0]["weights"]["host_costs.cstate_ns"], 0.9);
}

TEST(FitReport, HeldOutFitsAreOneTable) {
  EXPECT_EQ(held_out_csv({fit_record()}),
            "hold_out,training_cells,training_mape_percent,held_out_cells,held_out_mape_percent,"
            "held_out_largest_percent,between_cells,between_mape_percent,interpolation_mape_percent\n"
            "rows,2,6,2,6,8,1,4,5\n");
  FitRecord record = fit_record();
  record.hold_out = "targets=4,24";
  EXPECT_THAT(held_out_csv({record}), HasSubstr("\n\"targets=4,24\",2,6,2,6,8,1,4,5\n"));
  EXPECT_THAT(held_out_table({fit_record()}), HasSubstr("rows           2    6.00"));
}

}  // namespace
}  // namespace vqlab
