// Where guest and host meet: guest memory, doorbells, interrupt lines, physical CPUs and the memory bus.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/virtqueue/either_ring.hpp"
#include "models/virtqueue/guest_memory.hpp"
#include "sim/engine/bus.hpp"
#include "sim/machine/counters.hpp"
#include "sim/machine/hand_overs.hpp"
#include "sim/machine/machine_trace.hpp"
#include "sim/machine/physical_cpus.hpp"
#include "sim/machine/stage_accounts.hpp"

namespace vqlab::sim {

// A request queue of the machine: those of device 0 first, then those of device 1, and so on.
using LineIndex = std::uint32_t;

// A vCPU's own thread serves a kick, where doorbells are no ioeventfds.
struct ServedKick {
  Duration time{0};            // of the vCPU
  std::uint32_t requests = 0;  // that it has taken
};

// The host's side of the doorbells.
class DoorbellListener {
 public:
  virtual ~DoorbellListener() = default;
  // The guest has rung the doorbell of a request queue. True if that woke a thread of the host that slept: whoever rang
  // pays for it.
  virtual bool kicked(LineIndex queue) = 0;
  // The guest has added a command to the queue's ring while some thread of the host polls.
  virtual void added(LineIndex /*queue*/) {}
  // Without ioeventfd: the vCPU that has rung takes what is in the ring.
  [[nodiscard]] virtual ServedKick begin_kick(LineIndex /*queue*/) { return {}; }
  // That time is over. True: there is more, and the vCPU begins again.
  [[nodiscard]] virtual bool end_kick(LineIndex /*queue*/, const ServedKick& /*served*/) { return false; }
};

// The guest's side of the interrupt lines.
class InterruptListener {
 public:
  virtual ~InterruptListener() = default;
  // The host has injected the interrupt of a request queue. True if that woke a halted vCPU: whoever injected pays.
  virtual bool interrupted(LineIndex queue) = 0;
};

// Sees every command pass: how the order of commands is watched from outside both sides. `lun` numbers the logical
// units of the machine, `tag` is the one in the request's header.
class CommandObserver {
 public:
  virtual ~CommandObserver() = default;
  // queue_command() is called for the command.
  virtual void called(std::uint32_t lun, std::uint64_t tag) = 0;
  // It has returned success.
  virtual void accepted(std::uint64_t tag) = 0;
  // It has returned "host busy".
  virtual void refused(std::uint64_t tag) = 0;
  // The device has taken the command from its ring.
  virtual void taken(std::uint64_t tag) = 0;
};

// All that watch one machine; each hears of everything, in the order in which they were added. They must outlive it.
class CommandObservers {
 public:
  explicit CommandObservers(CommandObserver& first) : told_(&first) {}

  void add(CommandObserver& observer) {
    if (all_ == nullptr) all_ = std::make_unique<All>(*told_);
    all_->observers.push_back(&observer);
    told_ = all_.get();
  }

  // Whoever is told: mostly there is one, and then nothing stands in between.
  [[nodiscard]] CommandObserver* operator->() const noexcept { return told_; }

 private:
  struct All final : CommandObserver {
    explicit All(CommandObserver& first) : observers{&first} {}
    void called(std::uint32_t lun, std::uint64_t tag) override {
      for (CommandObserver* const observer : observers) observer->called(lun, tag);
    }
    void accepted(std::uint64_t tag) override {
      for (CommandObserver* const observer : observers) observer->accepted(tag);
    }
    void refused(std::uint64_t tag) override {
      for (CommandObserver* const observer : observers) observer->refused(tag);
    }
    void taken(std::uint64_t tag) override {
      for (CommandObserver* const observer : observers) observer->taken(tag);
    }
    std::vector<CommandObserver*> observers;
  };

