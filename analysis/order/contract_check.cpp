#include "analysis/order/contract_check.hpp"

#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "models/steering/plain_memory.hpp"

namespace vqlab::order {
namespace {

struct Shape {
  std::uint32_t queues;
  std::uint32_t vcpus;
};
// One queue, fewer queues than vCPUs, as many, and more.
constexpr Shape kShapes[] = {{1, 4}, {2, 2}, {3, 8}, {4, 4}, {7, 2}, {2, 1}, {64, 64}};
constexpr std::uint32_t kTargets = 5;
constexpr std::uint32_t kLuns = 3;
constexpr std::uint32_t kMostInFlight = 64;
constexpr std::uint32_t kCommandsPerQueue = 8;  // that a ring surely takes: often fewer than are in flight

// The words that the policy changes through its memory are kept a second time.
class CheckedMemory final : public PlainMemory {
 public:
  CheckedMemory(const std::string& name, std::uint32_t vcpus, PolicyWords& words)
      : PlainMemory(name, RandomStream(1, "order/contract/policy"), vcpus, words), words_(words) {}
  // Once all words are made.
  void begin() {
    for (const PolicyWords::Region& region : words_.regions())
      seen_.emplace_back(region.begin, region.begin + region.bytes);
  }
  // Somebody else has written the words.
  void begin_again() {
    seen_.clear();
    begin();
  }

  std::uint32_t load(const PolicyWord& word) override { return own(word) ? PlainMemory::load(word) : 0; }
  void store(PolicyWord& word, std::uint32_t value) override {
    if (!own(word)) return;
    PlainMemory::store(word, value);
    note(word);
  }
  std::uint32_t add(PolicyWord& word, std::uint32_t delta) override {
    if (!own(word)) return 0;
    const std::uint32_t value = PlainMemory::add(word, delta);
    note(word);
    return value;
  }
  std::uint32_t draw(VcpuId vcpu) override {
    const std::uint32_t bits = PlainMemory::draw(vcpu);
    begin_again();
    return bits;
  }
  Instant now() override { return time; }

  [[nodiscard]] bool strayed() const noexcept { return strayed_; }
  [[nodiscard]] bool changed_behind_it() const noexcept {
    for (std::size_t i = 0; i < seen_.size(); ++i)
      if (std::memcmp(seen_[i].data(), words_.regions()[i].begin, seen_[i].size()) != 0) return true;
    return false;
  }

  Instant time{};

 private:
  bool own(const PolicyWord& word) {
    if (words_.contains(word)) return true;
    strayed_ = true;
    return false;
  }
  void note(const PolicyWord& word) {
    const auto* const at = reinterpret_cast<const std::byte*>(&word);
    for (std::size_t i = 0; i < seen_.size(); ++i) {
      const PolicyWords::Region& region = words_.regions()[i];
      if (at >= region.begin && at < region.begin + region.bytes)
        std::memcpy(seen_[i].data() + (at - region.begin), at, sizeof word);
    }
  }

  PolicyWords& words_;
  std::vector<std::vector<std::byte>> seen_;  // by region
  bool strayed_ = false;
};

// One object of the policy.
class Subject {
 public:
  Subject(const std::string& name, const PolicyEntry& entry, const PartParams& params, const Shape& shape)
      : memory(name, shape.vcpus, words_),
        policy_(entry.make({.queues = shape.queues,
                            .vcpus = shape.vcpus,
                            .targets = kTargets,
                            .luns_per_target = kLuns,
                            .commands_per_queue = kCommandsPerQueue,
                            .params = params,
                            .words = words_})),
        object_(static_cast<const std::byte*>(dynamic_cast<const void*>(policy_.get()))),
        as_made_(object_, object_ + entry.make.object_bytes) {
    memory.begin();
  }

  [[nodiscard]] const SteeringPolicy& policy() const noexcept { return *policy_; }
  [[nodiscard]] bool object_changed() const noexcept {
    return std::memcmp(object_, as_made_.data(), as_made_.size()) != 0;
  }
  void take_words_of(const Subject& other) {
    for (std::size_t i = 0; i < words_.regions().size(); ++i)
      std::memcpy(words_.regions()[i].begin, other.words_.regions()[i].begin, words_.regions()[i].bytes);
    memory.begin_again();
  }
  [[nodiscard]] bool has_words_of(const Subject& other) const noexcept {
    for (std::size_t i = 0; i < words_.regions().size(); ++i)
      if (std::memcmp(words_.regions()[i].begin, other.words_.regions()[i].begin, words_.regions()[i].bytes) != 0)
        return false;
    return true;
  }

