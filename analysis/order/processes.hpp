// The processes of one execution, each on a stack of its own, and the one that runs: it goes on until it is about to
// touch what others touch, and then waits to be chosen again.
#pragma once

#include <boost/context/fiber.hpp>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "analysis/order/digest.hpp"
#include "analysis/order/footprint.hpp"

namespace vqlab::order {

using ProcessId = std::uint32_t;
inline constexpr ProcessId kMostProcesses =
    13;  // four vCPUs, four queues' interrupts and devices, and what plugs vCPUs

// Open while (*word & mask) != 0 equals `set`; always, without a word.
struct Gate {
  const std::uint32_t* word = nullptr;
  std::uint32_t mask = ~0u;
  bool set = true;

  [[nodiscard]] bool open() const noexcept { return word == nullptr || ((*word & mask) != 0) == set; }
};

// What a process is about to do.
struct Operation {
  ObjectId object;
  bool writes;
  Gate gate{};
  Gate also{};  // a second condition
  // Instead of that it may do any of so many other things, which touch nothing that others touch; null: none.
  const std::uint32_t* others = nullptr;

  [[nodiscard]] bool open() const noexcept { return gate.open() && also.open(); }
};

// One step of an execution: which process goes on, and what it chooses.
struct Move {
  ProcessId process = 0;
  std::uint32_t option = 0;  // 0: its operation; above: one of the others

  friend bool operator==(const Move&, const Move&) = default;
};

struct ProcessSpec {
  std::string name;
  Gate always{};                         // every operation of this process waits for it, too
  ObjectId always_reads = kMostObjects;  // what that gate belongs to; kMostObjects: nothing
  std::function<void()> body;
  // Called when the process has been chosen, before it does its operation.
  std::function<void()> chosen{};
};

class Processes {
 public:
  Processes();
  Processes(const Processes&) = delete;
  Processes& operator=(const Processes&) = delete;
  ~Processes();

  // --- from outside

  // Begins an execution: each process runs to its first operation. Precondition: those of the last one have ended;
  // `specs` stays.
  void start(const std::vector<ProcessSpec>& specs);
  [[nodiscard]] std::uint32_t count() const noexcept { return static_cast<std::uint32_t>(specs_.size()); }
  [[nodiscard]] const std::string& name(ProcessId process) const noexcept { return specs_[process].name; }
  // Whether it waits for its operation (option 0), which may happen now, or may do something else (options from 1).
  [[nodiscard]] bool enabled(Move move) const noexcept;
  // How many other things it may do instead of its operation.
  [[nodiscard]] std::uint32_t others(ProcessId process) const noexcept {
    const Slot& slot = slots_[process];
    return slot.ended || slot.next.others == nullptr ? 0 : *slot.next.others;
  }
  // What it waits for. Precondition: it has not ended.
  [[nodiscard]] const Operation& next(ProcessId process) const noexcept { return slots_[process].next; }
  [[nodiscard]] bool ended(ProcessId process) const noexcept { return slots_[process].ended; }
  // The process does its operation, and goes on to its next one. Returns what all that touches. Precondition: enabled.
  Footprint step(Move move);
  // Where the process waits, its second condition is another one from now on.
  void redirect(ProcessId process, const Gate& also) noexcept { slots_[process].next.also = also; }
  // All processes are to end: idle() is true from now on, and no operation is recorded.
  void finish();
  [[nodiscard]] const Digest& history(ProcessId process) const noexcept { return slots_[process].history; }
  // Makes steps again whose outcome is known: what processes learn is not noted, but given back at their end. A process
  // goes on by itself through steps of its own that follow each other. False: it has
  // ended before a move that is not possible.
  [[nodiscard]] bool retrace(std::span<const Move> moves);
  [[nodiscard]] bool retracing() const noexcept { return retracing_; }
  void restore(ProcessId process, const Digest& history) noexcept { slots_[process].history = history; }

  // --- from inside a process

  // False while the execution is set up or looked at from outside.
  [[nodiscard]] bool inside() const noexcept { return running_ != kMostProcesses; }
  [[nodiscard]] ProcessId running() const noexcept { return running_; }
  // Waits to be chosen for the operation; the option chosen.
  std::uint32_t await(const Operation& operation);
  // The running transition touches this as well.
  void touch(ObjectId object, bool write) { footprint_.touch(object, write); }
  // The process knows this from now on.
  void learn(std::uint64_t value) noexcept {
    if (!retracing_) slots_[running_].history.absorb(value);
  }
  void learn(const Digest& value) noexcept {
    if (!retracing_) slots_[running_].history.absorb(value);
  }
  // All that the process knows is `value`: whatever else it has read is dead.
  void forget_all_but(const Digest& value) noexcept { slots_[running_].history = value; }
  // Whether the execution is over, and processes that wait for work are to end.
  [[nodiscard]] bool finishing() const noexcept { return finishing_; }

 private:
  struct Slot {
    boost::context::fiber fiber;   // while it waits
    boost::context::fiber caller;  // while it runs
    Operation next{};
    std::uint32_t chosen = 0;
    bool ended = true;
    Digest history;
  };

  void resume(ProcessId process);
  void wait_outside(Slot& slot);

  std::span<const ProcessSpec> specs_;
  std::vector<Slot> slots_;
  ProcessId running_ = kMostProcesses;
  Footprint footprint_;
  bool finishing_ = false;
  bool retracing_ = false;
  std::span<const Move> retraced_;  // moves that are left
  bool quitting_ = false;
};

}  // namespace vqlab::order
