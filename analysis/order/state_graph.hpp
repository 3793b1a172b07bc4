// The states that were seen, and where steps lead from them. Several threads may fill it at once.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "analysis/order/explored_system.hpp"

namespace vqlab::order {

using StateId = std::uint32_t;

class StateGraph {
 public:
  struct State {
    Digest digest;
    MoveSet moves = 0;      // that have to be explored from here; none: the end of an execution
    MoveSet asleep = 0;     // of which these were not
    double executions = 0;  // that go on from here to their end
    std::uint32_t first_edge = kNone;
    bool visited = false;
  };
  struct Step {
    StateId to;
    Footprint footprint;
  };

  StateGraph();

  // The state of this digest, made if it is new: then `made` is true, and its moves are `moves`.
  [[nodiscard]] StateId find(const Digest& digest, MoveSet moves, bool& made);
  // Whoever changes it holds its shard's lock, or is alone.
  [[nodiscard]] State& at(StateId id) noexcept { return shard_of(id).states[id / kShards]; }
  [[nodiscard]] std::unique_lock<std::mutex> lock(StateId id) { return std::unique_lock(shard_of(id).mutex); }

  // Notes where a move leads, unless that is known.
  void connect(StateId from, std::uint32_t bit, StateId to, const Footprint& footprint);
  // Where the move leads, if that is known. Nobody connects states meanwhile.
  [[nodiscard]] std::optional<Step> step(StateId from, std::uint32_t bit) const;

  // No state is visited, and every step is known as before. Nobody else uses the graph.
  void visit_again() noexcept;

  [[nodiscard]] std::uint64_t count() const noexcept { return count_.load(std::memory_order_relaxed); }
  // Memory that it may have while a state is added.
  [[nodiscard]] std::uint64_t bytes_to_add() const noexcept {
    return bytes_.load(std::memory_order_relaxed) + growth_.load(std::memory_order_relaxed);
  }

 private:
  static constexpr std::uint32_t kShards = 64;
  static constexpr std::uint32_t kNone = ~0u;
  static constexpr std::uint32_t kBitOfEdge = 26;  // where a move's bit stands beside its footprint's number

  struct Edge {
    std::uint32_t next;
    StateId to;
    std::uint32_t footprint_and_bit;
  };
  struct Shard {
    std::mutex mutex;
    std::vector<std::uint64_t> slots;  // half of a digest and index + 1; a power of two, probed in order
    std::deque<State> states;
    std::deque<Edge> edges;
  };

  [[nodiscard]] Shard& shard_of(StateId id) noexcept { return shards_[id % kShards]; }
  [[nodiscard]] const Shard& shard_of(StateId id) const noexcept { return shards_[id % kShards]; }
  void grow(Shard& shard);
  [[nodiscard]] std::uint32_t number_of(const Footprint& footprint);

  std::array<Shard, kShards> shards_;
  std::mutex footprints_mutex_;
  std::deque<Footprint> footprints_;                       // each that there is, once
  std::vector<std::pair<Digest, std::uint32_t>> numbers_;  // of footprints, by digest
  std::atomic<std::uint64_t> count_ = 0;
  std::atomic<std::uint64_t> bytes_ = 0;
  std::atomic<std::uint64_t> growth_ = 0;  // of the shard that has grown most
};

}  // namespace vqlab::order
