// A closed queueing network: a fixed number of requests that go round between stations. What the mean-value analyses
// and the bounds of this folder are about, and what they find.
//
// Exact results need a network of product form (Baskett, Chandy, Muntz and Palacios, JACM 1975): a station is either
// first come first served with exponential service of one mean for all classes, or shares its processor among all
// requests whatever their service, or is a delay. Nobody here checks that: it is the caller's claim.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <string>
#include <vector>

namespace vqlab::analytic {

enum class StationKind : std::uint8_t {
  kQueueing,
  kDelay,  // a server for each request: nobody waits
};

struct Station {
  std::string name;
  StationKind kind = StationKind::kQueueing;
  std::uint32_t servers = 1;  // of a queueing station; of a delay without meaning
};

// Times are in any one unit, and throughputs in requests in that unit.
struct ClosedNetwork {
  std::vector<Station> stations;
  Eigen::MatrixXd demands;                // stations x classes: mean service of one request, all its visits together
  std::vector<std::uint32_t> population;  // requests of each class
  Eigen::VectorXd think_time;             // by class: between a request's end and its next beginning

  [[nodiscard]] Eigen::Index classes() const noexcept { return demands.cols(); }
  [[nodiscard]] std::uint32_t requests() const noexcept;  // of all classes
};

// What is wrong with the network, as the precondition of everything else in this folder: null if
// - there is a station and a class; demands, population and think time are of these sizes;
// - every number is finite and not negative, and every queueing station has a server;
// - each class with requests has some demand or some think time, and some class has requests.
[[nodiscard]] const char* fault_of(const ClosedNetwork& network) noexcept;

// Values of a class without requests are 0.
struct Solution {
  Eigen::VectorXd throughput;    // by class
  Eigen::MatrixXd residence;     // stations x classes: mean time of one request there, waiting and service
  Eigen::MatrixXd queue_length;  // stations x classes: mean number there, those in service included
  Eigen::VectorXd utilization;   // by station: busy share of each server; of a delay the mean number of requests there

  // Mean time of one request of each class at all stations together: the think time is no part of it.
  [[nodiscard]] Eigen::VectorXd response() const { return residence.colwise().sum().transpose(); }
};

// The solution that these throughputs and residence times belong to: queue lengths by Little's law, utilizations by the
// utilization law.
[[nodiscard]] Solution solution_of(const ClosedNetwork& network, Eigen::VectorXd throughput, Eigen::MatrixXd residence);

}  // namespace vqlab::analytic
