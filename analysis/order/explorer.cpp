#include "analysis/order/explorer.hpp"

#include <algorithm>
#include <charconv>

#include "analysis/order/visited.hpp"

namespace vqlab::order {
namespace {

struct Explored {
  Move move;
  Footprint footprint;
};

struct Frame {
  std::vector<Explored> asleep;  // here, by what was explored before
  std::vector<Move> todo;
  Digest state;
  double executions = 0;
  Move taken;
};

constexpr std::uint64_t kStatesBetweenLooks = 4096;

class DepthFirst {
 public:
  DepthFirst(ExploredSystem& system, const ExplorationOptions& options) : system_(system), options_(options) {}

  // False if something was discovered that makes this exploration void.
  bool run(ExplorationResult& result) {
    system_.begin();
    do {
      descend(result);
      system_.end();
      if (system_.take_discovery()) return false;
      if (over_) return true;
    } while (backtrack());
    system_.end();
    result.verdict = Verdict::kKept;
    result.executions = executions_;
    return true;
  }

 private:
  // Goes forward from the top of the stack until there is nothing new.
  void descend(ExplorationResult& result) {
    std::vector<Explored> asleep = std::move(inherited_);
    inherited_.clear();
    while (true) {
      if (system_.refusal()) return found(result, Verdict::kRefused, *system_.refusal());
      if (system_.reordering()) return found(result, Verdict::kReordered, describe(*system_.reordering()));
      if (options_.reduce)
        system_.persistent_moves(moves_);
      else
        system_.enabled_moves(moves_);
      if (visited_.bytes_to_add() + ends_.bytes_to_add() > options_.most_bytes) {
        result.out_of_memory = over_ = true;
        return;
      }
      if (moves_.empty()) {
        if (const auto stuck = system_.stuck()) return found(result, Verdict::kStuck, *stuck);
        result.longest = std::max(result.longest, static_cast<std::uint32_t>(stack_.size()));
        bool made = false;
        (void)ends_.find(system_.state(), made);
        if (made) ++result.final_states;
        return add_executions(1);
      }
      Frame frame;
      frame.state = system_.state();
      bool made = false;
      VisitedState& entry = visited_.find(frame.state, made);
      std::uint64_t sleeping = 0;
      for (const Explored& other : asleep) sleeping |= std::uint64_t{1} << system_.bit_of(other.move);
      // Of a state that was seen before, only what slept then and does not now is new.
      const std::uint64_t fresh = made ? ~sleeping : entry.asleep & ~sleeping;
      const double known = entry.executions;
      entry.asleep = made ? sleeping : entry.asleep & sleeping;
      for (const Move move : moves_)
        if ((fresh >> system_.bit_of(move) & 1) != 0) frame.todo.push_back(move);
      if (!made) add_executions(known);
      if (made) {
        ++result.states;
        if (result.states % kStatesBetweenLooks == 0 && options_.go_on &&
            !options_.go_on(result.states, static_cast<std::uint32_t>(stack_.size())))
          over_ = true;
        if (result.states > options_.most_states) over_ = true;
        if (over_) return;
      }
      if (frame.todo.empty()) return;
      frame.asleep = std::move(asleep);
      asleep = take_next(frame);
      ++result.steps;
      stack_.push_back(std::move(frame));
    }
  }

  // Makes the frame's next move; what sleeps after it.
  std::vector<Explored> take_next(Frame& frame) {
    frame.taken = frame.todo.back();
    frame.todo.pop_back();
    const Footprint footprint = system_.step(frame.taken);
    std::vector<Explored> after;
    for (const Explored& other : frame.asleep)
      if (options_.reduce && other.move.process != frame.taken.process && !other.footprint.conflicts(footprint))
        after.push_back(other);
    frame.asleep.push_back({frame.taken, footprint});
    return after;
  }

  void add_executions(double count) { (stack_.empty() ? executions_ : stack_.back().executions) += count; }

  // To the last state with something left to do there, and on by one move; false if there is none. A new execution is
  // under way then.
  bool backtrack() {
    while (!stack_.empty() && stack_.back().todo.empty()) {
      const Frame frame = std::move(stack_.back());
      stack_.pop_back();
      bool made = false;
      visited_.find(frame.state, made).executions += frame.executions;
      add_executions(frame.executions);
    }
    if (stack_.empty()) return false;
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    system_.begin();
    for (const Frame& below : stack_) {
      (void)system_.step(below.taken);
      if (system_.refusal()) return true;  // which descend() says
    }
    ensure(system_.state() == frame.state, "an execution repeats itself");
    inherited_ = take_next(frame);
    stack_.push_back(std::move(frame));
    return true;
  }

  void found(ExplorationResult& result, Verdict verdict, std::string what) {
    result.verdict = verdict;
    result.what = std::move(what);
    result.counterexample.moves.clear();
    for (const Frame& frame : stack_) result.counterexample.moves.push_back(frame.taken);
    over_ = true;
  }

  ExploredSystem& system_;
  const ExplorationOptions& options_;
  std::vector<Frame> stack_;
  std::vector<Explored> inherited_;
  std::vector<Move> moves_;
  Visited visited_;
  Visited ends_;
  double executions_ = 0;
  bool over_ = false;
};

// Breadth first, with no reduction but that of states: the first wrong execution that is met is the shortest.
class ShortestFirst {
 public:
  ShortestFirst(ExploredSystem& system, std::size_t longest) : system_(system), longest_(longest) {}

