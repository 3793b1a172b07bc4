#include "analysis/order/explorer.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <memory>

#include "analysis/order/depth_first.hpp"
#include "analysis/order/digest_map.hpp"
#include "analysis/order/explore_ahead.hpp"
#include "analysis/order/state_graph.hpp"

namespace vqlab::order {
namespace {

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
    const MoveSet moves = system_.enabled_moves();
    bool wrong = moves == 0 && system_.stuck();
    for (MoveSet left = moves; left != 0 && !wrong && !system_.refusal(); left &= left - 1) {
      if (left != moves) go_there();
      if (system_.refusal()) break;
      const Move move = system_.move_of(static_cast<std::uint32_t>(std::countr_zero(left)));
      (void)system_.step(move);
      wrong = system_.reordering().has_value();
      if (wrong) path_.push_back(move);
      bool made = false;
      (void)visited_.find(system_.state(), made);
      if (made) nodes_.push_back({node, move});
      system_.end();
    }
    if (moves == 0 || system_.refusal()) system_.end();
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
  DigestMap<bool> visited_;
};

// Explores with the words that are known to be contended; false if others were discovered.
bool explore_once(const OrderBounds& bounds, const MakeDriver& make_driver, PolicyWatch& watch, ExploredSystem& system,
                  const ExplorationOptions& options, ExplorationResult& result) {
  auto graph = std::make_unique<StateGraph>();
  const std::uint64_t alone = options.jobs > 1 ? options.alone : ~std::uint64_t{0};
  DepthFirst::End end = DepthFirst(system, *graph, options).run(result, alone);
  if (end != DepthFirst::End::kPaused) return end == DepthFirst::End::kOver;

  // What is wrong is found again by one thread alone, and so always the same.
  graph = std::make_unique<StateGraph>();
  const Ahead ahead = explore_ahead(bounds, make_driver, watch, system.contention(), options, *graph);
  if (ahead == Ahead::kNews) graph = std::make_unique<StateGraph>();
  result = {};
  if (ahead == Ahead::kStopped) {
    result.states = graph->count();
    return true;
  }
  graph->visit_again();
  end = DepthFirst(system, *graph, options).run(result, ~std::uint64_t{0});
  return end == DepthFirst::End::kOver;
}

ExplorationResult refused(const std::string& what) {
  ExplorationResult result;
  result.verdict = Verdict::kRefused;
  result.what = what;
  return result;
}

}  // namespace

ExplorationResult explore(const OrderBounds& bounds, const MakeDriver& make_driver, const ExplorationOptions& options) {
  PolicyWatch watch;
  ExploredSystem system(bounds, make_driver, watch);
  while (true) {
    ExplorationResult result;
    if (!explore_once(bounds, make_driver, watch, system, options, result)) continue;
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
  PolicyWatch watch;
  ExploredSystem system(bounds, make_driver, watch);
  system.contend({.words = choices.words});
  system.log_to(&result.log);
  system.begin();
  for (std::uint32_t i = 0; i < choices.moves.size() && result.impossible_at == 0 && !system.refusal(); ++i) {
    if (system.is_enabled(choices.moves[i]))
      (void)system.step(choices.moves[i]);
    else
      result.impossible_at = i + 1;
  }
  result.reordering = system.reordering();
  if (system.enabled_moves() == 0) result.stuck = system.stuck();
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
