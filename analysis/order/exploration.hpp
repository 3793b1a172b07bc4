// What an exploration is asked, and what it says.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "analysis/order/explored_system.hpp"

namespace vqlab::order {

enum class Verdict : std::uint8_t {
  kKept,       // order is kept, and every command comes back, in all executions
  kReordered,  // there is an execution in which order is broken
  kStuck,      // there is one in which a command never comes back
  kRefused,    // the policy breaks its contract, so nothing can be proven of it
  kUndecided,  // the exploration was stopped before its end
};

// The steps of an execution, and the words at which processes are switched in it, by which the steps are told apart.
struct Choices {
  std::vector<WordId> words;
  std::vector<Move> moves;
};

struct ExplorationResult {
  Verdict verdict = Verdict::kUndecided;
  double executions = 0;  // that differ in the order of dependent steps
  std::uint64_t states = 0;
  std::uint64_t final_states = 0;  // at the end of an execution
  std::uint64_t steps = 0;         // that were explored, replays apart
  std::uint32_t longest = 0;       // execution, in steps
  std::vector<std::string> words;  // at which processes were switched, beside locks, doorbells and interrupt lines
  Choices counterexample;
  bool shortest = false;       // no wrong execution has fewer steps
  std::string what;            // went wrong in it
  bool out_of_memory = false;  // it was stopped since a further state would have taken more than most_bytes
};

struct ExplorationOptions {
  std::uint64_t most_states = ~std::uint64_t{0};
  std::uint64_t most_bytes = ~std::uint64_t{0};  // of memory, for the states that were seen
  bool reduce = true;                            // false: every order of all steps, to judge the reductions by
  bool shorten = true;                           // false: a counterexample may be any, which is found sooner
  // Threads that explore; the result is the same with any number of them. Several may call the driver's and the
  // policy's code at once, each with objects of its own.
  unsigned jobs = 1;
  std::uint64_t alone = 10'000;  // states that one thread explores before the others are worth while
  // Called now and then; false stops.
  std::function<bool(std::uint64_t states, std::uint32_t depth)> go_on{};
};

}  // namespace vqlab::order