  // False if it would take too many states.
  bool run(std::vector<Move>& counterexample) {
    nodes_.push_back({});
    std::size_t end_of_level = 1;
    std::size_t depth = 0;
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
      if (node == end_of_level) {
        if (++depth >= longest_) return false;
        end_of_level = nodes_.size();
      }
      if (visited_.count() > kMostStates || system_.discovered() || system_.refusal()) return false;
      if (expand(node)) {
        counterexample = path_;
        return true;
      }
    }
    return false;
  }

 private:
  static constexpr std::size_t kMostStates = 1'000'000;
  struct Node {
    std::size_t parent = 0;
    Move move{};
  };

  // True if the node or one that follows it is wrong; `path_` leads there.
  bool expand(std::size_t node) {
    path_.clear();
    for (std::size_t at = node; at != 0; at = nodes_[at].parent) path_.push_back(nodes_[at].move);
    std::reverse(path_.begin(), path_.end());
    go_there();
    std::vector<Move> moves;
    system_.enabled_moves(moves);
    bool wrong = moves.empty() && system_.stuck();
    for (std::size_t i = 0; i < moves.size() && !wrong && !system_.refusal(); ++i) {
      if (i > 0) go_there();
      if (system_.refusal()) break;
      (void)system_.step(moves[i]);
      wrong = system_.reordering().has_value();
      if (wrong) path_.push_back(moves[i]);
      bool made = false;
      (void)visited_.find(system_.state(), made);
      if (made) nodes_.push_back({node, moves[i]});
      system_.end();
    }
    if (moves.empty() || system_.refusal()) system_.end();
    return wrong && !system_.refusal();
  }

  void go_there() {
    system_.begin();
    for (std::size_t i = 0; i < path_.size() && !system_.refusal(); ++i) (void)system_.step(path_[i]);
  }

  ExploredSystem& system_;
  std::size_t longest_;
  std::vector<Node> nodes_;
  std::vector<Move> path_;
  Visited visited_;
};

ExplorationResult refused(const std::string& what) {
  ExplorationResult result;
  result.verdict = Verdict::kRefused;
  result.what = what;
  return result;
}

}  // namespace

std::string describe(const Reordering& reordering) {
  const std::string taken = std::to_string(reordering.taken);
  const std::string expected = std::to_string(reordering.expected);
  return "the device takes request " + taken + " before request " + expected + ", although request " + expected +
         " had been accepted when request " + taken + " was queued";
}

ExplorationResult explore(const OrderBounds& bounds, const MakeDriver& make_driver, const ExplorationOptions& options) {
  ExploredSystem system(bounds, make_driver);
  while (true) {
    ExplorationResult result;
    if (!DepthFirst(system, options).run(result)) continue;
    std::vector<Move>& moves = result.counterexample.moves;
    if (result.verdict == Verdict::kRefused) moves.clear();
    if (options.shorten && !moves.empty()) {
      std::vector<Move> shortest;
      result.shortest = ShortestFirst(system, moves.size()).run(shortest);
      if (system.refusal()) return refused(*system.refusal());
      if (system.take_discovery()) continue;
      if (result.shortest) moves = shortest;
    }
    if (!moves.empty()) {
      result.counterexample.words = system.contended_words();
      const Replay again = replay(bounds, make_driver, result.counterexample);
      result.what = again.reordering ? describe(*again.reordering) : again.stuck.value_or(result.what);
    }
    for (const WordId word : system.contended_words()) result.words.push_back(system.word_name(word));
    return result;
  }
}

Replay replay(const OrderBounds& bounds, const MakeDriver& make_driver, const Choices& choices) {
  Replay result;
  ExploredSystem system(bounds, make_driver);
  system.contend(choices.words);
  system.log_to(&result.log);
  system.begin();
  std::vector<Move> possible;
  for (std::uint32_t i = 0; i < choices.moves.size() && result.impossible_at == 0 && !system.refusal(); ++i) {
    system.enabled_moves(possible);
    if (std::find(possible.begin(), possible.end(), choices.moves[i]) == possible.end())
      result.impossible_at = i + 1;
    else
      (void)system.step(choices.moves[i]);
  }
  system.enabled_moves(possible);
  result.reordering = system.reordering();
  if (possible.empty()) result.stuck = system.stuck();
  result.refused = system.refusal();
  system.log_to(nullptr);
  system.end();
  return result;
}

std::string to_string(const Choices& choices) {
  std::string text;
  for (const WordId word : choices.words) text += (text.empty() ? "" : ".") + std::to_string(word);
  text += '/';
  for (const Move move : choices.moves) {
    text += static_cast<char>('a' + move.process);
    if (move.option > 0) text += static_cast<char>('0' + move.option);
  }
  return text;
}

std::optional<Choices> choices_from(const std::string& text) {
  Choices choices;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end && *at != '/') {
    WordId word = 0;
    const auto [next, error] = std::from_chars(at, end, word);
    if (error != std::errc{}) return std::nullopt;
    choices.words.push_back(word);
    at = next;
    if (at != end && *at == '.') ++at;
  }
  if (at == end) return std::nullopt;
  for (++at; at != end; ++at) {
    if (*at >= 'a' && *at < static_cast<char>('a' + kMostProcesses))
      choices.moves.push_back({static_cast<ProcessId>(*at - 'a'), 0});
    else if (*at >= '1' && *at <= '9' && !choices.moves.empty() && choices.moves.back().option == 0)
      choices.moves.back().option = static_cast<std::uint32_t>(*at - '0');
    else
      return std::nullopt;
  }
  return choices;
}

}  // namespace vqlab::order
