// The guest's virtio-scsi driver, one object for each device. What its versions differ in is data, which it is built
// from: DriverVersion. What it stands on is its platform: SimPlatform.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/base/fetch_ahead.hpp"
#include "models/base/ids.hpp"
#include "models/command/command_buffers.hpp"
#include "models/testbed/guest_driver.hpp"
#include "models/testbed/guest_steps.hpp"
#include "models/virtqueue/either_ring.hpp"
#include "sim/guest/sim_platform.hpp"
#include "sim/machine/pick_listener.hpp"

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
  std::vector<Segment> table;    // into which a command is linearised for add_buf
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

template <class Platform>
class BasicVirtioScsiDriver {
 public:
  using Cpu = typename Platform::Cpu;
  using Command = typename Platform::Command;
  using MidLayer = typename Platform::MidLayer;
  using Target = BasicTarget<Platform>;
  using RequestQueue = BasicRequestQueue<Platform>;

  // `first_line`: LineIndex of the device's first request queue. References must outlive the driver.
  BasicVirtioScsiDriver(Machine& machine, const Testbed& testbed, LineIndex first_line, IndirectTablePool& tables,
                        std::vector<Command>& commands, std::uint64_t seed);
  BasicVirtioScsiDriver(const BasicVirtioScsiDriver&) = delete;
  BasicVirtioScsiDriver& operator=(const BasicVirtioScsiDriver&) = delete;

  // Puts the command into a ring and, if it is the last of its batch, kicks if the device wants it. False: "host busy",
  // the mid-layer retries.
  [[nodiscard]] Task<bool> queue_command(Cpu& cpu, Command& command);

  // commit_rqs: a batch has ended before its last command was in the queue's ring. Kicks for those that are.
  [[nodiscard]] Task<> commit_rqs(Cpu& cpu, RequestQueue& queue);

  // The interrupt of a request queue: takes back what the device has used, until there is nothing more.
  [[nodiscard]] Task<> handle_interrupt(Cpu& cpu, std::uint32_t queue, MidLayer& mid_layer);

  // The interrupt of all virtqueues of the device, where they share a vector: looks at each in turn.
  [[nodiscard]] Task<> handle_shared_interrupt(Cpu& cpu, MidLayer& mid_layer);

  // That interrupt is on its way: a hint.
  void fetch_ahead(RequestQueue& queue) noexcept {
    const auto token = queue.ring.next_used();
    if (!token) return;
    vqlab::fetch_ahead(commands_.data() + *token);
    machine_.stages.fetch_ahead(*token);
  }

  Target& add_target(TargetId id);

  // Its policy is told what this knows, which outlives the driver.
  void tell(Clairvoyance& clairvoyance) noexcept { clairvoyance_ = &clairvoyance; }
  // From now on this hears of picks, in the place of who heard of them before, which is the result; null: nobody.
  PickListener* tell_picks(PickListener& listener) noexcept { return std::exchange(picks_, &listener); }

  // vCPUs have come or gone; the first `online` are left.
  void set_online_vcpus(std::uint32_t online);

  [[nodiscard]] RequestQueue& queue(std::uint32_t queue) noexcept { return *queues_[queue]; }

  // Words of the object that steers.
  [[nodiscard]] const PolicyWords& policy_words() const noexcept { return policy_words_; }

  // Time spent waiting for queue and target locks so far.
  [[nodiscard]] Duration lock_wait() const;
  // Time that each queue's and each target's lock has been held so far is appended.
  void append_locks_held(std::vector<Duration>& queues, std::vector<Duration>& targets) const;

