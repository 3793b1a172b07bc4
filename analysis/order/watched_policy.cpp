#include "analysis/order/watched_policy.hpp"

#include <cstring>
#include <utility>
#include <vector>

namespace vqlab::order {
namespace {

enum class Step : std::uint8_t { kLoad, kStore, kAdd, kAwaitClear, kNow, kDraw, kReturn };
enum class Call : std::uint8_t { kPick, kSubmitted, kCompleted, kVcpusChanged };

// While an execution is abandoned, locks are given to whoever waits: nothing is a policy's fault then.
void refuse(Stage& stage, const std::string& what) {
  if (!stage.processes.finishing()) stage.watch.refuse(what);
}

// What one call knows: its arguments, then all that it reads.
class WatchedMemory final : public PolicyMemory {
 public:
  // `policy`: the number of its object.
  WatchedMemory(PolicyMemory& memory, Stage& stage, std::uint32_t policy, Call call) : memory_(memory), stage_(stage) {
    known_.absorb(policy);
    known_.absorb(static_cast<std::uint64_t>(call));
  }
  void told(std::uint64_t argument) noexcept { known_.absorb(argument); }

  std::uint32_t load(const PolicyWord& word) override {
    return next(Step::kLoad, word) ? learn(memory_.load(word)) : 0;
  }
  void store(PolicyWord& word, std::uint32_t value) override {
    if (next(Step::kStore, word, value)) memory_.store(word, value);
  }
  std::uint32_t add(PolicyWord& word, std::uint32_t delta) override {
    return next(Step::kAdd, word, delta) ? learn(memory_.add(word, delta)) : 0;
  }
  std::uint32_t await_clear(const PolicyWord& word, std::uint32_t mask) override {
    return next(Step::kAwaitClear, word, mask) ? learn(memory_.await_clear(word, mask)) : 0;
  }
  Instant now() override {
    (void)goes_on(Step::kNow, kNoWord, 0);
    const Instant now = memory_.now();
    known_.absorb(static_cast<std::uint64_t>(now.time_since_epoch().count()));
    return now;
  }
  std::uint32_t draw(VcpuId vcpu) override {
    (void)goes_on(Step::kDraw, kNoWord, vcpu.value);
    return learn(memory_.draw(vcpu));
  }

  // The call is over; what it returned when it knew the same for the first time.
  std::uint32_t returns(std::uint32_t result) {
    return static_cast<std::uint32_t>(goes_on(Step::kReturn, kNoWord, result));
  }

 private:
  // False: no word of the policy's.
  bool next(Step step, const PolicyWord& word, std::uint32_t operand = 0) {
    const WordId at = stage_.words.word_at(&word);
    if (at == kNoWord) {
      refuse(stage_, "it gives `memory` a word that setup.words has not made");
      return false;
    }
    (void)goes_on(step, at, operand);
    return true;
  }
  std::uint64_t goes_on(Step step, std::uint32_t word, std::uint32_t operand) {
    const std::uint64_t what =
        std::uint64_t{static_cast<std::uint8_t>(step)} << 60 | std::uint64_t{word} << 32 | operand;
    const std::uint64_t first = stage_.watch.first_next(known_, what);
    if (first != what)
      refuse(stage_,
             "of two calls that were told the same and had read the same, one went on differently: something is kept "
             "outside setup.words (static, global, on the heap, another clock)");
    known_.absorb(what);
    return first & 0xffffffff;
  }
  std::uint32_t learn(std::uint32_t value) noexcept {
    known_.absorb(value);
    return value;
  }

  PolicyMemory& memory_;
  Stage& stage_;
  Digest known_;
};

class WatchedPolicy final : public SteeringPolicy {
 public:
  WatchedPolicy(std::unique_ptr<SteeringPolicy> policy, std::size_t object_bytes, Stage& stage)
      : policy_(std::move(policy)),
        object_(static_cast<const std::byte*>(dynamic_cast<const void*>(policy_.get()))),
        as_made_(object_, object_ + object_bytes),
        stage_(stage),
        number_(stage.make_policy()) {}

  QueueId pick(const SteeringView& view) const override {
    WatchedMemory memory(view.memory, stage_, number_, Call::kPick);
    for (const std::uint32_t argument : {view.submitter.value, view.vcpus_online, view.queues, view.target.value,
                                         view.lun.value, view.target_in_flight, view.target_queue.value})
      memory.told(argument);
    const QueueId picked = policy_->pick({.submitter = view.submitter,
                                          .vcpus_online = view.vcpus_online,
                                          .queues = view.queues,
                                          .target = view.target,
                                          .lun = view.lun,
                                          .target_in_flight = view.target_in_flight,
                                          .target_queue = view.target_queue,
                                          .memory = memory});
    look_at_object();
    if (!pick_allowed(picked, view)) {
      refuse(stage_, pick_fault(picked, view));
      return QueueId(0);
    }
    return QueueId(memory.returns(picked.value));
  }
  void submitted(const SteeredCommand& command) const override {
    WatchedMemory memory(command.memory, stage_, number_, Call::kSubmitted);
    policy_->submitted(told(command, memory));
    ended(memory);
  }
  void completed(const SteeredCommand& command) const override {
    WatchedMemory memory(command.memory, stage_, number_, Call::kCompleted);
    policy_->completed(told(command, memory));
    ended(memory);
  }
  void vcpus_changed(std::uint32_t online, PolicyMemory& memory) const override {
    WatchedMemory watched(memory, stage_, number_, Call::kVcpusChanged);
    watched.told(online);
    policy_->vcpus_changed(online, watched);
    ended(watched);
  }

 private:
  static SteeredCommand told(const SteeredCommand& command, WatchedMemory& memory) {
    for (const std::uint32_t argument : {command.target.value, command.lun.value, command.queue.value})
      memory.told(argument);
    return {command.target, command.lun, command.queue, memory};
  }
  void ended(WatchedMemory& memory) const {
    look_at_object();
    (void)memory.returns(0);
  }
  void look_at_object() const {
    if (!as_made_.empty() && std::memcmp(object_, as_made_.data(), as_made_.size()) != 0)
      refuse(stage_, "its object has changed: what changes belongs into setup.words");
  }

  std::unique_ptr<SteeringPolicy> policy_;
  const std::byte* object_;
  std::vector<std::byte> as_made_;
  Stage& stage_;
  std::uint32_t number_;
};

}  // namespace

std::unique_ptr<SteeringPolicy> watched_policy(std::unique_ptr<SteeringPolicy> policy, std::size_t object_bytes,
                                               Stage& stage) {
  if (policy == nullptr) return nullptr;
  return std::make_unique<WatchedPolicy>(std::move(policy), object_bytes, stage);
}

}  // namespace vqlab::order
