// What the driver's code stands on when its interleavings are explored: see SimPlatform.
#pragma once

#include <coroutine>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "analysis/order/stage.hpp"
#include "analysis/order/watched_policy.hpp"
#include "models/base/cost.hpp"
#include "models/base/ids.hpp"
#include "models/base/io_kind.hpp"
#include "models/steering/policy_memory.hpp"
#include "models/testbed/guest_driver.hpp"
#include "sim/engine/sync.hpp"
#include "sim/guest/driver.hpp"

namespace vqlab::order {

// Lets others go first at each access to a contended word.
struct YieldingAccess {
  template <class T>
  [[nodiscard]] T load(const T& word) {
    Stage& stage = *Stage::current;
    if (!stage.processes.inside()) return word;
    const Words::Place place = wait(stage, word, false);
    const T value = word;
    stage.words.loaded(place.word, value);
    if (place.contended)
      stage.note([&] { return "reads " + stage.words.name(place.word) + ": " + std::to_string(value); });
    return value;
  }
  template <class T>
  void store(T& word, T value) {
    Stage& stage = *Stage::current;
    if (!stage.processes.inside()) {
      word = value;
      return;
    }
    const Words::Place place = wait(stage, word, true);
    const T old = std::exchange(word, value);
    stage.words.stored(place.word, old, value);
    if (place.contended) note_change(stage, place.word, old, value);
  }
  template <class T>
  T add(T& word, T delta) {
    Stage& stage = *Stage::current;
    if (!stage.processes.inside()) return word = static_cast<T>(word + delta);
    const Words::Place place = wait(stage, word, true);
    const T old = word;
    word = static_cast<T>(old + delta);
    stage.words.exchanged(place.word, old, word);
    if (place.contended) note_change(stage, place.word, old, word);
    return word;
  }
  std::uint32_t await_clear(const std::uint32_t& word, std::uint32_t mask) {
    Stage& stage = *Stage::current;
    const Words::Place place = stage.words.place_of(&word);
    if ((word & mask) != 0) stage.words.discover(place.word);
    if (place.contended || (word & mask) != 0)
      (void)stage.processes.await({.object = stage.words.object_of(place.word),
                                   .writes = false,
                                   .gate = {.word = &word, .mask = mask, .set = false}});
    stage.words.loaded(place.word, word);
    if (place.contended)
      stage.note([&] { return "waits for " + stage.words.name(place.word) + ": " + std::to_string(word); });
    return word;
  }
  // Memory is sequentially consistent here.
  void full_barrier() noexcept {}
  void read_barrier() noexcept {}
  void write_barrier() noexcept {}

 private:
  template <class T>
  static Words::Place wait(Stage& stage, const T& word, bool writes) {
    const Words::Place place = stage.words.place_of(&word);
    if (place.contended) (void)stage.processes.await({.object = stage.words.object_of(place.word), .writes = writes});
    return place;
  }
  template <class T>
  static void note_change(Stage& stage, WordId word, T old, T value) {
    stage.note([&] {
      return "writes " + stage.words.name(word) + ": " + std::to_string(old) + " -> " + std::to_string(value);
    });
  }
};

// A coroutine that awaits goes on at once: what has to wait waits on its process's own stack.
struct GoesOn : std::suspend_never {};

class OrderCpu {
 public:
  explicit OrderCpu(VcpuId id) : id_(id) {}
  [[nodiscard]] VcpuId id() const noexcept { return id_; }
  [[nodiscard]] OrderCpu& cpu() noexcept { return *this; }
  // A meter for which nothing takes time.
  using Part = CostPart;
  using Times = std::uint32_t;
  template <class... Parts>
  [[nodiscard]] Duration draw(const Parts&...) noexcept {
    return Duration{0};
  }
  [[nodiscard]] Duration draw_times(const CostSampler&, std::uint32_t) noexcept { return Duration{0}; }
  [[nodiscard]] GoesOn spend(Duration, Work) noexcept { return {}; }
  void count_kick() noexcept {}

 private:
  VcpuId id_;
};

// Whoever waits may get it next: any order of service is covered.
class OrderLock {
 public:
  OrderLock(sim::Calendar&, const sim::LockTransfers&, RandomStream&) : lock_(Stage::current->make_lock()) {}
  [[nodiscard]] GoesOn acquire(OrderCpu& cpu, Duration, Work) {
    Stage::current->acquire(lock_, cpu.id());
    return {};
  }
  void release(OrderCpu& cpu) { Stage::current->release(lock_, cpu.id()); }
  [[nodiscard]] Duration waited() const noexcept { return Duration{0}; }
  [[nodiscard]] Duration held() const noexcept { return Duration{0}; }

 private:
  std::uint32_t lock_;
};

class OrderPolicyMemory final : public AccessedMemory<YieldingAccess> {
 public:
  OrderPolicyMemory(const sim::Calendar&, const std::string& /*policy*/, const RandomStream& random,
                    std::uint32_t vcpus, PolicyWords& words)
      : AccessedMemory(random, vcpus, words) {}
  Instant now() override { return Instant{std::chrono::hours(Stage::current->hours())}; }
};

struct OrderCommand;
class OrderMidLayer;

struct OrderPlatform {
  using Access = YieldingAccess;
  using Lock = OrderLock;
  using PolicyMemory = OrderPolicyMemory;
  using Cpu = OrderCpu;
  using Command = OrderCommand;
  using MidLayer = OrderMidLayer;
  static constexpr bool kMerges = false;
  [[nodiscard]] static std::unique_ptr<SteeringPolicy> watched(std::unique_ptr<SteeringPolicy> policy,
                                                               const Testbed& testbed) {
    // What a driver with tags asks is no policy of the registry.
    const std::size_t bytes = driver_version(testbed).tags ? 0 : steering_policy(testbed).make.object_bytes;
    return watched_policy(std::move(policy), bytes, *Stage::current);
  }
};

struct OrderUnit {
  std::uint32_t index;
  sim::BasicTarget<OrderPlatform>* target;
  LunId lun;
};

// Of sim::Command, what the driver looks at.
struct OrderCommand {
  std::uint64_t tag = 0;
  sim::StageRecord* stages = nullptr;
  OrderUnit* lun = nullptr;
  std::uint64_t request_addr = 0;
  std::uint64_t response_addr = 0;
  std::uint64_t data_addr = 0;
  std::uint32_t segments = 1;
  std::uint64_t offset_bytes = 0;
  std::uint32_t length_bytes = kPageBytes;
  IoKind kind = IoKind::kRead;
  bool last = true;
  OrderCpu* issuer = nullptr;
};

// Takes commands back: they are completed in the softirq that follows the interrupt.
class OrderMidLayer {
 public:
  [[nodiscard]] Duration done(OrderCpu&, OrderCommand& command) {
    done_.push_back(&command);
    return Duration{0};
  }
  [[nodiscard]] std::vector<OrderCommand*> take() noexcept { return std::exchange(done_, {}); }

 private:
  std::vector<OrderCommand*> done_;
};

}  // namespace vqlab::order
