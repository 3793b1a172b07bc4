// Exact mean-value analysis of product-form networks, with several classes and with stations of several servers.
//
// Reiser and Lavenberg, JACM 1980. A station with several servers needs the probabilities of finding few requests
// there; the textbook takes that of finding none as what is left to 1, and loses all digits where the station is busy.
// Here it is the ratio of the throughputs with and without the station (Reiser, Performance Evaluation 1981): nothing
// is subtracted, so nothing is lost.
#pragma once

#include "models/analytic/network.hpp"

namespace vqlab::analytic {

// How much the analysis has to work through: values of all populations up to the network's. Grows with the product of
// the populations of all classes, with the servers, and twofold with each station of several servers; a station with
// as many servers as there are requests counts as a delay. Precondition: fault_of() finds none.
[[nodiscard]] double exact_mva_values(const ClosedNetwork& network);

// The most values with which exact_mva() may be called: some 0.5 s, and never more than 200 MB.
inline constexpr double kMostExactValues = 5e7;

// Preconditions: fault_of() finds none; exact_mva_values() <= kMostExactValues.
[[nodiscard]] Solution exact_mva(const ClosedNetwork& network);

}  // namespace vqlab::analytic