 private:
  PolicyWords words_;

 public:
  CheckedMemory memory;

 private:
  std::unique_ptr<SteeringPolicy> policy_;
  const std::byte* object_;
  std::vector<std::byte> as_made_;
};

class History {
 public:
  History(const std::string& name, const PolicyEntry& entry, const PartParams& params, const Shape& shape)
      : name_(name),
        entry_(entry),
        params_(params),
        shape_(shape),
        online_(shape.vcpus),
        subject_(name, entry, params, shape),
        elsewhere_(name, entry, params, shape),
        targets_(kTargets),
        units_(kTargets * kLuns) {
    renew_twin();
  }

  // Commands of one target that all stay in flight, from each vCPU in turn; then they come back.
  std::optional<std::string> deep() {
    for (std::uint32_t i = 0; i < kDeepInFlight && !fault_; ++i) submit(i % shape_.vcpus, 0, i % kLuns);
    while (!in_flight_.empty() && !fault_) complete(in_flight_.size() - 1);
    return fault_;
  }

  std::optional<std::string> random(std::uint32_t picks) {
    while (picks_ < picks && !fault_) {
      const std::uint32_t bits = random_.next32();
      subject_.memory.time += Duration{bits >> 14};
      twin_->memory.time = elsewhere_.memory.time = subject_.memory.time;
      const std::uint32_t what = bits & 63;
      if ((bits >> 6 & 31) == 0) renew_twin();
      if (what == 0) {
        change_vcpus(1 + below(shape_.vcpus, random_.next32()));
      } else if (in_flight_.size() == kMostInFlight || (what < 31 && !in_flight_.empty())) {
        complete(below(static_cast<std::uint32_t>(in_flight_.size()), random_.next32()));
      } else {
        // Half of the time the vCPU that it was last, so that there are rows of one submitter.
        if ((bits >> 11 & 1) == 0 || vcpu_ >= online_) vcpu_ = below(online_, random_.next32());
        const std::uint32_t where = random_.next32();
        submit(vcpu_, below(kTargets, where), below(kLuns, where << 16));
      }
    }
    return fault_;
  }

 private:
  struct Command {
    TargetId target;
    LunId lun;
    QueueId queue;
  };
  struct Target {
    std::uint32_t reqs = 0;
    QueueId queue{0};
  };

  void refuse(const std::string& what) {
    if (!fault_)
      fault_ = what + " (in a history of " + std::to_string(shape_.queues) + " queues and " +
               std::to_string(shape_.vcpus) + " vCPUs, after " + std::to_string(picks_) + " picks)";
  }

  [[nodiscard]] SteeringView view(Subject& subject, std::uint32_t vcpu, std::uint32_t target, std::uint32_t lun) {
    return {.submitter = VcpuId(vcpu),
            .vcpus_online = online_,
            .queues = shape_.queues,
            .target = TargetId(target),
            .lun = LunId(lun),
            .target_in_flight = targets_[target].reqs,
            .target_queue = targets_[target].queue,
            .memory = subject.memory};
  }

  void submit(std::uint32_t vcpu, std::uint32_t target, std::uint32_t lun) {
    ++picks_;
    const SteeringView seen = view(subject_, vcpu, target, lun);
    const QueueId picked = subject_.policy().pick(seen);
    if (!pick_allowed(picked, seen)) return refuse(pick_fault(picked, seen));
    disturb(target);
    const QueueId again = twin_->policy().pick(view(*twin_, vcpu, target, lun));
    if (again != picked) return refuse("a fresh object with the same words picks otherwise: " + kKept);
    if (picked == kHold) return compare();
    keep_promise(target, lun, picked);
    ++targets_[target].reqs;
    targets_[target].queue = picked;
    in_flight_.push_back({TargetId(target), LunId(lun), picked});
    for_both([&](Subject& subject) { subject.policy().submitted(steered(subject, in_flight_.back())); });
  }

  void complete(std::size_t index) {
    const Command command = std::exchange(in_flight_[index], in_flight_.back());
    in_flight_.pop_back();
    --targets_[command.target.index()].reqs;
    --unit_of(command.target.value, command.lun.value).reqs;
    for_both([&](Subject& subject) { subject.policy().completed(steered(subject, command)); });
  }

