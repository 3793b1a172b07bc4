// The simulator as a closed queueing network: a testbed without locks and costs, and what a run of it says.
#pragma once

#include <cstdint>
#include <ostream>
#include <vector>

#include "models/analytic/network.hpp"
#include "models/testbed/testbed.hpp"

namespace vqlab::test {

// Where a station of the network is in the testbed, which says what keeps it busy.
enum class Place : std::uint8_t {
  kVcpu,  // the station's index is the vCPU's
  kMainLoop,
  kPool,  // a worker is busy until its request's copy is done: until its time at the bus is over
  kBus,
};

struct SimulatedNetwork {
  const char* name;
  Testbed testbed;
  analytic::ClosedNetwork network;   // times in us
  std::vector<Place> places;         // by station
  std::vector<std::size_t> classes;  // by target: the class of its requests
  bool latency = false;              // whether a request's latency is its response time: see below
};

// Every mechanism off, every cost nothing, each request of 4 KiB that moves no data, a physical CPU for each thread.
//
// The requests of a process wait for its vCPU before they begin and, if it thinks, before they are reaped. Latency is
// the time from beginning to reaping. So it is the response time where each process keeps one request in flight, and
// where a vCPU that takes time is not visited twice, before and after thinking.
[[nodiscard]] Testbed ideal_testbed();

// Of the mean of 20 batches of equal length, the first of which begins when the run has settled.
struct Measured {
  double mean = 0;
  double half_width = 0;  // of the 99.9 % interval
};

struct MeasuredNetwork {
  std::vector<Measured> throughput;  // by class; requests in a us
  std::vector<Measured> busy;        // by station: mean number of busy servers
  Measured latency;                  // us
};

// Runs the testbed in SimGrid's world, for about `requests` requests. Precondition: as World.
[[nodiscard]] MeasuredNetwork measure(const SimulatedNetwork& simulated, double requests, std::uint64_t seed);

}  // namespace vqlab::test
