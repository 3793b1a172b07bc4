#include "analysis/runs/reference_errors.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <sstream>

#include "tests/analysis/rows.hpp"

namespace vqlab {
namespace {

using test::point_row;

Reference letter() {
  Reference reference;
  reference.metric = "bandwidth_mib_per_s";
  reference.axis = "targets";
  reference.columns = {{"sq", {{"1", 500}, {"2", 800}, {"16", 1000}}}, {"mq", {{"1", 600}, {"2", 900}, {"16", 2000}}}};
  reference.shown_only = {{"old", "sq", "the letter does not say which driver"}, {"extra", "", ""}};
  return reference;
}

// Errors: sq +10 %, -5 %, 0 %; mq -2 %, +1 %, unfinished. Of 5 cells 18 / 5 = 3.6 %, largest 10 %.
std::vector<PointRow> rows() {
  return {point_row(0, "sq", "1", 550),   point_row(1, "sq", "2", 760),   point_row(2, "sq", "16", 1000),
          point_row(3, "mq", "1", 588),   point_row(4, "mq", "2", 909),   point_row(5, "old", "1", 1000),
          point_row(6, "old", "2", 1600), point_row(7, "extra", "16", 77)};
}

TEST(ReferenceErrors, CountsTheCellsThatBothSidesHave) {
  const ReferenceErrors errors = reference_errors(rows(), letter());
  EXPECT_EQ(errors.counted.cells, 5u);
  EXPECT_NEAR(errors.counted.mean_percent, 3.6, 1e-9);
  EXPECT_NEAR(errors.counted.largest_percent, 10, 1e-9);
}

TEST(ReferenceErrors, PutsWhatIsOnlyShownBesideItsPublishedCurve) {
  const ReferenceErrors errors = reference_errors(rows(), letter());
  ASSERT_EQ(errors.columns.size(), 4u);
  EXPECT_EQ(errors.columns[1].curve, "old");
  EXPECT_FALSE(errors.columns[1].counted);
  EXPECT_DOUBLE_EQ(errors.columns[1].cells[0].error_percent(), 100);
  EXPECT_EQ(errors.columns[3].curve, "extra");
  EXPECT_TRUE(std::isnan(errors.columns[3].cells[2].published));
}

TEST(ReferenceErrors, PositionsAscendAsNumbers) {
  std::vector<PointRow> measured = rows();
  measured.push_back(point_row(8, "sq", "4", 1));
  EXPECT_EQ(reference_errors(measured, letter()).positions, (std::vector<std::string>{"1", "2", "4", "16"}));
}

TEST(ReferenceErrors, TakesTheMeanOverSeeds) {
  std::vector<PointRow> measured = rows();
  measured.push_back(point_row(0, "sq", "1", 570));
  measured.back().seed = 2;
  EXPECT_DOUBLE_EQ(reference_errors(measured, letter()).columns[0].cells[0].measured, 560);
}

TEST(ComparisonTable, IsWhatTheTerminalShows) {
  EXPECT_EQ(reference_table(reference_errors(rows(), letter())),
            "bandwidth_mib_per_s: here, published, and the error of each cell\n"
            "\n"
            "                         sq                old *                 mq   extra *\n"
            "targets   here publ.  error   here publ.   error   here publ. error      here\n"
            "      1    550   500 +10.0%   1000   500 +100.0%    588   600 -2.0%         -\n"
            "      2    760   800  -5.0%   1600   800 +100.0%    909   900 +1.0%         -\n"
            "     16   1000  1000  +0.0%      -  1000              -  2000              77\n"
            "\n"
            "* old: shown, not counted (its own: 100.0 % over 2 cells): the letter does not say which driver\n"
            "* extra: shown, not counted\n"
            "MAPE 3.6 % over 5 cells, largest error 10.0 %\n");
}

TEST(ComparisonTable, EndsWithOneLineOfMape) {
  const std::string table = reference_table(reference_errors(rows(), letter()));
  const std::string last = "MAPE 3.6 % over 5 cells, largest error 10.0 %\n";
  ASSERT_GE(table.size(), last.size());
  EXPECT_EQ(table.substr(table.size() - last.size()), last);
  EXPECT_EQ(table.find("MAPE"), table.rfind("MAPE"));
}

TEST(ComparisonTable, WithoutAFinishedPointKnowsNoError) {
  const std::string table = reference_table(reference_errors({}, letter()));
  EXPECT_NE(table.find("\nMAPE unknown over 0 cells\n"), std::string::npos) << table;
}

TEST(ComparisonTable, FitsATerminalOfHundredColumns) {
  Reference reference = letter();
  std::vector<PointRow> measured;
  for (std::uint32_t i = 0; i < 9; ++i) {
    const std::string name = "a_curve_with_a_long_name_" + std::to_string(i);
    reference.columns.push_back({name, {{"1", 184000}, {"32", 2434000.5}}});
    measured.push_back(point_row(i, name, "32", 2434123.456));
  }
  std::istringstream lines(reference_table(reference_errors(measured, reference)));
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 100u) << line;
    EXPECT_FALSE(line.size() > 0 && line.back() == ' ') << line;
  }
}

}  // namespace
}  // namespace vqlab