  void change_vcpus(std::uint32_t online) {
    online_ = online;
    for_both([&](Subject& subject) { subject.policy().vcpus_changed(online, subject.memory); });
  }

  // A queue's commands are taken in order, so it is enough, and with no more knowledge than the driver's necessary,
  // that commands of one unit that are in flight together are on one queue.
  void keep_promise(std::uint32_t target, std::uint32_t lun, QueueId picked) {
    Target& unit = unit_of(target, lun);
    if (entry_.promise != OrderPromise::kNone && unit.reqs > 0 && unit.queue != picked)
      refuse("it promises order and moves from queue " + std::to_string(unit.queue.value) + " to " +
             std::to_string(picked.value) + " with " + std::to_string(unit.reqs) + " commands in flight");
    ++unit.reqs;
    unit.queue = picked;
  }
  [[nodiscard]] Target& unit_of(std::uint32_t target, std::uint32_t lun) {
    return units_[target * kLuns + (entry_.promise == OrderPromise::kPerLun ? lun : 0)];
  }

  [[nodiscard]] static SteeredCommand steered(Subject& subject, const Command& command) {
    return {command.target, command.lun, command.queue, subject.memory};
  }

  template <class Call>
  void for_both(const Call& call) {
    call(subject_);
    if (picks_ % 16 == 0) disturb(below(kTargets, random_.next32()));
    call(*twin_);
    compare();
  }

  // The policy of another device, which nobody may hear: an idle target takes one command, and it comes back.
  void disturb(std::uint32_t target) {
    if (picks_ % 8 != 0) return;
    const SteeringView seen{.submitter = VcpuId(below(shape_.vcpus, random_.next32())),
                            .vcpus_online = shape_.vcpus,
                            .queues = shape_.queues,
                            .target = TargetId(target),
                            .lun = LunId(0),
                            .target_in_flight = 0,
                            .target_queue = QueueId(0),
                            .memory = elsewhere_.memory};
    const QueueId picked = elsewhere_.policy().pick(seen);
    if (!pick_allowed(picked, seen)) return refuse(pick_fault(picked, seen));
    const SteeredCommand command{seen.target, seen.lun, picked, elsewhere_.memory};
    elsewhere_.policy().submitted(command);
    elsewhere_.policy().completed(command);
  }

  void compare() {
    if (subject_.object_changed()) refuse("its object has changed: what changes belongs into setup.words");
    if (subject_.memory.strayed()) refuse("it gives `memory` a word that setup.words has not made");
    if (picks_ % 64 != 0) return;
    if (subject_.memory.changed_behind_it()) refuse("it changes its words otherwise than through `memory`");
    if (!twin_->has_words_of(subject_)) refuse("a fresh object with the same words leaves other ones behind: " + kKept);
  }

  void renew_twin() {
    twin_ = std::make_unique<Subject>(name_, entry_, params_, shape_);
    twin_->take_words_of(subject_);
    twin_->memory.time = subject_.memory.time;
  }

  inline static const std::string kKept =
      "something is kept outside setup.words (static, global, on the heap, another clock)";

  const std::string& name_;
  const PolicyEntry& entry_;
  const PartParams& params_;
  Shape shape_;
  std::uint32_t online_;
  Subject subject_;
  Subject elsewhere_;
  std::unique_ptr<Subject> twin_;
  std::vector<Target> targets_;  // as the driver counts them
  std::vector<Target> units_;    // as the promise does
  std::vector<Command> in_flight_;
  RandomStream random_{1, "order/contract/history"};
  std::uint32_t vcpu_ = 0;
  std::uint32_t picks_ = 0;
  std::optional<std::string> fault_;
};

}  // namespace

std::optional<std::string> contract_fault(const std::string& name, const PolicyEntry& entry, const PartParams& params,
                                          std::uint32_t picks) {
  if (const auto fault = History(name, entry, params, {4, 4}).deep()) return fault;
  constexpr auto kHistories = static_cast<std::uint32_t>(std::size(kShapes));
  for (const Shape& shape : kShapes)
    if (const auto fault = History(name, entry, params, shape).random((picks + kHistories - 1) / kHistories))
      return fault;
  return std::nullopt;
}

}  // namespace vqlab::order
