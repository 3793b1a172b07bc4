// Explores depth first, by replaying moves from the beginning. Two reductions: a move sleeps while it would only be the
// other order of two independent ones, and a state that was seen before is left, unless moves that slept there before
// do not sleep now. An execution always ends: requests are finite.
//
// What a step leads to is looked up if somebody has made it before. So the result is the same whatever was.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/order/exploration.hpp"
#include "analysis/order/sleeping.hpp"

namespace vqlab::order {

class DepthFirst {
 public:
  // `graph`: steps that are known, with no state marked as visited.
  DepthFirst(ExploredSystem& system, StateGraph& graph, const ExplorationOptions& options)
      : system_(system), graph_(graph), options_(options) {}

  enum class End {
    kVoid,    // something was discovered that makes this exploration void
    kPaused,  // it has seen `most` states
    kOver,    // the result says how
  };
  [[nodiscard]] End run(ExplorationResult& result, std::uint64_t most);

 private:
  struct Frame {
    StateId state;
    Sleeping asleep;  // here, by what was explored before
    MoveSet todo;
    double executions = 0;
    Move taken;
    std::optional<ExploredSystem::Knowledge> known{};  // in this state, if the system stood there
  };

  void descend(ExplorationResult& result);
  // The state at which the exploration stands; none, and the result says so, if something is wrong there.
  [[nodiscard]] bool look(ExplorationResult& result, StateId& here);
  [[nodiscard]] Sleeping take_next(Frame& frame);
  [[nodiscard]] bool backtrack();
  [[nodiscard]] bool catch_up(const Frame& frame);
  void leave_system();
  void add_executions(double count) { (stack_.empty() ? executions_ : stack_.back().executions) += count; }
  void found(ExplorationResult& result, Verdict verdict, std::string what);

  ExploredSystem& system_;
  StateGraph& graph_;
  const ExplorationOptions& options_;
  std::vector<Frame> stack_;
  Sleeping inherited_;
  double executions_ = 0;
  bool over_ = false;
  bool live_ = false;  // the system stands where the exploration does, which else is at `arrived_`
  StateId arrived_ = 0;
};

}  // namespace vqlab::order
