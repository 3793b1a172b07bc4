#include "analysis/order/depth_first.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace vqlab::order {
namespace {

constexpr std::uint64_t kStatesBetweenLooks = 4096;

}  // namespace

DepthFirst::End DepthFirst::run(ExplorationResult& result, std::uint64_t most) {
  system_.begin();
  live_ = true;
  do {
    descend(result);
    leave_system();
    if (system_.take_discovery()) return End::kVoid;
    if (over_) return End::kOver;
    if (result.states > most) return End::kPaused;
  } while (backtrack());
  leave_system();
  result.verdict = Verdict::kKept;
  result.executions = executions_;
  return End::kOver;
}

bool DepthFirst::look(ExplorationResult& result, StateId& here) {
  if (!live_) {
    here = arrived_;
    return true;
  }
  if (const auto refusal = system_.refusal()) {
    found(result, Verdict::kRefused, *refusal);
    return false;
  }
  if (system_.reordering()) {
    found(result, Verdict::kReordered, describe(*system_.reordering()));
    return false;
  }
  if (graph_.bytes_to_add() > options_.most_bytes) {
    result.out_of_memory = over_ = true;
    return false;
  }
  const MoveSet moves = options_.reduce ? system_.persistent_moves() : system_.enabled_moves();
  bool made = false;
  here = graph_.find(system_.state(), moves, made);
  if (moves != 0) return true;
  const auto stuck = system_.stuck();
  if (stuck) found(result, Verdict::kStuck, *stuck);
  return !stuck;
}

// Goes forward from the top of the stack until there is nothing new.
void DepthFirst::descend(ExplorationResult& result) {
  Sleeping asleep = std::exchange(inherited_, {});
  while (true) {
    StateId here = 0;
    if (!look(result, here)) return;
    StateGraph::State& state = graph_.at(here);
    const bool made = !std::exchange(state.visited, true);
    if (state.moves == 0) {
      result.longest = std::max(result.longest, static_cast<std::uint32_t>(stack_.size()));
      if (made) ++result.final_states;
      return add_executions(1);
    }
    const MoveSet sleeping = set_of(asleep, system_);
    // Of a state that was seen before, only what slept then and does not now is new.
    const MoveSet fresh = made ? ~sleeping : state.asleep & ~sleeping;
    state.asleep = made ? sleeping : state.asleep & sleeping;
    if (!made) add_executions(state.executions);
    if (made) {
      ++result.states;
      if (result.states % kStatesBetweenLooks == 0 && options_.go_on &&
          !options_.go_on(result.states, static_cast<std::uint32_t>(stack_.size())))
        over_ = true;
      if (result.states > options_.most_states) over_ = true;
      if (over_) return;
    }
    Frame frame{.state = here, .asleep = std::move(asleep), .todo = state.moves & fresh, .taken = {}};
    if (frame.todo == 0) return;
    if (live_ && !std::has_single_bit(frame.todo)) frame.known = system_.knowledge();
    asleep = take_next(frame);
    ++result.steps;
    stack_.push_back(std::move(frame));
  }
}

// Makes the frame's next move; what sleeps after it.
Sleeping DepthFirst::take_next(Frame& frame) {
  const std::uint32_t bit = take_last(frame.todo);
  Explored taken{system_.move_of(bit), {}};
  if (const auto known = graph_.step(frame.state, bit)) {
    leave_system();
    arrived_ = known->to;
    taken.footprint = known->footprint;
  } else if (live_ || catch_up(frame)) {
    taken.footprint = system_.step(taken.move);
  }
  frame.taken = taken.move;
  Sleeping after = options_.reduce ? sleeping_after(frame.asleep, taken) : Sleeping{};
  frame.asleep.push_back(taken);
  return after;
}

// Brings the system to the top of the stack; false if the policy is refused on the way, which descend() says.
bool DepthFirst::catch_up(const Frame& frame) {
  live_ = true;
  std::vector<Move> path;
  for (const Frame& below : stack_) path.push_back(below.taken);
  if (!system_.retrace(path, frame.known ? &*frame.known : nullptr)) return false;
  ensure(system_.state() == graph_.at(frame.state).digest, "an execution repeats itself");
  return true;
}

void DepthFirst::leave_system() {
  if (std::exchange(live_, false)) system_.end();
}

// To the last state with something left to do there, and on by one move; false if there is none.
bool DepthFirst::backtrack() {
  while (!stack_.empty() && stack_.back().todo == 0) {
    const Frame frame = std::move(stack_.back());
    stack_.pop_back();
    graph_.at(frame.state).executions += frame.executions;
    add_executions(frame.executions);
  }
  if (stack_.empty()) return false;
  Frame frame = std::move(stack_.back());
  stack_.pop_back();
  inherited_ = take_next(frame);
  stack_.push_back(std::move(frame));
  return true;
}

void DepthFirst::found(ExplorationResult& result, Verdict verdict, std::string what) {
  result.verdict = verdict;
  result.what = std::move(what);
  result.counterexample.moves.clear();
  for (const Frame& frame : stack_) result.counterexample.moves.push_back(frame.taken);
  over_ = true;
}

}  // namespace vqlab::order
