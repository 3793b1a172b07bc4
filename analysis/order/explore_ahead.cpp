#include "analysis/order/explore_ahead.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "analysis/order/sleeping.hpp"
#include "sim/engine/frame_pool.hpp"

namespace vqlab::order {
namespace {

constexpr auto kBetweenLooks = std::chrono::milliseconds(50);

// A part of the exploration: moves that are left to do in the state that a path leads to.
struct Part {
  std::vector<Move> path;
  Sleeping asleep;
  MoveSet todo = 0;  // 0: whatever there is to do
};

// Hands parts out to threads until there are none and nobody makes new ones.
class Parts {
 public:
  explicit Parts(unsigned threads) : threads_(threads) { parts_.emplace_back(); }

  // Waits for one; false: there will be none.
  [[nodiscard]] bool take(Part& part) {
    std::unique_lock lock(mutex_);
    ++waiting_;
    wanted_.store(wanted(), std::memory_order_relaxed);
    if (waiting_ == threads_ && parts_.empty()) stop_locked(Ahead::kAll);
    changed_.wait(lock, [&] { return over_ || !parts_.empty(); });
    if (over_) return false;
    part = std::move(parts_.back());
    parts_.pop_back();
    --waiting_;
    wanted_.store(wanted(), std::memory_order_relaxed);
    return true;
  }
  // Whether somebody waits for a part.
  [[nodiscard]] bool are_wanted() const noexcept { return wanted_.load(std::memory_order_relaxed); }
  void give(Part part) {
    const std::lock_guard lock(mutex_);
    parts_.push_back(std::move(part));
    wanted_.store(wanted(), std::memory_order_relaxed);
    changed_.notify_all();
  }
  void stop(Ahead why) {
    const std::lock_guard lock(mutex_);
    stop_locked(why);
  }
  [[nodiscard]] bool is_over() const noexcept { return stopped_.load(std::memory_order_relaxed); }
  // Waits a while for the end.
  [[nodiscard]] bool ends_soon() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kBetweenLooks, [&] { return over_; });
  }
  [[nodiscard]] Ahead end() {
    const std::lock_guard lock(mutex_);
    return end_;
  }

 private:
  [[nodiscard]] bool wanted() const noexcept { return parts_.size() < waiting_; }
  void stop_locked(Ahead why) {
    if (!std::exchange(over_, true)) end_ = why;
    stopped_.store(true, std::memory_order_relaxed);
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Part> parts_;
  unsigned threads_;
  unsigned waiting_ = 0;
  bool over_ = false;
  Ahead end_ = Ahead::kAll;
  std::atomic<bool> wanted_ = false;
  std::atomic<bool> stopped_ = false;
};

// One thread's exploration, as DepthFirst's, of one part after the other.
class Scout {
 public:
  Scout(ExploredSystem& system, StateGraph& graph, const ExplorationOptions& options, Parts& parts)
      : system_(system), graph_(graph), options_(options), parts_(parts) {}

  void run() {
    for (Part part; parts_.take(part);) {
      path_ = std::move(part.path);
      stack_.clear();
      const bool there = system_.retrace(path_, nullptr);
      if (part.todo == 0 || !there) {
        descend({});
      } else {
        bool made = false;
        Frame frame{
            .state = graph_.find(system_.state(), 0, made), .asleep = std::move(part.asleep), .todo = part.todo};
        ensure(!made, "an execution repeats itself");
        descend(take_next(std::move(frame)));
      }
      system_.end();
      while (!parts_.is_over() && backtrack()) system_.end();
      if (system_.discovered()) parts_.stop(Ahead::kNews);
    }
  }

 private:
  struct Frame {
    StateId state;
    Sleeping asleep;
    MoveSet todo;
    Explored taken{};
    ExploredSystem::Knowledge known{};  // if something is left to do
  };

