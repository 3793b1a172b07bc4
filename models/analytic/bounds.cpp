#include "models/analytic/bounds.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "models/base/ensure.hpp"

namespace vqlab::analytic {
namespace {

constexpr double kNone = std::numeric_limits<double>::infinity();

// By station: in how many parts the service of a request is done at the same time at best; of a delay in any number.
Eigen::VectorXd servers_of(const ClosedNetwork& network) {
  Eigen::VectorXd servers(network.demands.rows());
  std::transform(network.stations.begin(), network.stations.end(), servers.begin(), [](const Station& station) {
    return station.kind == StationKind::kDelay ? kNone : static_cast<double>(station.servers);
  });
  return servers;
}

double requests_of(const ClosedNetwork& network, Eigen::Index c) {
  return network.population[static_cast<std::size_t>(c)];
}

// Response times follow from throughputs, since requests neither come nor go: population = throughput * cycle time.
Bounds bounds_of(const ClosedNetwork& network, Eigen::VectorXd lower, Eigen::VectorXd upper) {
  const Eigen::Index classes = network.classes();
  Bounds bounds{std::move(lower), std::move(upper), Eigen::VectorXd::Zero(classes), Eigen::VectorXd::Zero(classes)};
  for (Eigen::Index c = 0; c < classes; ++c) {
    const double requests = requests_of(network, c);
    if (requests == 0.0) continue;
    bounds.response_lower[c] = std::max(0.0, requests / bounds.throughput_upper[c] - network.think_time[c]);
    bounds.response_upper[c] = std::max(0.0, requests / bounds.throughput_lower[c] - network.think_time[c]);
  }
  return bounds;
}

}  // namespace

Bounds asymptotic_bounds(const ClosedNetwork& network) {
  ensure(fault_of(network) == nullptr, "bounds of a network without faults");
  const Eigen::VectorXd servers = servers_of(network);
  const double others = network.requests() - 1.0;
  Eigen::VectorXd lower = Eigen::VectorXd::Zero(network.classes());
  Eigen::VectorXd upper = lower;
  for (Eigen::Index c = 0; c < network.classes(); ++c) {
    const double requests = requests_of(network, c);
    if (requests == 0.0) continue;
    const Eigen::VectorXd alone = network.demands.col(c).cwiseQuotient(servers);  // time between two of this class
    const double cycle = network.think_time[c] + network.demands.col(c).sum();
    lower[c] = requests / (cycle + others * alone.sum());
    upper[c] = std::min(requests / cycle, 1.0 / alone.maxCoeff());
  }
  return bounds_of(network, std::move(lower), std::move(upper));
}

double total_throughput_upper(const ClosedNetwork& network) {
  const Eigen::VectorXd each = asymptotic_bounds(network).throughput_upper;
  const Eigen::VectorXd servers = servers_of(network);
  double least = each.sum();
  for (Eigen::Index i = 0; i < network.demands.rows(); ++i) {
    std::vector<Eigen::Index> cheapest(static_cast<std::size_t>(network.classes()));
    for (std::size_t c = 0; c < cheapest.size(); ++c) cheapest[c] = static_cast<Eigen::Index>(c);
    std::sort(cheapest.begin(), cheapest.end(),
              [&](Eigen::Index a, Eigen::Index b) { return network.demands(i, a) < network.demands(i, b); });
    double left = servers[i];
    double total = 0.0;
    for (const Eigen::Index c : cheapest) {
      const double demand = network.demands(i, c);
      const double served = demand * each[c] <= left ? each[c] : left / demand;
      total += served;
      left -= demand * served;
    }
    least = std::min(least, total);
  }
  return least;
}

Bounds balanced_job_bounds(const ClosedNetwork& network) {
  ensure(network.classes() == 1, "balanced-job bounds are of one class");
  Bounds asymptotic = asymptotic_bounds(network);
  const Eigen::VectorXd servers = servers_of(network);
  const double requests = network.requests();
  double think = network.think_time[0];  // with all delays
  double demand = 0.0;                   // at queueing stations
  double fast = 0.0;                     // the same where all servers of a station work for one request
  double longest = 0.0;                  // of these, at one station
  double stations = 0.0;
  for (Eigen::Index i = 0; i < network.demands.rows(); ++i) {
    if (servers[i] == kNone) {
      think += network.demands(i, 0);
      continue;
    }
    const double alone = network.demands(i, 0) / servers[i];
    demand += network.demands(i, 0);
    fast += alone;
    longest = std::max(longest, alone);
    stations += alone > 0.0 ? 1.0 : 0.0;
  }
  if (demand <= 0.0) return asymptotic;
  // Of the other requests those that think, or are delayed, are in nobody's way.
  const double most_in_the_way = (requests - 1.0) / (1.0 + think / (requests * demand));
  const double fewest_in_the_way = (requests - 1.0) / (1.0 + think / fast);
  Eigen::VectorXd lower = asymptotic.throughput_lower;
  Eigen::VectorXd upper = asymptotic.throughput_upper;
  lower[0] = std::max(lower[0], requests / (think + demand + most_in_the_way * longest));
  upper[0] = std::min(upper[0], requests / (think + fast + fewest_in_the_way * fast / stations));
  return bounds_of(network, std::move(lower), std::move(upper));
}

}  // namespace vqlab::analytic
