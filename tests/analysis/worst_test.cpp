// The search of `vqlab worst`: its space, its course, and the members that it drops, with losses that a formula gives.
#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/scenario/value.hpp"
#include "analysis/worst/worst_report.hpp"
#include "analysis/worst/worst_search.hpp"

namespace vqlab {
namespace {

WorkloadSpace made_space() {
  std::vector<Fault> faults;
  return {PointSpec{}, {"per_vcpu", "per_vcpu"}, read_policy_choices({"target_sticky", "least_loaded"}, "", faults)};
}

std::size_t member_at(const WorkloadSpace& space, const std::string& path) {
  for (std::size_t i = 0; i < space.members().size(); ++i)
    if (path_of(space.members()[i].param) == path) return i;
  ADD_FAILURE() << path;
  return 0;
}

// The level of this value.
void set_member(const WorkloadSpace& space, const std::string& path, const std::string& text, Genome& genome) {
  const std::size_t at = member_at(space, path);
  const auto& levels = space.members()[at].levels;
  for (std::size_t i = 0; i < levels.size(); ++i)
    if (value_text(levels[i]) == text) genome[at] = static_cast<std::uint8_t>(i);
  EXPECT_NE(space.words(genome).find(path + "=" + text), std::string::npos) << path << " " << text;
}

TEST(WorkloadSpace, WhatNothingReadsIsNoMember) {
  const WorkloadSpace space = made_space();
  Genome genome = space.plain();
  set_member(space, "targets", "4", genome);
  set_member(space, "luns_per_target", "8", genome);        // read with several processes alone
  set_member(space, "job.thinktime_blocks", "32", genome);  // read with a think time alone
  EXPECT_EQ(space.words(space.settled(genome).value()), "targets=4");
  set_member(space, "job.numjobs", "8", genome);
  EXPECT_EQ(space.words(space.settled(genome).value()), "targets=4 luns_per_target=8 job.numjobs=8");
}

TEST(WorkloadSpace, WhatDoesNotGoTogetherIsNoScenario) {
  const WorkloadSpace space = made_space();
  Genome genome = space.plain();
  set_member(space, "targets", "2", genome);
  set_member(space, "other_job_targets", "4", genome);
  EXPECT_FALSE(space.settled(genome));
  Genome crowded = space.plain();
  set_member(space, "targets", "32", crowded);
  set_member(space, "job.numjobs", "16", crowded);  // 512 processes
  EXPECT_FALSE(space.settled(crowded));
}

TEST(WorkloadSpace, EveryGoodGenomeIsAScenarioThatCanBeRead) {
  const WorkloadSpace space = made_space();
  RandomStream stream(1, "test");
  int good = 0;
  for (int i = 0; i < 300; ++i) {
    const auto genome = space.settled(i % 2 == 0 ? space.random(stream) : space.mutated(space.plain(), stream));
    if (!genome) continue;
    ++good;
    for (const WithoutMember& one : without_each_member(space, *genome))
      EXPECT_TRUE(!one.genome || (*one.genome)[one.member] == 0);
  }
  EXPECT_GT(good, 50);
}

// Loses 0.4 with three processes, 0.2 more with eight targets, and nothing through anything else.
double formula_loss(const WorkloadSpace& space, const Genome& genome) {
  const std::string words = space.words(genome) + " ";
  return (words.find("job.numjobs=3 ") != std::string::npos ? 0.4 : 0) + (words.find("targets=8 ") == 0 ? 0.2 : 0);
}

TEST(WorstSearch, FindsTheWorstAndIsTheSameEachTime) {
  const WorkloadSpace space = made_space();
  const AskLosses ask = [&space](const std::vector<LossQuestion>& questions, const std::string&) {
    std::vector<std::optional<double>> losses;
    for (const LossQuestion& one : questions) losses.emplace_back(formula_loss(space, one.genome));
    return losses;
  };
  const std::vector<TriedScenario> tried = search_worst(space, 3, 1500, ask);
  EXPECT_NEAR(tried.front().mean(), 0.6, 1e-12);
  EXPECT_EQ(search_worst(space, 3, 1500, ask).front().genome, tried.front().genome);
  const auto once = std::find_if(tried.begin(), tried.end(), [](const auto& one) { return one.losses.size() == 1; });
  EXPECT_GT(once - tried.begin(), 8);
  const auto worse = [](const TriedScenario& a, const TriedScenario& b) { return a.sure() > b.sure(); };
  EXPECT_TRUE(std::is_sorted(tried.begin(), once, worse));
  EXPECT_TRUE(std::is_sorted(once, tried.end(), worse));
}

TEST(TriedScenario, TheRunThatChoseItDoesNotCount) {
  EXPECT_EQ((TriedScenario{{}, {0.9}}).mean(), 0.9);
  EXPECT_DOUBLE_EQ((TriedScenario{{}, {0.9, 0.1, 0.3}}).mean(), 0.2);
  // Of 0.1 and 0.3 the standard error is 0.1.
  EXPECT_NEAR((TriedScenario{{}, {0.9, 0.1, 0.3}}).sure(), 0.0, 1e-12);
  EXPECT_NEAR((TriedScenario{{}, {0.3, 0.2}}).sure(), 0.1, 1e-12);
}

TEST(WorstSearch, LuckDoesNotStayAhead) {
  const WorkloadSpace space = made_space();
  // The first run of one scenario in 50 shows a loss of 5 that no other run of it shows.
  const AskLosses ask = [&space](const std::vector<LossQuestion>& questions, const std::string&) {
    std::vector<std::optional<double>> losses;
    for (std::size_t i = 0; i < questions.size(); ++i)
      losses.emplace_back(questions[i].replication == 0 && i % 50 == 7 ? 5.0
                                                                       : formula_loss(space, questions[i].genome));
    return losses;
  };
  const std::vector<TriedScenario> tried = search_worst(space, 3, 1500, ask);
  EXPECT_GT(tried.front().losses.size(), 1u);
  EXPECT_LT(tried.front().mean(), 1);
}

TEST(WorstSearch, AnUnknownLossIsNoScenario) {
  const WorkloadSpace space = made_space();
  const auto tried = search_worst(space, 1, 100, [](const std::vector<LossQuestion>& questions, const std::string&) {
    return std::vector<std::optional<double>>(questions.size());
  });
  EXPECT_TRUE(tried.empty());
}

TEST(IdleMembers, GoOneByOne) {
  const WorkloadSpace space = made_space();
  Genome genome = space.plain();
  for (const auto& [path, text] : {std::pair{"targets", "8"}, std::pair{"job.numjobs", "3"},
                                   std::pair{"job.iodepth", "16"}, std::pair{"guest.vcpus", "8"}})
    set_member(space, path, text, genome);
  const auto loss_of = [&space](const std::vector<Genome>& genomes) {
    std::vector<double> losses;
    for (const Genome& one : genomes) losses.push_back(formula_loss(space, one));
    return losses;
  };
  EXPECT_EQ(space.words(without_idle_members(space, genome, 0.95, loss_of)), "targets=8 job.numjobs=3");
  // Two thirds of the loss may go: so may the targets.
  EXPECT_EQ(space.words(without_idle_members(space, genome, 0.6, loss_of)), "job.numjobs=3");
}

TEST(WorstReport, ALossIsOfTheOtherPolicysValue) {
  EXPECT_NEAR(loss_percent_of(std::log(2.0), true), 50, 1e-12);    // half its bandwidth
  EXPECT_NEAR(loss_percent_of(std::log(2.0), false), 100, 1e-12);  // twice its latency
}

}  // namespace
}  // namespace vqlab
