// Bounds on throughput and response time: what no closed network with these demands can leave, whatever it does else.
#pragma once

#include "models/analytic/network.hpp"

namespace vqlab::analytic {

// By class. A class without requests has throughputs and response times of 0.
struct Bounds {
  Eigen::VectorXd throughput_lower;
  Eigen::VectorXd throughput_upper;
  Eigen::VectorXd response_lower;
  Eigen::VectorXd response_upper;
};

// Asymptotic bounds (Muntz and Wong 1974, Denning and Buzen 1978; Lazowska et al., Quantitative System Performance,
// chapter 5): at best no request ever waits, or the bottleneck never idles; at worst each waits everywhere for all
// others. The upper bounds on throughput, and the lower ones on response time, hold for service of any distribution and
// in any order; the others for networks of product form. Precondition: fault_of() finds none.
[[nodiscard]] Bounds asymptotic_bounds(const ClosedNetwork& network);

// An upper bound on the throughput of all classes together: the sum of theirs, or what the station that admits least
// can do if it serves those classes first that ask least of it. Precondition: fault_of() finds none.
[[nodiscard]] double total_throughput_upper(const ClosedNetwork& network);

// Balanced-job bounds (Zahorjan, Sevcik, Eager and Galler, CACM 1982), with think time as Lazowska et al. have it, and
// never wider than the asymptotic ones. They hold for networks of product form. Of a station with several servers the
// upper bound on throughput knows one that is as fast as all together, the lower one that a request waits for
// demand / servers behind each that it finds there. Preconditions: fault_of() finds none; one class.
[[nodiscard]] Bounds balanced_job_bounds(const ClosedNetwork& network);

}  // namespace vqlab::analytic