  CommandObserver* told_;
  std::unique_ptr<All> all_;
};

// What has passed a request queue so far.
struct LineCounters {
  std::uint64_t requests = 0;  // that the host has taken
  std::uint64_t kicks = 0;
  std::uint64_t interrupts = 0;
  std::uint64_t used = 0;  // of them, that it has put into the used ring
  Duration in_ring{0};     // time that requests were in the ring before they were taken
  Duration passings{0};    // when they were put into the used ring, less when they were taken; all together

  // The integral of the number of requests with the host.
  [[nodiscard]] Duration at_host(Instant now) const noexcept {
    return passings + now.time_since_epoch() * static_cast<std::int64_t>(requests - used);
  }
};

// What both sides must agree on about one request queue's ring.
struct RingPlace {
  RingFormat format;
  RingArea area;
  std::uint16_t size;
  bool indirect_desc;
  bool event_idx;
};

struct Machine {
  Calendar& calendar;
  PhysicalCpus& cpus;
  SharedBus& memory_bus;
  GuestMemory& memory;
  std::vector<RingPlace> rings;  // by LineIndex
  Counters& counters;
  StageAccounts stages;
  CommandObservers observers;
  CostSampler wake_thread;       // what waking a sleeping thread of the host costs the CPU that wakes it
  std::uint64_t data_bytes = 0;  // guest-physical memory that data may lie in, from 0; it is described, never touched

  HandOvers* hand_overs = nullptr;  // null: no physical CPU is nearer than another

  bool ioeventfd = true;      // doorbells wake threads of the host
  std::uint32_t polling = 0;  // threads of the host that look at their rings without being told; one more: the trace

  // Set by the two sides when they are built.
  DoorbellListener* host = nullptr;
  InterruptListener* guest = nullptr;

  std::vector<LineCounters> lines{};  // by LineIndex; empty unless somebody wants to know
  MachineTrace* trace = nullptr;      // see record(); null: nobody records the run

  // From now on `sink`, which must outlive the machine, hears of requests and queues. The calendar has told it of
  // threads from the beginning. Precondition: nothing has run.
  void record(MachineTrace& sink) {
    trace = &sink;
    stages.tell(sink);
    lines.resize(rings.size());
    ++polling;
  }

  // The guest rings the doorbell of a request queue, the exit's time being over. True: see DoorbellListener::kicked().
  [[nodiscard]] bool ring_doorbell(LineIndex queue) {
    count_kick(queue);
    return host->kicked(queue);
  }
  void count_kick(LineIndex queue) {
    counters.add(Count::kKicks);
    counters.add(Count::kExits);
    if (!lines.empty()) [[unlikely]] {
      ++lines[queue].kicks;
      tell(MachineTrace::QueueEvent::kKicked, queue);
    }
  }
  void count_interrupt(LineIndex queue) {
    counters.add(Count::kInterrupts);
    if (!lines.empty()) [[unlikely]] {
      ++lines[queue].interrupts;
      tell(MachineTrace::QueueEvent::kInterrupted, queue);
    }
  }
  // The host has taken the request from the queue's ring; and has put one into the used ring.
  void count_taken(LineIndex queue, const StageRecord& record) {
    if (lines.empty()) [[likely]]
      return;
    ++lines[queue].requests;
    lines[queue].in_ring += calendar.now() - record.begun(Stage::kKick);
    lines[queue].passings -= calendar.now().time_since_epoch();
    tell(MachineTrace::QueueEvent::kTaken, queue);
  }
  void count_used(LineIndex queue) {
    if (lines.empty()) [[likely]]
      return;
    ++lines[queue].used;
    lines[queue].passings += calendar.now().time_since_epoch();
    tell(MachineTrace::QueueEvent::kUsed, queue);
  }
  // The guest has added a command to the queue's ring, where a thread that polls finds it without a doorbell.
  void added(LineIndex queue) {
    if (polling > 0) [[unlikely]] {
      tell(MachineTrace::QueueEvent::kAdded, queue);
      host->added(queue);
    }
  }
  void tell(MachineTrace::QueueEvent event, LineIndex queue) const {
    if (trace != nullptr) trace->queue(event, queue);
  }
};

}  // namespace vqlab::sim