 private:
  // What picking a queue takes, with all that is done under the target's lock, if it is taken.
  [[nodiscard]] Duration draw_pick(Cpu& cpu, std::uint32_t descriptors);
  // pick_vq: steers the command, and counts it as in flight. Null: not now, and nothing is counted.
  [[nodiscard]] RequestQueue* pick_queue(const Cpu& cpu, Command& command);
  // What adding `segments` descriptors takes.
  // Without ioeventfd: the vCPU serves its own kick.
  [[nodiscard]] Task<> serve_kick(Cpu& cpu, LineIndex line);
  [[nodiscard]] Duration draw_add(Cpu& cpu, std::uint32_t segments);
  // Adds the command to the queue's ring, under the queue's lock.
  [[nodiscard]] AddResult add(RequestQueue& queue, const Command& command);
  // The command is in the queue's ring, and the device has been kicked if it asked.
  void submitted(const Command& command, const RequestQueue& queue);
  // The command has been handed back to the mid-layer, or was refused.
  void forget(const Command& command, const RequestQueue& queue, bool refused);

  // All that goes into the ring, the data page by page. Neighbouring pages of a buffer belong to other commands, since
  // guest memory is rarely contiguous, so the pages of one lie as far apart as there are commands.
  [[nodiscard]] BasicCommandBuffers<SegmentRun> pages_of(const Command& command) const noexcept {
    return {command.request_addr, command.response_addr, data_of(command, command.segments, command.length_bytes),
            command.kind != IoKind::kRead};
  }
  // So much of the data buffer that is the command's own.
  [[nodiscard]] SegmentRun data_of(const Command& command, std::uint32_t pages, std::uint32_t bytes) const noexcept {
    return {.addr = command.data_addr,
            .stride = commands_.size() * kPageBytes,
            .count = pages,
            .len = kPageBytes,
            .last_len = command.kind == IoKind::kTrim ? scsi::kUnmapListBytes : bytes - (pages - 1) * kPageBytes};
  }
  // Its data lies in the buffers of several.
  [[nodiscard]] static bool is_merged(const Command& command) noexcept {
    if constexpr (Platform::kMerges) return command.merged != nullptr;
    return false;
  }
  // The same as lists; valid until the next call.
  [[nodiscard]] CommandBuffers buffers_of(const Command& command) noexcept;
  [[nodiscard]] SteeredCommand steered(const Command& command, const RequestQueue& queue) {
    return {command.lun->target->id, command.lun->lun, queue.id, memory_};
  }

  // What the command's stage takes, and that it is over.
  template <Stage kStage>
  static void serve(const Command& command, Duration work) noexcept {
    command.stages->template serve<kStage>(work);
  }
  template <Stage kStage>
  void end(const Command& command) noexcept {
    machine_.stages.end<kStage>(*command.stages, machine_.calendar.now());
  }
  void write_request(const Command& command) const;
  void check_response(const Command& command) const;

  Machine& machine_;
  std::vector<Command>& commands_;
  SubmissionRules rules_;
  std::uint32_t direct_up_to_;  // longest buffer that takes no indirect table while the ring has room for it
  bool indirect_desc_;
  bool notifies_in_lock_;
  bool drop_reqs_on_failed_add_;
  typename Platform::Access access_;
  std::string policy_;  // its name
  PolicyWords policy_words_;
  typename Platform::PolicyMemory memory_;
  std::unique_ptr<SteeringPolicy> steering_;  // null: queue 0
  Clairvoyance* clairvoyance_ = nullptr;      // null: the policy knows what a driver can know
  PickListener* picks_ = nullptr;             // null: nobody hears of them
  std::uint32_t vcpus_online_;
  std::uint32_t commands_left_;  // that the driver can allocate
  std::uint32_t queues_used_;
  std::vector<std::unique_ptr<RequestQueue>> queues_;  // all that the device has
  std::deque<Target> targets_;
  std::vector<Segment> data_;
  RandomStream random_;
  GuestSteps<CostSampler> steps_;
  LockTransfers target_lock_transfers_;
  LockTransfers queue_lock_transfers_;
};
using VirtioScsiDriver = BasicVirtioScsiDriver<SimPlatform>;

}  // namespace vqlab::sim
