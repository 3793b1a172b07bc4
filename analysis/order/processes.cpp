#include "analysis/order/processes.hpp"

#include <boost/context/fixedsize_stack.hpp>
#include <memory>
#include <utility>

namespace vqlab::order {
namespace {

constexpr std::size_t kStackBytes = std::size_t{256} << 10;

}  // namespace

Processes::Processes() : slots_(kMostProcesses) {}

Processes::~Processes() {
  quitting_ = true;
  for (ProcessId process = 0; process < slots_.size(); ++process)
    if (slots_[process].fiber) resume(process);
}

void Processes::start(const std::vector<ProcessSpec>& specs) {
  ensure(specs.size() <= kMostProcesses, "bounds keep the number of processes small");
  specs_ = specs;
  finishing_ = false;
  for (ProcessId process = 0; process < specs_.size(); ++process) {
    Slot& slot = slots_[process];
    ensure(slot.ended, "the last execution is over");
    slot.ended = false;
    slot.history = Digest{};
    // Stacks outlive executions: making one takes longer than a whole execution.
    if (!slot.fiber) {
      slot.fiber = boost::context::fiber(std::allocator_arg, boost::context::fixedsize_stack(kStackBytes),
                                         [this, process](boost::context::fiber&& caller) {
                                           Slot& own = slots_[process];
                                           own.caller = std::move(caller);
                                           while (!quitting_) {
                                             specs_[process].body();
                                             own.ended = true;
                                             wait_outside(own);
                                           }
                                           return std::move(own.caller);
                                         });
    }
    resume(process);
  }
}

bool Processes::enabled(Move move) const noexcept {
  const Slot& slot = slots_[move.process];
  if (slot.ended || !specs_[move.process].always.open()) return false;
  if (move.option == 0) return slot.next.open();
  return slot.next.others != nullptr && move.option <= *slot.next.others;
}

Footprint Processes::step(Move move) {
  ensure(enabled(move), "a move that is possible");
  footprint_ = Footprint{};
  Slot& slot = slots_[move.process];
  slot.chosen = move.option;
  const ProcessSpec& spec = specs_[move.process];
  if (spec.always_reads != kMostObjects) footprint_.touch(spec.always_reads, false);
  if (move.option == 0) footprint_.touch(slot.next.object, slot.next.writes);
  resume(move.process);
  return footprint_;
}

bool Processes::retrace(std::span<const Move> moves) {
  retracing_ = true;
  retraced_ = moves;
  while (!retraced_.empty() && enabled(retraced_.front())) {
    const Move move = retraced_.front();
    retraced_ = retraced_.subspan(1);
    (void)step(move);
  }
  retracing_ = false;
  return std::exchange(retraced_, {}).empty();
}

void Processes::finish() {
  finishing_ = true;
  // First whoever may go on, so that locks are given back; then those who wait for what will not come.
  for (bool patient = true;; patient = false) {
    bool moved = true;
    bool left = false;
    while (moved) {
      moved = false;
      left = false;
      for (ProcessId process = 0; process < specs_.size(); ++process) {
        if (slots_[process].ended) continue;
        left = true;
        if (patient && !enabled({process, 0})) continue;
        slots_[process].chosen = 0;
        resume(process);
        moved = true;
      }
    }
    if (!left) return;
  }
}

std::uint32_t Processes::await(const Operation& operation) {
  Slot& slot = slots_[running_];
  learn(1);  // so that one place in its code is told from the next
  slot.next = operation;
  if (retracing_ && !retraced_.empty() && retraced_.front().process == running_ && enabled(retraced_.front())) {
    slot.chosen = retraced_.front().option;
    retraced_ = retraced_.subspan(1);
  } else {
    wait_outside(slot);
  }
  if (specs_[running_].chosen) specs_[running_].chosen();
  if (operation.others != nullptr) learn(slot.chosen);
  return slot.chosen;
}

void Processes::resume(ProcessId process) {
  running_ = process;
  Slot& slot = slots_[process];
  slot.fiber = std::move(slot.fiber).resume();
  running_ = kMostProcesses;
}

void Processes::wait_outside(Slot& slot) { slot.caller = std::move(slot.caller).resume(); }

}  // namespace vqlab::order
