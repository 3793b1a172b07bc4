// The guest's virtio-scsi driver, one object for each device: what all versions of it have in common.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "models/base/ids.hpp"
#include "models/command/command_buffers.hpp"
#include "models/testbed/testbed.hpp"
#include "models/virtqueue/either_ring.hpp"
#include "sim/guest/driver/sim_platform.hpp"
#include "sim/guest/vcpu.hpp"

namespace vqlab::sim {

// The driver's state of one SCSI target. `reqs` and `req_vq` are shared between vCPUs: they are touched through the
// driver's accessor alone.
template <class Platform>
struct BasicTarget {
  BasicTarget(TargetId target, Calendar& calendar, const LockTransfers& transfers, RandomStream& random)
      : id(target), lock(calendar, transfers, random) {}

  TargetId id;
  typename Platform::Lock lock;  // tgt_lock
  std::uint32_t reqs = 0;        // commands in flight
  std::uint32_t req_vq = 0;      // queue of the last command
  std::vector<Segment> table;    // the driver before the series linearises each command into it
};
using Target = BasicTarget<SimPlatform>;

template <class Platform>
struct BasicRequestQueue {
  using Ring = BasicEitherDriver<typename Platform::Access>;

  BasicRequestQueue(QueueId queue, LineIndex line_index, Ring driver_side, Calendar& calendar,
                    const LockTransfers& transfers, RandomStream& random)
      : id(queue), line(line_index), ring(std::move(driver_side)), lock(calendar, transfers, random) {}

  QueueId id;
  LineIndex line;
  Ring ring;
  typename Platform::Lock lock;  // vq_lock
};

// What a lock that protects `lines` cache lines costs in the guest.
[[nodiscard]] LockTransfers lock_transfers(const Testbed& testbed, double lines, ResourceId lock);

template <class Platform>
class BasicVirtioScsiDriver {
 public:
  using Lock = typename Platform::Lock;
  using Cpu = typename Platform::Cpu;
  using Command = typename Platform::Command;
  using MidLayer = typename Platform::MidLayer;
  using Target = BasicTarget<Platform>;
  using RequestQueue = BasicRequestQueue<Platform>;

  virtual ~BasicVirtioScsiDriver() = default;
  BasicVirtioScsiDriver(const BasicVirtioScsiDriver&) = delete;
  BasicVirtioScsiDriver& operator=(const BasicVirtioScsiDriver&) = delete;

  // Puts the command into a ring and, if it is the last of its batch, kicks if the device wants it. False: "host busy",
  // the mid-layer retries. Before anything else the mid-layer looks at the host's limits, for `host_work` under
  // `host_lock`, or without it on blk-mq: that waits here, since a coroutine of its own would cost more than it does.
  [[nodiscard]] Task<bool> queue_command(Cpu& cpu, Command& command, Lock& host_lock, Duration host_work);

  // Where all commands of a batch go that this vCPU submits. Null: the driver knows no batches, and each command must
  // be the last of its own.
  [[nodiscard]] virtual RequestQueue* batch_queue(const Cpu& /*cpu*/) { return nullptr; }

  // commit_rqs: a batch has ended before its last command was in the queue's ring. Kicks for those that are.
  [[nodiscard]] Task<> commit_rqs(Cpu& cpu, RequestQueue& queue);

  // The interrupt of a request queue: takes back what the device has used, until there is nothing more.
  [[nodiscard]] Task<> handle_interrupt(Cpu& cpu, std::uint32_t queue, MidLayer& mid_layer);

  Target& add_target(TargetId id);

  // vCPUs have come or gone; the first `online` are left.
  virtual void set_online_vcpus(std::uint32_t /*online*/) {}

  [[nodiscard]] RequestQueue& queue(std::uint32_t queue) noexcept { return *queues_[queue]; }

  // Time spent waiting for queue and target locks so far.
  [[nodiscard]] Duration lock_wait() const;
  // Time that each queue's and each target's lock has been held so far is appended.
  void append_locks_held(std::vector<Duration>& queues, std::vector<Duration>& targets) const;

 protected:
  // How this version of the driver uses the lock of the command's target.
  enum class TargetLock : std::uint8_t {
    kNone,
    kToPick,      // while the queue is picked
    kUntilAdded,  // and until the command is in the ring, since it is linearised into the target's table
  };

  // `first_line`: LineIndex of the device's first request queue. References must outlive the driver.
  BasicVirtioScsiDriver(Machine& machine, const Testbed& testbed, LineIndex first_line, IndirectTablePool& tables,
                        std::vector<Command>& commands, TargetLock target_lock, std::uint64_t seed);

