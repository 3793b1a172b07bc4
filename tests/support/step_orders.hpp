// Orders of steps to compare the calendar's own with.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "models/base/rng.hpp"
#include "sim/engine/calendar.hpp"

namespace vqlab::test {

// The oracle of the timing wheel: one ordered tree. Ties go in the order of scheduling, or in a random one.
class TreeOrder final : public sim::StepOrder {
 public:
  TreeOrder() = default;
  explicit TreeOrder(RandomStream random_ties) : random_ties_(random_ties) {}

  void add(sim::Step& step) override {
    const Key key{step.when, (random_ties_ ? std::uint64_t{random_ties_->next32()} << 32 : 0) + sequence_++};
    ensure(keys_.emplace(&step, key).second, "a step waits once");
    steps_.emplace(key, &step);
  }
  void remove(sim::Step& step) override {
    const auto key = keys_.find(&step);
    ensure(key != keys_.end(), "only what waits can be removed");
    steps_.erase(key->second);
    keys_.erase(key);
  }
  sim::Step* next(Instant horizon) override {
    if (steps_.empty() || steps_.begin()->first.first > horizon) return nullptr;
    sim::Step* const step = steps_.begin()->second;
    remove(*step);
    return step;
  }

 private:
  using Key = std::pair<Instant, std::uint64_t>;
  std::optional<RandomStream> random_ties_;
  std::map<Key, sim::Step*> steps_;
  std::unordered_map<const sim::Step*, Key> keys_;
  std::uint64_t sequence_ = 0;
};

// Any step may be next, whatever its time.
class AnyOrder final : public sim::StepOrder {
 public:
  explicit AnyOrder(RandomStream random) : random_(random) {}

  void add(sim::Step& step) override { steps_.push_back(&step); }
  void remove(sim::Step& step) override { std::erase(steps_, &step); }
  sim::Step* next(Instant /*horizon*/) override {
    if (steps_.empty()) return nullptr;
    const std::size_t pick = below(static_cast<std::uint32_t>(steps_.size()), random_.next32());
    std::swap(steps_[pick], steps_.back());
    sim::Step* const step = steps_.back();
    steps_.pop_back();
    return step;
  }

 private:
  RandomStream random_;
  std::vector<sim::Step*> steps_;
};

}  // namespace vqlab::test
