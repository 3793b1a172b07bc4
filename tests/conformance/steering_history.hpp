// One device as its steering policy sees it: targets whose commands come and go, one call at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/steering/plain_memory.hpp"
#include "models/steering/policy.hpp"

namespace vqlab::test {

// A clock that is set, and a note of the words that are touched.
class SteeringMemory final : public PlainMemory {
 public:
  using PlainMemory::PlainMemory;
  std::uint32_t load(const PolicyWord& word) override { return note(word), PlainMemory::load(word); }
  void store(PolicyWord& word, std::uint32_t value) override { note(word), PlainMemory::store(word, value); }
  std::uint32_t add(PolicyWord& word, std::uint32_t delta) override {
    return note(word), PlainMemory::add(word, delta);
  }
  Instant now() override { return time; }

  Instant time{};
  std::vector<const PolicyWord*> touched;  // as far as it has been reserved

 private:
  void note(const PolicyWord& word) {
    if (touched.size() < touched.capacity()) touched.push_back(&word);
  }
};

struct SteeringShape {
  std::uint32_t queues = 4;
  std::uint32_t vcpus = 4;
  std::uint32_t targets = 5;
  std::uint32_t luns = 3;
};

class SteeringHistory {
 public:
  struct Command {
    TargetId target;
    LunId lun;
    QueueId queue;
  };
  static constexpr std::uint32_t kDeepest = 64;          // commands in flight
  static constexpr std::uint32_t kCommandsPerQueue = 8;  // that a ring surely takes

  explicit SteeringHistory(const char* policy, const SteeringShape& shape = {}, const PartParams& params = {})
      : memory(policy, RandomStream(1, "policy/0"), shape.vcpus, words),
        online(shape.vcpus),
        shape_(shape),
        entry_(*Registry<PolicyEntry>::instance().find(policy)),
        policy_(entry_.make({.queues = shape.queues,
                             .vcpus = shape.vcpus,
                             .targets = shape.targets,
                             .luns_per_target = shape.luns,
                             .commands_per_queue = kCommandsPerQueue,
                             .params = params,
                             .words = words})),
        targets_(shape.targets) {
    in_flight.reserve(kDeepest);
  }

  PolicyWords words;
  SteeringMemory memory;
  std::uint32_t online;            // vCPUs
  std::vector<Command> in_flight;  // oldest first

  [[nodiscard]] const PolicyEntry& entry() const { return entry_; }
  [[nodiscard]] std::uint32_t reqs(std::uint32_t target) const { return targets_[target].reqs; }

  // What the driver does with the policy's answer is done; kHold if that was it.
  QueueId submit(std::uint32_t vcpu, std::uint32_t target, std::uint32_t lun = 0) {
    Target& state = targets_[target];
    const QueueId queue = policy_->pick({.submitter = VcpuId(vcpu),
                                         .vcpus_online = online,
                                         .queues = shape_.queues,
                                         .target = TargetId(target),
                                         .lun = LunId(lun),
                                         .target_in_flight = state.reqs,
                                         .target_queue = state.queue,
                                         .memory = memory});
    if (queue == kHold) return queue;
    ++state.reqs;
    state.queue = queue;
    const Command& command = in_flight.emplace_back(Command{TargetId(target), LunId(lun), queue});
    policy_->submitted(steered(command));
    return queue;
  }

  // The command at this place of in_flight comes back.
  void complete(std::size_t index) {
    const Command command = in_flight[index];
    in_flight.erase(in_flight.begin() + static_cast<std::ptrdiff_t>(index));
    --targets_[command.target.index()].reqs;
    policy_->completed(steered(command));
  }
  void complete_all() {
    while (!in_flight.empty()) complete(0);
  }

  void set_online(std::uint32_t vcpus) {
    online = vcpus;
    policy_->vcpus_changed(vcpus, memory);
  }

  struct Step {
    std::uint32_t target;
    std::uint32_t lun;
    QueueId queue;  // may be kHold
  };

  // Something happens, by lot: mostly a command is submitted or comes back, and now and then vCPUs leave or join. Tells
  // of the command if one is submitted.
  std::optional<Step> anything(RandomStream& random) {
    const std::uint32_t what = below(64, random.next32());
    const std::uint32_t which = random.next32();
    memory.time += Duration{below(200'000, random.next32())};
    if (what == 0) {
      set_online(1 + below(shape_.vcpus, which));
    } else if (in_flight.size() == kDeepest || (what < 31 && !in_flight.empty())) {
      complete(below(static_cast<std::uint32_t>(in_flight.size()), which));
    } else {
      const std::uint32_t target = below(shape_.targets, which);
      const std::uint32_t lun = below(shape_.luns, random.next32());
      // Half of the time the vCPU that it was last, so that there are rows of one submitter.
      if (random.next16() % 2 == 0 || vcpu_ >= online) vcpu_ = below(online, random.next32());
      return Step{target, lun, submit(vcpu_, target, lun)};
    }
    return std::nullopt;
  }

 private:
  struct Target {
    std::uint32_t reqs = 0;
    QueueId queue{0};
  };
  [[nodiscard]] SteeredCommand steered(const Command& command) {
    return {command.target, command.lun, command.queue, memory};
  }

  SteeringShape shape_;
  const PolicyEntry& entry_;
  std::unique_ptr<SteeringPolicy> policy_;
  std::vector<Target> targets_;
  std::uint32_t vcpu_ = 0;
};

}  // namespace vqlab::test
