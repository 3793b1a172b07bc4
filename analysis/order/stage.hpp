// Where an execution takes place: processes, words, locks, and the log of what happens.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/order/policy_watch.hpp"
#include "analysis/order/processes.hpp"
#include "analysis/order/words.hpp"
#include "models/base/ids.hpp"

namespace vqlab::order {

// What happened, for a reader.
struct LogLine {
  std::string who;
  std::string what;
};

inline constexpr std::uint32_t kMostLocks = 8;  // four queues' and four targets'

class Stage {
 public:
  // Objects below `first_word_object` are numbered by whoever builds on the stage; locks come first, in the order in
  // which they are made.
  Stage(PolicyWatch& watched, std::uint32_t vcpus, ObjectId first_cpu_object, ObjectId clock_object,
        ObjectId first_word_object)
      : words(processes, first_word_object),
        watch(watched),
        irq_off(vcpus),
        first_cpu_object_(first_cpu_object),
        clock_object_(clock_object) {
    current = this;
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  ~Stage() { current = nullptr; }

  // The one of this thread that the driver's words and locks are on: the driver makes them without knowing of any
  // stage.
  static inline constinit thread_local Stage* current = nullptr;

  void begin();

  // The number of a policy's object, in the order in which they are made.
  [[nodiscard]] std::uint32_t make_policy() noexcept { return made_policies_++; }

  // --- locks

  [[nodiscard]] std::uint32_t make_lock();
  void acquire(std::uint32_t lock, VcpuId vcpu);
  void release(std::uint32_t lock, VcpuId vcpu);
  [[nodiscard]] bool holds(std::uint32_t lock, ProcessId process) const noexcept {
    return locks_[lock].held != 0 && locks_[lock].holder == process;
  }
  // What a lock protects beside words, as it is now; nothing by default.
  std::function<Digest(std::uint32_t lock)> protected_state;
  std::function<std::string(std::uint32_t lock)> lock_name;

  [[nodiscard]] ObjectId cpu_object(VcpuId vcpu) const noexcept { return first_cpu_object_ + vcpu.value; }

  // --- the clock: how much time passes between two looks is anybody's choice, nothing or an hour

  [[nodiscard]] std::uint32_t hours();

  // --- the log

  [[nodiscard]] bool logging() const noexcept { return log_ != nullptr; }
  void log_to(std::vector<LogLine>* log) noexcept { log_ = log; }
  // Of the running process. `what` makes the text, since mostly nobody wants it.
  template <class What>
  void note(What what) {
    if (log_ != nullptr && processes.inside() && !processes.finishing())
      log_->push_back({processes.name(processes.running()), what()});
  }

  // Locks and clock.
  [[nodiscard]] Digest state() const;

  // What hashes say of the past.
  struct Knowledge {
    Digest contents;
    std::array<Digest, kMostProcesses> histories;
    std::array<Digest, kMostLocks> protects;

    friend bool operator==(const Knowledge&, const Knowledge&) = default;
  };
  [[nodiscard]] Knowledge knowledge() const;
  void restore(const Knowledge& known);

  Processes processes;
  Words words;
  PolicyWatch& watch;
  std::vector<std::uint32_t> irq_off;  // by vCPU: why no interrupt is served there (locks held, one being served)

 private:
  struct Lock {
    std::uint32_t held = 0;
    ProcessId holder = kMostProcesses;
    Clock released{};
    Digest protects;
  };

  ObjectId first_cpu_object_;
  ObjectId clock_object_;
  std::uint32_t made_policies_ = 0;
  std::uint32_t made_locks_ = 0;
  std::vector<Lock> locks_;
  std::uint32_t hours_ = 0;
  std::vector<LogLine>* log_ = nullptr;
};

}  // namespace vqlab::order
