// What `vqlab order` prints.
#pragma once

#include <string>

#include "analysis/order/exploration.hpp"
#include "analysis/order/explorer.hpp"

namespace vqlab::order {

// "target_sticky in driver multiqueue: up to 3 requests from 2 vCPUs over 2 queues, to 1 target of 2 LUNs".
[[nodiscard]] std::string describe(const OrderBounds& bounds);

// Within the bounds there is something to pick.
[[nodiscard]] bool policy_is_asked(const OrderBounds& bounds);

// Adds what was found within the bounds to `explored` of the answer; the last one's verdict is the answer's.
void answer_exploration(const OrderBounds& bounds, const ExplorationResult& result);

// All that a proof rests on.
void print_assumptions(const OrderBounds& bounds, const ExplorationResult& result);

// The others return the exit code.
[[nodiscard]] int print_refusal(const OrderBounds& bounds, const std::string& what);
// What went wrong in the execution that makes the choices, if anything did. Precondition: choices_from() can read them.
[[nodiscard]] int print_replay(const OrderBounds& bounds, const std::string& choices);
// `policy`: as it was given, for the command that shows a counterexample again.
[[nodiscard]] int print_result(const OrderBounds& bounds, const std::string& policy, const ExplorationResult& result,
                               double cpu_s);

}  // namespace vqlab::order
