// The explored system: vCPUs that submit, interrupts, a device process for each queue. One execution after the other
// takes place in it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/order/bounds.hpp"
#include "analysis/order/explored_driver.hpp"
#include "analysis/order/order_check.hpp"
#include "analysis/order/stage.hpp"
#include "models/testbed/interrupt_routing.hpp"
#include "models/virtqueue/either_ring.hpp"
#include "sim/engine/bus.hpp"
#include "sim/guest/guest.hpp"
#include "sim/machine/machine.hpp"

namespace vqlab::order {

// A queue, below, is one of any device: they are counted through, one device after the other.

// A set of moves, by their bits.
using MoveSet = std::uint64_t;

// What was found out on the way.
struct Contention {
  std::vector<WordId> words;  // contended ones, in the order in which they were found
  bool refusals = false;      // commands are refused within these bounds
};

// A process of the system: vCPU v submitting is v, the interrupt of queue q is vcpus + q, the device at queue q
// vcpus + queues + q; what plugs vCPUs, if there is hotplug, comes last.
//
// A queue's interrupt is served where InterruptRouting says, which is the simulator's; not while that vCPU holds a lock
// or serves another one, and what it had been doing waits. Where queues share a vector, the interrupts of a device are
// all those of its first queue, and the processes of its others do nothing. The
// device takes from a ring until it is empty once its doorbell has rung. It completes what it has taken at any time,
// and in any order but for commands of one unit, between which nothing tells that steering or driver would look at.
class ExploredSystem final : private sim::DoorbellListener,
                             private sim::InterruptListener,
                             private sim::CommandObserver {
 public:
  using Knowledge = Stage::Knowledge;

  // `watch`: of all systems that explore the same.
  ExploredSystem(const OrderBounds& bounds, MakeDriver make_driver, PolicyWatch& watch);

  // Sets up a new execution; the last one must be over.
  void begin();
  // Ends it wherever it is.
  void end();
  // Sets up an execution that has made these moves already; `known`: what it knew then, null if that is to be
  // found out. False, and it stands earlier, if the
  // policy is refused on the way.
  [[nodiscard]] bool retrace(const std::vector<Move>& moves, const Knowledge* known);
  [[nodiscard]] Knowledge knowledge() const { return stage_.knowledge(); }

  // The moves that are possible now.
  [[nodiscard]] MoveSet enabled_moves() const;
  // As many of them as have to be explored: all, or those of one process if nothing that the others may do before its
  // next move has anything to do with it (a persistent set; Godefroid, LNCS 1032).
  [[nodiscard]] MoveSet persistent_moves() const;
  [[nodiscard]] bool is_enabled(Move move) const noexcept {
    return move.process < stage_.processes.count() && stage_.processes.enabled(move);
  }
  Footprint step(Move move) { return stage_.processes.step(move); }
  [[nodiscard]] Digest state() const;
  [[nodiscard]] const std::optional<Reordering>& reordering() const noexcept { return check_->reordering(); }
  // How the policy has broken its contract, if it has.
  [[nodiscard]] std::optional<std::string> refusal() const { return stage_.watch.fault(); }
  // Precondition: no move is possible. What went wrong if commands have not come back, else nothing.
  [[nodiscard]] std::optional<std::string> stuck() const;

  // Bits of a set of moves, in the order of processes and options; below 64.
  [[nodiscard]] std::uint32_t bit_of(Move move) const noexcept;
  [[nodiscard]] Move move_of(std::uint32_t bit) const noexcept;

  void log_to(std::vector<LogLine>* log) noexcept { stage_.log_to(log); }
  // True once after something was found out that makes what was explored so far void.
  [[nodiscard]] bool take_discovery() noexcept;
  [[nodiscard]] bool discovered() const noexcept { return discovered_ || stage_.words.discovered(); }
  // Words at which processes are switched, beside locks, doorbells and interrupt lines: found out on the way.
  [[nodiscard]] std::vector<WordId> contended_words() const { return stage_.words.contended(); }
  // What was found out, and what another system has: with that both number what is shared alike.
  [[nodiscard]] Contention contention() const { return {stage_.words.discoveries(), refusals_}; }
  void contend(const Contention& contention);
  [[nodiscard]] std::string word_name(WordId word) const { return stage_.words.name(word); }

 private:
  struct DeviceQueue {
    DeviceQueue(const sim::RingPlace& place, const GuestMemory& memory, const DeviceOptions& options)
        : ring(place.format, memory, place.area, options) {}
    struct Taken {
      std::uint16_t head;
      std::uint32_t request;
      std::uint64_t response_addr;
      std::uint32_t writable_bytes;
    };
    BasicEitherDevice<YieldingAccess> ring;
    Chain chain;
    std::vector<Taken> taken;
    std::uint32_t kicked = 0;
    std::uint32_t units_served = 0;  // units with commands that may be completed
    bool at_rest = true;             // neither taking nor completing
    bool completing = false;
    bool handled = false;  // its interrupt handler runs
    std::uint32_t interrupt = 0;
    Clock kick_clock{};
    Clock interrupt_clock{};
  };

  // Numbers of shared objects.
  [[nodiscard]] ObjectId kick_object(std::uint32_t queue) const noexcept;
  [[nodiscard]] ObjectId interrupt_object(std::uint32_t queue) const noexcept;
  [[nodiscard]] ObjectId unit_object(std::uint32_t request, bool taken) const noexcept;
  [[nodiscard]] ObjectId host_object() const noexcept;
  // "queue 1", "queue 1 of device 0".
  [[nodiscard]] std::string queue_name(std::uint32_t queue) const;
  [[nodiscard]] std::string target_name(std::uint32_t target) const;
  [[nodiscard]] ExploredDriver& driver_of(std::uint32_t queue) const noexcept {
    return *drivers_[queue / bounds_.queues];
  }
  [[nodiscard]] VcpuId vcpu_of_queue(std::uint32_t queue) const noexcept;
  // The queue whose interrupt that of this queue is.
  [[nodiscard]] std::uint32_t vector_of(std::uint32_t queue) const noexcept {
    return bounds_.one_vector ? queue - queue % bounds_.queues : queue;
  }

  // Whether nobody else touches what the process is about to touch before it moves.
  [[nodiscard]] bool alone(ProcessId process) const;
  [[nodiscard]] bool kick_is_near(std::uint32_t queue) const;

  [[nodiscard]] std::uint32_t options_of_device() const noexcept;
  [[nodiscard]] MoveSet moves_of(ProcessId process) const;
  [[nodiscard]] ObjectId online_object() const noexcept { return host_object() + 2; }
  [[nodiscard]] ObjectId told_object() const noexcept { return host_object() + 3; }
  [[nodiscard]] Gate interrupt_gate(std::uint32_t queue) const noexcept;
  void plug_vcpus();
  void set_online(std::uint32_t online);
  void tell_drivers(std::uint32_t online);
  // The vCPU on which the process queues a command.
  [[nodiscard]] VcpuId enter_call(std::uint32_t process);
  void leave_call(std::uint32_t process);
  void read_told(std::uint32_t process);
  void look_who_may_run();
  void begin_online();
  void add_online_to(Digest& digest) const;
  void submit(std::uint32_t vcpu);
  void call(std::uint32_t vcpu);
  void wait_for_completion(std::uint32_t vcpu, std::uint32_t device);
  void serve_interrupts(std::uint32_t queue);
  void serve_queue(std::uint32_t queue);
  void take_all(std::uint32_t queue);
  void complete(std::uint32_t queue, std::uint32_t unit);
  void count_units(DeviceQueue& line) const;

  bool kicked(sim::LineIndex queue) override;
  bool interrupted(sim::LineIndex queue) override;
  void called(std::uint32_t lun, std::uint64_t tag) override;
  void accepted(std::uint64_t tag) override;
  void refused(std::uint64_t tag) override;
  void taken(std::uint64_t tag) override;

  [[nodiscard]] Digest driver_state(std::uint32_t queue) const;
  [[nodiscard]] Digest device_state(const DeviceQueue& queue) const;
  void make_specs();
  void add_words();
  [[nodiscard]] std::string name_word(std::uint32_t region, std::size_t offset) const;
  [[nodiscard]] std::string lock_name(std::uint32_t lock) const;

  OrderBounds bounds_;
  MakeDriver make_driver_;
  Testbed testbed_;
  sim::GuestLayout layout_;
  InterruptRouting routing_;
  GuestMemory memory_;
  Stage stage_;
  sim::Calendar calendar_;  // that stands still
  sim::PhysicalCpus cpus_;
  sim::SharedBus bus_;
  sim::Counters counters_;
  sim::Machine machine_;

  std::vector<ProcessSpec> specs_;
  std::uint32_t retraced_ = 0;

  // Of the present execution.
  std::unique_ptr<IndirectTablePool> tables_;
  std::vector<OrderCommand> commands_;
  std::vector<OrderUnit> units_;
  std::vector<OrderCpu> vcpus_;
  std::vector<OrderMidLayer> mid_layers_;                 // by queue
  std::vector<std::unique_ptr<ExploredDriver>> drivers_;  // by device
  std::vector<OrderTarget*> targets_;
  std::vector<DeviceQueue> device_;
  std::optional<OrderCheck> check_;
  std::vector<std::uint32_t> serving_;               // by vCPU: whether it serves an interrupt
  std::vector<std::uint32_t> may_retry_;             // by vCPU: a command has come back since it was refused
  std::vector<std::optional<std::uint32_t>> calls_;  // by vCPU: of queue_command(), in which nothing has been done yet
  std::vector<std::uint32_t> in_flight_;             // by device, of the mid-layer's host
  std::uint32_t online_ = 0;                         // vCPUs
  std::uint32_t told_ = 0;                           // how often drivers have been told of them
  std::vector<std::uint32_t> home_;                  // by process that submits: its vCPU
  std::vector<std::uint32_t> in_call_;               // by vCPU: of queue_command()
  std::vector<std::uint32_t> may_enter_;             // by process that submits: nobody is in a call on its vCPU
  std::uint32_t left_behind_ = 0;                    // vCPUs that are offline and have not ended what they had begun
  bool refusals_ = false;                            // happen at all, within these bounds
  bool discovered_ = false;
};

}  // namespace vqlab::order
