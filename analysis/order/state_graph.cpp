#include "analysis/order/state_graph.hpp"

#include <algorithm>

namespace vqlab::order {
namespace {

constexpr std::size_t kFirstSlots = 16;

// What a slot keeps of a digest beside the index of its state.
std::uint64_t mark_of(const Digest& digest) noexcept { return digest.high & ~std::uint64_t{0xffffffff}; }

}  // namespace

StateGraph::StateGraph() {
  for (Shard& shard : shards_) shard.slots.assign(kFirstSlots, 0);
  bytes_ = kShards * kFirstSlots * sizeof(std::uint64_t);
}

StateId StateGraph::find(const Digest& digest, MoveSet moves, bool& made) {
  const auto place = static_cast<std::uint32_t>(digest.low % kShards);
  Shard& shard = shards_[place];
  const std::lock_guard guard(shard.mutex);
  if (10 * shard.states.size() >= 7 * shard.slots.size()) grow(shard);
  const std::size_t mask = shard.slots.size() - 1;
  std::size_t at = digest.low / kShards & mask;
  for (; shard.slots[at] != 0; at = (at + 1) & mask) {
    if ((shard.slots[at] ^ mark_of(digest)) >> 32 != 0) continue;
    const auto index = static_cast<std::uint32_t>(shard.slots[at]) - 1;
    if (shard.states[index].digest != digest) continue;
    made = false;
    return index * kShards + place;
  }
  made = true;
  const auto index = static_cast<std::uint32_t>(shard.states.size());
  ensure(index < kNone / kShards, "memory ends before the numbers of states do");
  shard.states.push_back({.digest = digest, .moves = moves});
  shard.slots[at] = mark_of(digest) | (index + 1);
  count_.fetch_add(1, std::memory_order_relaxed);
  bytes_.fetch_add(sizeof(State), std::memory_order_relaxed);
  return index * kShards + place;
}

void StateGraph::grow(Shard& shard) {
  std::vector<std::uint64_t> larger(2 * shard.slots.size(), 0);
  const std::size_t mask = larger.size() - 1;
  for (std::uint32_t index = 0; index < shard.states.size(); ++index) {
    const Digest& digest = shard.states[index].digest;
    std::size_t at = digest.low / kShards & mask;
    while (larger[at] != 0) at = (at + 1) & mask;
    larger[at] = mark_of(digest) | (index + 1);
  }
  bytes_.fetch_add(shard.slots.size() * sizeof(std::uint64_t), std::memory_order_relaxed);
  shard.slots = std::move(larger);
  // To grow, a shard needs what its slots have and twice as much.
  std::uint64_t most = growth_.load(std::memory_order_relaxed);
  const std::uint64_t mine = 2 * shard.slots.size() * sizeof(std::uint64_t);
  while (most < mine && !growth_.compare_exchange_weak(most, mine, std::memory_order_relaxed)) {
  }
}

void StateGraph::connect(StateId from, std::uint32_t bit, StateId to, const Footprint& footprint) {
  const std::uint32_t number = number_of(footprint);
  Shard& shard = shard_of(from);
  const std::lock_guard guard(shard.mutex);
  State& state = shard.states[from / kShards];
  for (std::uint32_t edge = state.first_edge; edge != kNone; edge = shard.edges[edge].next)
    if (shard.edges[edge].footprint_and_bit >> kBitOfEdge == bit) return;
  shard.edges.push_back({state.first_edge, to, bit << kBitOfEdge | number});
  state.first_edge = static_cast<std::uint32_t>(shard.edges.size() - 1);
  bytes_.fetch_add(sizeof(Edge), std::memory_order_relaxed);
}

std::optional<StateGraph::Step> StateGraph::step(StateId from, std::uint32_t bit) const {
  const Shard& shard = shard_of(from);
  for (std::uint32_t edge = shard.states[from / kShards].first_edge; edge != kNone; edge = shard.edges[edge].next) {
    const Edge& taken = shard.edges[edge];
    if (taken.footprint_and_bit >> kBitOfEdge == bit)
      return Step{taken.to, footprints_[taken.footprint_and_bit & ((1u << kBitOfEdge) - 1)]};
  }
  return std::nullopt;
}

void StateGraph::visit_again() noexcept {
  for (Shard& shard : shards_)
    for (State& state : shard.states) state.visited = false;
}

std::uint32_t StateGraph::number_of(const Footprint& footprint) {
  const Digest digest = footprint.digest();
  const std::lock_guard guard(footprints_mutex_);
  const auto at = std::lower_bound(numbers_.begin(), numbers_.end(), std::pair(digest, 0u));
  if (at != numbers_.end() && at->first == digest) return at->second;
  const auto number = static_cast<std::uint32_t>(footprints_.size());
  ensure(number < 1u << kBitOfEdge, "footprints are few");
  footprints_.push_back(footprint);
  numbers_.insert(at, {digest, number});
  return number;
}

}  // namespace vqlab::order
