#include "models/analytic/network.hpp"

#include <algorithm>
#include <numeric>

#include "models/base/ensure.hpp"

namespace vqlab::analytic {
namespace {

template <class Numbers>
bool durations(const Numbers& numbers) {
  return numbers.allFinite() && (numbers.array() >= 0.0).all();
}

}  // namespace

std::uint32_t ClosedNetwork::requests() const noexcept {
  return std::accumulate(population.begin(), population.end(), 0u);
}

const char* fault_of(const ClosedNetwork& network) noexcept {
  const Eigen::Index classes = network.classes();
  if (network.stations.empty() || classes == 0) return "a network has at least one station and one class";
  if (network.demands.rows() != static_cast<Eigen::Index>(network.stations.size()))
    return "demands have one row for each station";
  if (static_cast<Eigen::Index>(network.population.size()) != classes || network.think_time.size() != classes)
    return "each class has a population and a think time";
  if (!durations(network.demands)) return "demands are finite and not negative";
  if (!durations(network.think_time)) return "think times are finite and not negative";
  if (std::any_of(network.stations.begin(), network.stations.end(), [](const Station& station) {
        return station.kind == StationKind::kQueueing && station.servers == 0;
      }))
    return "a queueing station has at least one server";
  if (network.requests() == 0) return "some class has requests";
  for (Eigen::Index c = 0; c < classes; ++c)
    if (network.population[static_cast<std::size_t>(c)] > 0 &&
        network.demands.col(c).sum() + network.think_time[c] <= 0.0)
      return "a class with requests has some demand or think time";
  return nullptr;
}

Solution solution_of(const ClosedNetwork& network, Eigen::VectorXd throughput, Eigen::MatrixXd residence) {
  Solution solution{std::move(throughput), std::move(residence), {}, {}};
  solution.queue_length = solution.residence * solution.throughput.asDiagonal();
  solution.utilization = network.demands * solution.throughput;
  for (std::size_t i = 0; i < network.stations.size(); ++i)
    if (network.stations[i].kind == StationKind::kQueueing)
      solution.utilization[static_cast<Eigen::Index>(i)] /= network.stations[i].servers;
  return solution;
}

}  // namespace vqlab::analytic
