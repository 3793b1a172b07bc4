// A driver at work on the device: from its reset to the next one.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "analysis/ring/qemu/combination.hpp"
#include "analysis/ring/qemu/virtio_pci.hpp"
#include "analysis/ring/qemu/virtqueue.hpp"
#include "models/scsi/virtio_scsi.hpp"
#include "models/steering/policy.hpp"
#include "sim/guest/plain_policy_memory.hpp"

namespace vqlab::qemu {

inline constexpr std::uint32_t kMostSegments = 16;
inline constexpr std::uint32_t kPage = 4096;

// One command of the driver: its buffers in guest memory, and how it went.
struct Command {
  std::uint64_t tag = 0;
  CommandBuffers buffers;
  scsi::LunAddress address;
  std::array<Segment, kMostSegments> segments{};
  std::uint32_t queue = 0;  // that it was put into
  bool in_flight = false;
  std::uint32_t used_len = 0;      // bytes that the device says it has written
  scsi::CommandResponse response;  // once it is no longer in flight
};

// What the driver has done with one virtqueue.
struct QueueCounts {
  std::uint64_t kicks = 0;
  std::uint64_t interrupts = 0;
};

class Session {
 public:
  // Resets the device, negotiates `combination` and sets up the control queue, the event queue and `request_queues`
  // request queues; QEMU then knows no earlier driver. Throws Error if the device does not go along.
  Session(VirtioPci& device, const GuestMemory& memory, const Combination& combination, std::uint32_t request_queues);

  [[nodiscard]] std::uint64_t offered() const noexcept { return offered_; }
  [[nodiscard]] const scsi::Config& config() const noexcept { return config_; }
  [[nodiscard]] std::uint32_t request_queues() const noexcept { return static_cast<std::uint32_t>(requests_.size()); }
  [[nodiscard]] const std::vector<QueueCounts>& counts() const noexcept { return counts_; }
  [[nodiscard]] std::uint64_t commands() const noexcept { return commands_done_; }
  [[nodiscard]] Virtqueue& request_queue(std::uint32_t queue) { return *requests_[queue]; }

  // A command that is not in flight, with buffers for `bytes` bytes of data in ceil(bytes / 4096) segments, at most
  // kMostSegments. It stays the caller's until the caller returns it.
  [[nodiscard]] Command& take_command(scsi::LunAddress address, const scsi::Cdb& cdb, std::uint32_t bytes, bool write);
  void give_back(Command& command) { free_.push_back(&command); }
  // `data`: as many bytes as the command's buffers hold.
  void fill(const Command& command, std::span<const std::byte> data) const;
  [[nodiscard]] std::vector<std::byte> data_of(const Command& command) const;

  // As the simulator's driver does: picks a queue by the policy of the series, adds, kicks if the device asks for it.
  // False if the ring was full.
  bool submit(Command& command, VcpuId submitter);
  // Adds to a certain queue, and neither steers nor kicks.
  [[nodiscard]] AddResult add(Command& command, std::uint32_t queue);
  void kick_request_queue(std::uint32_t queue) { kick_if_wanted(scsi::kFirstRequestQueue + queue, *requests_[queue]); }
  // Because an add said so.
  void notify_request_queue(std::uint32_t queue) { ring_doorbell(scsi::kFirstRequestQueue + queue); }

  // Handles the interrupts that have come; false if there were none.
  bool look();
  // Handles interrupts until `done` holds. Throws Error, which says what was waited for, if that takes too long, or if
  // the device breaks a ring.
  void wait(const std::function<bool()>& done, const std::string& what);
  void wait_for(const Command& command);

  // Sends a task management request. Its answer is there once task_done() holds.
  void send_task_management(const scsi::TaskManagement& request);
  [[nodiscard]] bool task_done() const noexcept { return task_done_; }
  [[nodiscard]] scsi::Response task_response() const;

  // Events that have come and were not yet taken.
  [[nodiscard]] std::deque<scsi::Event>& events() noexcept { return events_; }

 private:
  void negotiate(const Combination& combination);
  [[nodiscard]] std::unique_ptr<Virtqueue> set_up(std::uint32_t index, const Combination& combination);
  void kick_if_wanted(std::uint32_t index, Virtqueue& queue);
  void ring_doorbell(std::uint32_t index);
  [[nodiscard]] bool interrupted(std::uint32_t index);
  void complete(const Used& used);

  VirtioPci& device_;
  const GuestMemory& memory_;
  IndirectTablePool tables_;
  EventBuffers event_buffers_;
  std::uint64_t offered_ = 0;
  scsi::Config config_;
  std::unique_ptr<Virtqueue> control_;
  std::unique_ptr<Virtqueue> events_queue_;
  std::vector<std::unique_ptr<Virtqueue>> requests_;
  std::vector<QueueCounts> counts_;  // by virtqueue

  // Of each target, as in the simulator's driver
  struct Target {
    std::uint32_t reqs = 0;
    QueueId req_vq;
  };
  sim::Calendar calendar_;  // that stands still
  PolicyWords policy_words_;
  sim::PlainPolicyMemory policy_memory_;
  std::unique_ptr<SteeringPolicy> policy_;
  std::vector<Target> targets_;

  std::vector<Command> commands_;
  std::vector<Command*> free_;
  std::uint64_t commands_done_ = 0;
  bool task_done_ = false;
  std::deque<scsi::Event> events_;
};

}  // namespace vqlab::qemu
