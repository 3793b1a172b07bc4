// Our exact analysis and our bounds against Octave's package "queueing": octave/expected.m asks it, octave/expected.txt
// is what it has answered.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "models/analytic/bounds.hpp"
#include "models/analytic/exact_mva.hpp"
#include "models/analytic/linearizer.hpp"

namespace vqlab::analytic {
namespace {

using Rows = std::vector<std::vector<double>>;
using Block = std::map<std::string, Rows>;

// By network.
std::map<std::string, Block> blocks() {
  std::ifstream file(std::filesystem::path(__FILE__).parent_path() / "octave" / "expected.txt");
  std::map<std::string, Block> blocks;
  Block* block = nullptr;
  for (std::string line, name; std::getline(file, line);) {
    std::istringstream words(line);
    words >> name;
    if (name == "network") {
      words >> name;
      block = &blocks[name];
      continue;
    }
    std::vector<double>& row = (*block)[name].emplace_back();
    for (double value = 0; words >> value;) row.push_back(value);
  }
  EXPECT_EQ(blocks.size(), 14u);
  return blocks;
}

ClosedNetwork network_of(const Block& block) {
  ClosedNetwork network;
  for (const double servers : block.at("servers")[0])
    network.stations.push_back(
        {"", servers == 0 ? StationKind::kDelay : StationKind::kQueueing, static_cast<std::uint32_t>(servers)});
  const Rows& demands = block.at("demands");
  const auto classes = static_cast<Eigen::Index>(demands.size());
  network.demands.resize(static_cast<Eigen::Index>(network.stations.size()), classes);
  network.think_time.resize(classes);
  for (std::size_t c = 0; c < demands.size(); ++c) {
    network.population.push_back(static_cast<std::uint32_t>(block.at("population")[0][c]));
    network.think_time[static_cast<Eigen::Index>(c)] = block.at("think_time")[0][c];
    for (std::size_t i = 0; i < demands[c].size(); ++i)
      network.demands(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(c)) = demands[c][i];
  }
  return network;
}

void expect_row(const Block& block, const char* name, std::size_t row, const Eigen::VectorXd& found) {
  SCOPED_TRACE(name);
  const std::vector<double>& expected = block.at(name)[row];
  ASSERT_EQ(static_cast<std::size_t>(found.size()), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(found[static_cast<Eigen::Index>(i)], expected[i], 1e-9 * expected[i]);
}

Eigen::VectorXd pair(const Eigen::VectorXd& lower, const Eigen::VectorXd& upper) {
  return Eigen::Vector2d(lower[0], upper[0]);
}

TEST(Octave, ExactAnalysisAgrees) {
  for (const auto& [name, block] : blocks()) {
    SCOPED_TRACE(name);
    const Solution exact = exact_mva(network_of(block));
    expect_row(block, "throughput", 0, exact.throughput);
    for (Eigen::Index c = 0; c < exact.throughput.size(); ++c)
      expect_row(block, "residence", static_cast<std::size_t>(c), exact.residence.col(c));
  }
}

TEST(Octave, BoundsAgree) {
  for (const auto& [name, block] : blocks()) {
    SCOPED_TRACE(name);
    const Bounds asymptotic = asymptotic_bounds(network_of(block));
    if (block.count("asymptotic_throughput_upper") > 0)
      expect_row(block, "asymptotic_throughput_upper", 0, asymptotic.throughput_upper);
    if (block.count("asymptotic_throughput") == 0) continue;
    expect_row(block, "asymptotic_throughput", 0, pair(asymptotic.throughput_lower, asymptotic.throughput_upper));
    expect_row(block, "asymptotic_response", 0, pair(asymptotic.response_lower, asymptotic.response_upper));
    const Bounds balanced = balanced_job_bounds(network_of(block));
    expect_row(block, "balanced_throughput", 0, pair(balanced.throughput_lower, balanced.throughput_upper));
  }
}

}  // namespace
}  // namespace vqlab::analytic
