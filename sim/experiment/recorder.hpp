// Records a stretch of a run. It keeps what it hears in memory as it is; whoever reads the recording makes sense of it.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/experiment/recording.hpp"
#include "sim/machine/machine.hpp"
#include "sim/machine/pick_listener.hpp"

namespace vqlab::sim {

class Guest;

class Recorder final : public MachineTrace {
 public:
  // From `from` to `to`. It is made before the world, which it is given to.
  Recorder(Instant from, Instant to);

  // What has been built since. To be called before anything runs; both must outlive the recorder's use.
  void attach(Machine& machine, Guest& guest, std::uint32_t luns_per_target);

  // The run is over; to be called once.
  [[nodiscard]] Recording take();

  Thread add_thread(Kind kind, const std::string& name) override;
  void runs(Thread thread) override;
  void works(Thread thread, Work work, Instant until) override;
  void stops(Thread thread, bool lost_cpu) override;
  void serves(Thread vcpu, std::uint32_t level) override;
  void sleeps(Thread thread) override;
  void wakes(Thread thread) override;
  void has_cpu(Thread thread, std::uint32_t cpu) override;
  void spins(Thread thread, const void* lock) override;
  void takes(Thread thread, const void* lock, Instant at) override;
  void releases(const void* lock, Instant at) override;
  void passed(std::uint64_t tag, Stage stage, Instant when) override;
  void followed(std::uint64_t tag, std::uint64_t other) override;
  void refused(std::uint64_t tag) override;
  void queue(QueueEvent event, std::uint32_t line) override;

 private:
  static constexpr std::uint32_t kNone = Recording::kNone;
  static constexpr std::uint32_t kNoLevel = 0xff;

  struct State {
    Kind kind = Kind::kVcpu;
    bool asleep = true;
    bool works = false;
    bool stolen = false;  // it has work and no CPU
    Work work = Work::kNone;
    std::uint32_t level = kNoLevel;  // of a vCPU's context
    std::uint32_t last_level = kNoLevel;
    std::uint32_t cpu = kNoCpu;
    std::uint32_t request = kNone;  // that its work is for
    std::uint32_t popped = kNone;   // that its next pop is for
    std::uint32_t last_slice = kNone;
    Instant since{};  // it works, sleeps or has lost its CPU
    Instant until{};
    Instant context_since{};
    Instant cpu_since{};
    Instant spins_since{};
    const void* spins_for = nullptr;
  };
  struct Lock {
    Thread holder = kNobody;
    Instant since{};
  };
  // Of one device.
  struct Picks final : PickListener {
    Recorder& recorder;
    PickListener* before;
    Picks(Recorder& told, PickListener* told_before) : recorder(told), before(told_before) {}
    void picked(std::uint64_t tag, TargetId target, QueueId queue) override;
  };
  // The device takes a command: a thread that takes several hands them over later, so its next pop is for this one.
  struct Takings final : CommandObserver {
    Recorder& recorder;
    explicit Takings(Recorder& told) : recorder(told) {}
    void called(std::uint32_t, std::uint64_t) override {}
    void accepted(std::uint64_t) override {}
    void refused(std::uint64_t) override {}
    void taken(std::uint64_t tag) override { recorder.threads_[recorder.current_].popped = recorder.requests_[tag]; }
  };
  struct Totals {
    std::array<std::uint64_t, 6> of{};  // by QueueNote::Event
  };

  [[nodiscard]] Instant now() const noexcept { return machine_->calendar.now(); }
  [[nodiscard]] bool in_stretch(Instant begin, Instant end) const noexcept { return end >= from_ && begin <= to_; }
  void end_work(State& state, Thread thread, Instant end);
  void end_state(State& state, Thread thread, Instant end);
  void end_context(State& state, Thread thread, Instant end);
  void end_cpu(State& state, Thread thread, Instant end);
  void add(const State& state, Thread thread, Instant begin, Instant end, Recording::Doing doing, std::uint8_t what);
  void note(Recording::QueueNote::Event event, std::uint32_t line);
  [[nodiscard]] std::uint32_t number_of(const void* lock) const { return lock_numbers_.at(lock); }
  void begin_request(std::uint64_t tag);
  void end_request(std::uint64_t tag, std::uint32_t request);
  void picked(std::uint64_t tag, QueueId queue);

  Instant from_;
  Instant to_;
  Machine* machine_ = nullptr;
  Guest* guest_ = nullptr;
  Recording recording_;
  std::vector<State> threads_{1};  // by number
  Thread current_ = kNobody;
  std::unordered_map<const void*, std::uint32_t> lock_numbers_;
  std::vector<Lock> locks_;                     // by number
  std::vector<std::uint32_t> requests_;         // by tag
  std::vector<std::uint32_t> lines_;            // by tag, of the last request with it
  std::vector<std::uint32_t> processes_;        // by tag
  std::vector<std::uint32_t> queue_of_target_;  // that was picked last
  std::vector<Totals> totals_;                  // by line
  std::uint32_t added_to_ = 0;                  // line
  std::deque<Picks> picks_;
  Takings takings_{*this};
};

}  // namespace vqlab::sim