  void descend(Sleeping asleep) {
    while (!parts_.is_over()) {
      if (system_.refusal() || system_.reordering() || system_.discovered()) return parts_.stop(Ahead::kNews);
      if (graph_.count() > options_.most_states || graph_.bytes_to_add() > options_.most_bytes)
        return parts_.stop(Ahead::kFull);
      const MoveSet moves = options_.reduce ? system_.persistent_moves() : system_.enabled_moves();
      if (moves == 0 && system_.stuck()) return parts_.stop(Ahead::kNews);
      bool made = false;
      const StateId here = graph_.find(system_.state(), moves, made);
      if (!stack_.empty()) {
        const Frame& from = stack_.back();
        graph_.connect(from.state, system_.bit_of(from.taken.move), here, from.taken.footprint);
      }
      const MoveSet todo = moves & fresh(here, set_of(asleep, system_));
      if (todo == 0) return;
      Frame frame{.state = here, .asleep = std::move(asleep), .todo = todo};
      if (!std::has_single_bit(todo)) frame.known = system_.knowledge();
      asleep = take_next(std::move(frame));
    }
  }

  [[nodiscard]] MoveSet fresh(StateId here, MoveSet sleeping) {
    const auto lock = graph_.lock(here);
    StateGraph::State& state = graph_.at(here);
    const bool first = !std::exchange(state.visited, true);
    const MoveSet fresh = first ? ~sleeping : state.asleep & ~sleeping;
    state.asleep = first ? sleeping : state.asleep & sleeping;
    return fresh;
  }

  [[nodiscard]] Sleeping take_next(Frame frame) {
    const Move move = system_.move_of(take_last(frame.todo));
    frame.taken = {move, system_.step(move)};
    Sleeping after = options_.reduce ? sleeping_after(frame.asleep, frame.taken) : Sleeping{};
    frame.asleep.push_back(frame.taken);
    stack_.push_back(std::move(frame));
    return after;
  }

  // As DepthFirst's; before, whoever has nothing to do gets what is left in the first state of the stack that has
  // something.
  [[nodiscard]] bool backtrack() {
    while (!stack_.empty() && stack_.back().todo == 0) stack_.pop_back();
    if (stack_.empty()) return false;
    if (parts_.are_wanted()) give_away();
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    std::vector<Move> path = path_;
    for (const Frame& below : stack_) path.push_back(below.taken.move);
    if (system_.retrace(path, &frame.known))
      descend(take_next(std::move(frame)));
    else
      parts_.stop(Ahead::kNews);
    return true;
  }

  void give_away() {
    Part part{.path = path_, .asleep = {}};
    for (Frame& frame : stack_) {
      if (&frame == &stack_.back() && std::has_single_bit(frame.todo)) return;
      if (frame.todo != 0) {
        // The first of them, which would be made last here.
        part.todo = frame.todo & (~frame.todo + 1);
        frame.todo &= ~part.todo;
        part.asleep = frame.asleep;
        return parts_.give(std::move(part));
      }
      part.path.push_back(frame.taken.move);
    }
  }

  ExploredSystem& system_;
  StateGraph& graph_;
  const ExplorationOptions& options_;
  Parts& parts_;
  std::vector<Move> path_;
  std::vector<Frame> stack_;
};

}  // namespace

Ahead explore_ahead(const OrderBounds& bounds, const MakeDriver& make_driver, PolicyWatch& watch,
                    const Contention& contention, const ExplorationOptions& options, StateGraph& graph) {
  Parts parts(options.jobs);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < options.jobs; ++i)
    threads.emplace_back([&] {
      {
        ExploredSystem system(bounds, make_driver, watch);
        system.contend(contention);
        Scout(system, graph, options, parts).run();
      }
      sim::FramePool::instance().empty();
    });
  while (!parts.ends_soon())
    if (options.go_on && !options.go_on(graph.count(), 0)) parts.stop(Ahead::kStopped);
  for (std::thread& thread : threads) thread.join();
  return parts.end();
}

}  // namespace vqlab::order
