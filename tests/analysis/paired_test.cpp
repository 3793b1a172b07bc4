#include "analysis/runs/paired.hpp"

#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/metrics_processes.hpp"

namespace vqlab {
namespace {

TEST(StudentTP, AgreesWithScipy) {
  EXPECT_NEAR(student_t_p(2.262157, 9), 0.05, 1e-7);
  EXPECT_NEAR(student_t_p(-2.262157, 9), 0.05, 1e-7);
  EXPECT_NEAR(student_t_p(1, 1), 0.5, 1e-12);  // Cauchy's quartile
  EXPECT_NEAR(student_t_p(5, 2), 0.0377495513506, 1e-12);
  EXPECT_NEAR(student_t_p(0.3, 30), 0.766246105284, 1e-11);
  EXPECT_NEAR(student_t_p(50, 9) / 2.56895291087e-12, 1, 1e-9);  // far out, too
  EXPECT_EQ(student_t_p(0, 9), 1);
}

TEST(PairedTest, ByHand) {
  // Mean 3, s^2 = 10 / 4, standard error sqrt(0.5): t = 4.24 with 4 degrees of freedom. One pair is not complete.
  const PairedTest test = paired_test({1, 2, 3, kNoValue, 4, 5});
  EXPECT_EQ(test.pairs, 5u);
  EXPECT_DOUBLE_EQ(test.difference.value, 3);
  EXPECT_NEAR(test.difference.half_width, 2.776445 * std::sqrt(0.5), 1e-9);
  EXPECT_NEAR(test.p, student_t_p(3 / std::sqrt(0.5), 4), 1e-12);
}

TEST(PairedTest, WithoutAnyScatter) {
  const PairedTest same = paired_test({0, 0, 0});  // a policy against itself
  EXPECT_EQ(same.difference.value, 0);
  EXPECT_EQ(same.difference.half_width, 0);
  EXPECT_EQ(same.p, 1);
  EXPECT_EQ(paired_test({2, 2, 2}).p, 0);
  EXPECT_TRUE(std::isnan(paired_test({2, kNoValue}).p));
  EXPECT_EQ(paired_test({2, kNoValue}).difference.value, 2);
  EXPECT_TRUE(std::isnan(paired_test({}).difference.value));
}

TEST(DifferencePercent, KnowsNoShareOfNothing) {
  EXPECT_DOUBLE_EQ(difference_percent(150, 100), 50);
  EXPECT_EQ(difference_percent(0, 0), 0);
  EXPECT_TRUE(std::isnan(difference_percent(1, 0)));
  EXPECT_TRUE(std::isnan(difference_percent(kNoValue, 1)));
}

TEST(Holm, TextbookExample) {
  // 0.005 * 4, 0.01 * 3, 0.03 * 2; 0.04 * 1 is raised to the one before.
  EXPECT_THAT(holm({0.01, 0.04, 0.03, 0.005}), ::testing::Pointwise(::testing::DoubleEq(), {0.03, 0.06, 0.06, 0.02}));
  EXPECT_THAT(holm({0.6, 0.7}), ::testing::Pointwise(::testing::DoubleEq(), {1.0, 1.0}));
  EXPECT_THAT(holm({0.04, kNoValue}), ::testing::Pointwise(::testing::NanSensitiveDoubleEq(), {0.04, kNoValue}));
}

// Of families without any effect about one in twenty has a significant member; without Holm nearly two in three would.
TEST(Holm, KeepsTheErrorOfAFamily) {
  constexpr int kFamilies = 1000;
  int wrong = 0;
  int uncorrected = 0;
  int covered = 0;
  test::Ar1 noise(1, 0);
  for (int family = 0; family < kFamilies; ++family) {
    std::vector<double> p;
    for (int comparison = 0; comparison < 20; ++comparison) {
      std::vector<double> differences(10);
      for (double& difference : differences) difference = noise.next();
      const PairedTest test = paired_test(differences);
      p.push_back(test.p);
      covered += std::abs(test.difference.value) <= test.difference.half_width ? 1 : 0;
    }
    uncorrected += *std::min_element(p.begin(), p.end()) <= 0.05 ? 1 : 0;
    const std::vector<double> adjusted = holm(p);
    wrong += *std::min_element(adjusted.begin(), adjusted.end()) <= 0.05 ? 1 : 0;
  }
  // The standard deviation of a share of 5 % is 0.7 % over 1000 families, that of 95 % is 0.15 % over 20000 intervals.
  EXPECT_NEAR(wrong / 1000.0, 0.05, 0.021);
  EXPECT_NEAR(uncorrected / 1000.0, 0.64, 0.05);  // 1 - 0.95^20
  EXPECT_NEAR(covered / 20000.0, 0.95, 0.006);
}

}  // namespace
}  // namespace vqlab
