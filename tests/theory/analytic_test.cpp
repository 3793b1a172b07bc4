// Exact analysis, its approximation and bounds against closed forms, and against each other.
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <iostream>
#include <string>
#include <vector>

#include "models/analytic/bounds.hpp"
#include "models/analytic/exact_mva.hpp"
#include "models/analytic/linearizer.hpp"
#include "models/base/rng.hpp"

namespace vqlab::analytic {
namespace {

Station queueing(std::uint32_t servers = 1) { return {"", StationKind::kQueueing, servers}; }
Station delay() { return {"", StationKind::kDelay, 1}; }

// One class.
ClosedNetwork network_of(std::vector<Station> stations, std::vector<double> demands, std::uint32_t requests,
                         double think_time = 0) {
  ClosedNetwork network{std::move(stations), {}, {requests}, Eigen::VectorXd::Constant(1, think_time)};
  network.demands = Eigen::Map<Eigen::VectorXd>(demands.data(), static_cast<Eigen::Index>(demands.size()));
  return network;
}

// Requests and stations of all kinds; `classes` classes.
ClosedNetwork random_network(RandomStream& random, Eigen::Index classes, bool several_servers) {
  const auto one_of = [&](std::vector<double> values) {
    return values[below(static_cast<std::uint32_t>(values.size()), random.next32())];
  };
  const std::uint32_t stations = 2 + below(4, random.next32());
  ClosedNetwork network{{}, Eigen::MatrixXd(stations, classes), {}, Eigen::VectorXd(classes)};
  for (std::uint32_t i = 0; i < stations; ++i) {
    const double servers = several_servers ? one_of({0, 1, 1, 2, 4, 16}) : one_of({0, 1, 1, 1});
    network.stations.push_back(servers == 0 ? delay() : queueing(static_cast<std::uint32_t>(servers)));
    for (Eigen::Index c = 0; c < classes; ++c)
      network.demands(i, c) = one_of({0.1, 0.3, 0.5, 1, 2}) * std::max(servers, 1.0);
  }
  for (Eigen::Index c = 0; c < classes; ++c) {
    network.population.push_back(
        static_cast<std::uint32_t>(classes == 1 ? one_of({1, 2, 8, 32, 128}) : one_of({1, 2, 4, 8, 12})));
    network.think_time[c] = one_of({0, 0, 5, 50});
  }
  return network;
}

TEST(ExactMva, BalancedStations) {
  // Each of the N requests finds (N - 1) / M others at each of M equal stations: X = N / (D (M + N - 1)).
  const Solution exact = exact_mva(network_of(std::vector<Station>(4, queueing()), {2, 2, 2, 2}, 9));
  EXPECT_NEAR(exact.throughput[0], 9.0 / (2.0 * 12.0), 1e-14);
  EXPECT_NEAR(exact.response()[0], 24.0, 1e-12);
  EXPECT_NEAR(exact.queue_length(2, 0), 9.0 / 4.0, 1e-13);
  EXPECT_NEAR(exact.utilization[3], 0.75, 1e-14);
}

TEST(ExactMva, MachineRepairman) {
  // 7 machines that run for 10, 3 repairmen who take 4: p(n) = p(0) C(7, n) 0.4^n, times n! / (3! 3^(n - 3)) above 3.
  double all = 0;
  double repaired = 0;
  double weight = 1;
  for (int n = 0; n <= 7; ++n) {
    all += weight;
    repaired += weight * std::min(n, 3) / 4.0;
    weight *= (7.0 - n) * 0.4 / std::min(n + 1, 3);
  }
  const ClosedNetwork network = network_of({queueing(3)}, {4}, 7, 10);
  EXPECT_NEAR(exact_mva(network).throughput[0], repaired / all, 1e-14);
  // There the approximation is none, but for the change of the queue.
  EXPECT_NEAR(linearizer(network).throughput[0], repaired / all, 2e-3 * repaired / all);
}

TEST(ExactMva, ABusyPoolLosesNoDigit) {
  // With 2000 requests the 64 workers are never idle: 64 / 6.4 a unit of time, and 0.05 * 10 at the other station, an
  // M/M/1 queue: 0.05 / (1 - 0.5).
  const Solution exact = exact_mva(network_of({queueing(64), queueing()}, {6.4, 0.05}, 2000));
  EXPECT_NEAR(exact.throughput[0], 10.0, 1e-11);
  EXPECT_NEAR(exact.residence(1, 0), 0.1, 1e-12);
  EXPECT_NEAR(exact.residence(0, 0), 199.9, 1e-9);
}

TEST(ExactMva, NothingButAPool) {
  // Without its only station the network does not exist.
  const Solution exact = exact_mva(network_of({queueing(3)}, {2}, 12));
  EXPECT_NEAR(exact.throughput[0], 1.5, 1e-14);
  EXPECT_NEAR(linearizer(network_of({queueing(3)}, {2}, 12)).throughput[0], 1.5, 1e-6);
}

TEST(ExactMva, ClassesThatAreAlikeAreOne) {
  const std::vector<Station> stations{queueing(), queueing(3), delay(), queueing(2)};
  const ClosedNetwork one = network_of(stations, {0.5, 2, 3, 1.1}, 12, 1);
  ClosedNetwork three = one;
  three.demands = one.demands.replicate(1, 4);
  three.population = {3, 0, 5, 4};
  three.think_time = Eigen::VectorXd::Constant(4, 1);
  const Solution whole = exact_mva(one);
  const Solution parts = exact_mva(three);
  EXPECT_NEAR(parts.throughput.sum(), whole.throughput[0], 1e-13);
  EXPECT_NEAR(parts.throughput[2], whole.throughput[0] * 5 / 12, 1e-13);
  EXPECT_EQ(parts.throughput[1], 0.0);
  EXPECT_LT((parts.queue_length.rowwise().sum() - whole.queue_length).cwiseAbs().maxCoeff(), 1e-12);
}

TEST(ExactMva, KnowsWhatItWouldTake) {
  // Of 12 + 1 and 4 + 1 requests: two queues, and, with and without the pool of 3, 2 more for its probabilities.
  ClosedNetwork network = network_of({queueing(), queueing(3), delay(), queueing(16)}, {1, 1, 1, 1}, 12);
  network.demands = network.demands.replicate(1, 2).eval();
  network.population = {12, 3};
  network.think_time = Eigen::Vector2d::Zero();
  EXPECT_EQ(exact_mva_values(network), 13 * 4 * 2 * (2 + 2));
}

TEST(Network, SaysWhatIsWrong) {
  const ClosedNetwork sound = network_of({queueing(), delay()}, {1, 2}, 3, 4);
  EXPECT_EQ(fault_of(sound), nullptr);
  const auto fault = [&](auto&& spoil) {
    ClosedNetwork network = sound;
    spoil(network);
    const char* const found = fault_of(network);
    return std::string(found == nullptr ? "nothing" : found);
  };
  EXPECT_EQ(fault([](auto& n) { n.stations.clear(); }), "a network has at least one station and one class");
  EXPECT_EQ(fault([](auto& n) { n.stations.pop_back(); }), "demands have one row for each station");
  EXPECT_EQ(fault([](auto& n) { n.population.push_back(1); }), "each class has a population and a think time");
  EXPECT_EQ(fault([](auto& n) { n.demands(1, 0) = -1; }), "demands are finite and not negative");
  EXPECT_EQ(fault([](auto& n) { n.think_time[0] = std::nan(""); }), "think times are finite and not negative");
  EXPECT_EQ(fault([](auto& n) { n.stations[0].servers = 0; }), "a queueing station has at least one server");
  EXPECT_EQ(fault([](auto& n) { n.population[0] = 0; }), "some class has requests");
  EXPECT_EQ(fault([](auto& n) { n.demands.setZero(), n.think_time.setZero(); }),
            "a class with requests has some demand or think time");
}

// Of what the exact solution of a random network has to be in order.
void expect_inside_bounds(const ClosedNetwork& network, const Solution& exact) {
  constexpr double kRounding = 1 + 1e-12;
  const Bounds wide = asymptotic_bounds(network);
  const Eigen::VectorXd response = exact.response();
  for (Eigen::Index c = 0; c < network.classes(); ++c) {
    EXPECT_LE(wide.throughput_lower[c], exact.throughput[c] * kRounding);
    EXPECT_GE(wide.throughput_upper[c] * kRounding, exact.throughput[c]);
    EXPECT_LE(wide.response_lower[c], response[c] * (kRounding + 1e-9));
    EXPECT_GE(wide.response_upper[c] * (kRounding + 1e-9), response[c]);
  }
  EXPECT_GE(total_throughput_upper(network) * kRounding, exact.throughput.sum());
  if (network.classes() > 1) return;
  const Bounds tight = balanced_job_bounds(network);
  EXPECT_LE(tight.throughput_lower[0], exact.throughput[0] * kRounding);
  EXPECT_GE(tight.throughput_upper[0] * kRounding, exact.throughput[0]);
  EXPECT_GE(tight.throughput_lower[0], wide.throughput_lower[0]);
  EXPECT_LE(tight.throughput_upper[0], wide.throughput_upper[0]);
}

TEST(Analytic, RandomNetworksAreInsideTheirBoundsAndNearTheirApproximation) {
  // Errors of throughput: docs/models/analytic.md.
  struct Kind {
    bool several_servers;
    double mean_error;
    double largest_error;
  };
  for (const Kind kind : {Kind{false, 0.0015, 0.02}, Kind{true, 0.003, 0.06}}) {
    RandomStream random(1, "networks");
    double sum = 0;
    double largest = 0;
    int errors = 0;
    for (int i = 0; i < 150; ++i) {
      const ClosedNetwork network = random_network(random, 1 + i % 3, kind.several_servers);
      if (fault_of(network) != nullptr) continue;
      const Solution exact = exact_mva(network);
      // Nobody is lost, and no server does more than it can.
      EXPECT_NEAR(exact.queue_length.sum() + exact.throughput.dot(network.think_time), network.requests(), 1e-9);
      for (std::size_t s = 0; s < network.stations.size(); ++s) {
        const bool limited = network.stations[s].kind == StationKind::kQueueing;
        EXPECT_LE(exact.utilization[static_cast<Eigen::Index>(s)], limited ? 1 + 1e-9 : network.requests());
      }
      expect_inside_bounds(network, exact);
      const Eigen::VectorXd approximate = linearizer(network).throughput;
      for (Eigen::Index c = 0; c < network.classes(); ++c, ++errors) {
        const double error = std::abs(approximate[c] / exact.throughput[c] - 1);
        sum += error;
        largest = std::max(largest, error);
      }
    }
    EXPECT_LT(sum / errors, kind.mean_error);
    EXPECT_LT(largest, kind.largest_error);
    std::cout << "Linearizer, several servers " << kind.several_servers << ": mean error " << sum / errors
              << ", largest " << largest << " of " << errors << "\n";
  }
}

TEST(Linearizer, HowManyRequestsDoesNotMatter) {
  // A million requests: the one that asks most of its slowest station waits there.
  ClosedNetwork network = network_of({queueing(), queueing(4), queueing()}, {1, 3, 0.5}, 1000000, 10);
  EXPECT_NEAR(linearizer(network).throughput[0], 1.0, 1e-5);
  // Half of a thousand requests of two classes each that do not meet.
  network.demands = Eigen::Matrix<double, 3, 2>{{1, 0}, {0, 3}, {0, 0}};
  network.population = {500, 500};
  network.think_time = Eigen::Vector2d(10, 10);
  const Solution found = linearizer(network);
  EXPECT_NEAR(found.throughput[0], 1.0, 1e-4);
  EXPECT_NEAR(found.throughput[1], 4.0 / 3.0, 1e-4);
}

TEST(Bounds, OfAllClassesTogether) {
  // The first class, which takes 1, comes at most 10 / 20 times; what it leaves of the station, the other takes by 4.
  ClosedNetwork network = network_of({queueing()}, {1}, 10, 19);
  network.demands = Eigen::Matrix<double, 1, 2>{{1, 4}};
  network.population = {10, 10};
  network.think_time = Eigen::Vector2d(19, 0);
  EXPECT_NEAR(total_throughput_upper(network), 0.5 + 0.5 / 4, 1e-14);
}

}  // namespace
}  // namespace vqlab::analytic