  // What picking a queue takes, with all that is done under the target's lock, if it is taken.
  [[nodiscard]] virtual Duration draw_pick(Cpu& cpu, std::uint32_t descriptors) = 0;
  // Steers the command, and counts it as in flight. Null: not now, and nothing is counted.
  [[nodiscard]] virtual RequestQueue* pick_queue(Cpu& cpu, Command& command) = 0;
  // Adds it to the queue's ring, under the queue's lock.
  [[nodiscard]] virtual AddResult add(RequestQueue& queue, const Command& command) = 0;
  // The command is in the queue's ring, and the device has been kicked if it asked.
  virtual void submitted(Command& /*command*/, RequestQueue& /*queue*/) {}
  // The command has been handed back to the mid-layer, or was refused.
  virtual void forget(Command& command, RequestQueue& queue, bool refused) = 0;

  // Notes the queue that the target's command takes.
  void steer(Target& target, RequestQueue& queue);
  // What adding `segments` descriptors takes.
  [[nodiscard]] Duration draw_add(Cpu& cpu, std::uint32_t segments);

  // Copying a command of `descriptors` segments into its target's table, and adding it from there.
  [[nodiscard]] Duration draw_linearise(Cpu& cpu, std::uint32_t descriptors) {
    return cpu.draw(linearise_cost_, descriptors);
  }
  void linearise(const Command& command);
  [[nodiscard]] static const std::vector<Segment>& linearised(const Command& command) noexcept;
  template <class Ring>
  [[nodiscard]] static AddResult add_linearised(Ring& ring, const Command& command) {
    return vqlab::add_linearised(ring, linearised(command), command.write ? command.segments : 0, command.tag);
  }

  // The command's data buffer, page by page; valid until the next call. Neighbouring pages of a buffer belong to other
  // commands, since guest memory is rarely contiguous, so the pages of one lie as far apart as there are commands.
  [[nodiscard]] std::span<const Segment> data_of(const Command& command) noexcept;

  // All that goes into the ring; valid as long.
  [[nodiscard]] CommandBuffers buffers_of(const Command& command) noexcept {
    return {command.request_addr, command.response_addr, data_of(command), command.write};
  }

  Machine& machine_;
  typename Platform::Access access_;
  double speed_;
  TargetLock target_lock_;
  // The mid-layer counts what is in flight under the host's lock; blk-mq does so by atomic operations.
  bool takes_host_lock_ = true;
  // Longest buffer that takes no indirect table while the ring has room for it.
  std::uint32_t direct_up_to_ = 1;
  std::vector<std::unique_ptr<RequestQueue>> queues_;
  std::deque<Target> targets_;

 private:
  // What the command's stage takes, and that it is over.
  template <Stage kStage>
  static void serve(const Command& command, Duration work) noexcept {
    command.stages->template serve<kStage>(work);
  }
  template <Stage kStage>
  void end(const Command& command) noexcept {
    machine_.stages.end<kStage>(*command.stages, machine_.calendar.now());
  }
  // Rings the queue's doorbell, the exit's time being over. True: that woke a thread of the host.
  [[nodiscard]] bool ring_doorbell(const RequestQueue& queue) {
    machine_.counters.add(Count::kKicks);
    machine_.counters.add(Count::kExits);
    return machine_.host->kicked(queue.line);
  }
  void write_request(const Command& command) const;
  void check_response(const Command& command) const;

  std::vector<Command>& commands_;
  std::uint32_t commands_left_;  // that the driver can allocate
  std::vector<Segment> data_;
  RandomStream random_;
  bool indirect_desc_;
  bool notifies_in_lock_;
  CostSampler add_cost_;
  CostSampler add_segment_cost_;
  CostSampler indirect_table_cost_;
  LockTransfers target_lock_transfers_;
  LockTransfers queue_lock_transfers_;
  CostSampler linearise_cost_;
  CostSampler kick_cost_;
  CostSampler entry_cost_;
  CostSampler remote_entry_cost_;
};
using VirtioScsiDriver = BasicVirtioScsiDriver<SimPlatform>;

// The driver that the testbed names. Precondition: the name is one of the parameter table's choices.
[[nodiscard]] std::unique_ptr<VirtioScsiDriver> make_driver(Machine& machine, const Testbed& testbed,
                                                            LineIndex first_line, IndirectTablePool& tables,
                                                            std::vector<Command>& commands, std::uint64_t seed);

}  // namespace vqlab::sim
