// The block layer and the SCSI mid-layer of the era, as far as they shape the flow: one queue for each LUN, one lock
// for each HBA, "host busy", completion in softirq.
#pragma once

#include <cstdint>
#include <vector>

#include "models/base/ids.hpp"
#include "models/command/queue_map.hpp"
#include "sim/guest/driver.hpp"
#include "sim/guest/vcpu.hpp"

namespace vqlab::sim {

// blk-mq's tags of one request queue. A process that finds none sleeps until one comes back.
struct TagSet {
  std::uint32_t free = 0;
  Fifo<UserProcess> waiting;
};

// One HBA as the mid-layer sees it.
struct ScsiHost {
  ScsiHost(Calendar& calendar, const LockTransfers& transfers, RandomStream& random, VirtioScsiDriver& hba)
      : driver(hba), lock(calendar, transfers, random) {}

  VirtioScsiDriver& driver;
  SpinLock lock;
  std::uint32_t in_flight = 0;  // commands handed to the driver and not completed
  Fifo<LogicalUnit> starved;    // units whose commands wait for one to come back
  std::vector<TagSet> tags;     // by queue, on blk-mq
};

class ScsiLayer final : public MidLayer {
 public:
  // What enter_host() waits for. A coroutine of its own would cost more than what it does.
  class HostEntry {
   public:
    // `lock` may be null.
    HostEntry(ScsiHost& host, SpinLock* lock, PriorityCpu& cpu, Duration work)
        : lock_(lock), acquire_(host.lock.acquire(cpu, work)), spend_(cpu.spend(work)) {}
    [[nodiscard]] bool await_ready() noexcept { return lock_ ? acquire_.await_ready() : spend_.await_ready(); }
    void await_suspend(std::coroutine_handle<> process) {
      lock_ ? acquire_.await_suspend(process) : spend_.await_suspend(process);
    }
    void await_resume() {
      if (lock_) lock_->release(spend_.cpu);
    }

   private:
    SpinLock* lock_;
    SpinLock::Acquire acquire_;  // one of the two is awaited
    PriorityCpu::Claim spend_;
  };
  ScsiLayer(Machine& machine, const Testbed& testbed);

  // From a process on this vCPU: its request takes a tag of the vCPU's queue, where there are tags. False: there is
  // none, and the process sleeps until it is woken with one.
  [[nodiscard]] bool take_tag(const Vcpu& cpu, Command& command);

  // From a process: whether the request may be dispatched now, and at once; else it has gone to its LUN's queue.
  [[nodiscard]] bool admit(Command& command);

  // Awaitable: the request is counted as in flight on its LUN and its host, under the host's lock, or on blk-mq
  // without.
  [[nodiscard]] HostEntry enter_host(Vcpu& cpu, Command& command);

  // Hands the request, which has entered its host, to the driver. False: "host busy", see refused().
  [[nodiscard]] Task<bool> dispatch(Vcpu& cpu, Command& command) {
    machine_.stages.end<Stage::kHostLock>(*command.stages, machine_.calendar.now());
    return command.lun->host->driver.queue_command(cpu, command);
  }

  // Retries a request that the driver has refused. False: others are on their way, and it waits in its LUN's queue for
  // one of them to come back.
  Task<bool> refused(Vcpu& cpu, Command& command);

  // The plug of an io_submit is flushed: hands the batch, requests of one LUN in kSubmit, to the driver, as far as its
  // LUN's limit and the host's go. None is left in a ring that the device has not been told of.
  [[nodiscard]] Task<> flush_plug(Vcpu& cpu, Fifo<Command>& batch);

  // The softirq that completes the command runs on the vCPU that submitted it (rq_affinity) if that is online and
  // shares no cache with this one, or here.
  [[nodiscard]] Duration done(Vcpu& cpu, Command& command) override;

  // In the softirq: see InterruptHandlers.
  [[nodiscard]] Duration draw_completion(Vcpu& cpu, const Command& command);
  [[nodiscard]] InterruptHandlers::Completion complete(Vcpu& cpu, Command& command);
  [[nodiscard]] Task<> hand_over(Vcpu& cpu, const Command& command);

 private:
  [[nodiscard]] bool takes_more(const LogicalUnit& lun) const noexcept {
    return lun.in_flight < cmd_per_lun_ && lun.host->in_flight < can_queue_;
  }
  // Hands over what waits, as far as the limits go. False if the driver refused.
  [[nodiscard]] Task<bool> run_queue(Vcpu& cpu, LogicalUnit& lun);
  // The tag goes to the process that has waited longest, if there is one, which it wakes. The result is owed.
  [[nodiscard]] static Duration give_back(Vcpu& cpu, TagSet& tags);
  // The unit is run when a command of its host comes back.
  static void starve(LogicalUnit& lun);

  Machine& machine_;
  bool host_lock_;  // commands in flight are counted under it
  bool tags_;
  bool batches_;  // the driver knows them
  QueueMap queue_map_;
  std::uint32_t cmd_per_lun_;
  std::uint32_t can_queue_;  // of each host
  bool completes_at_submitter_;
};

}  // namespace vqlab::sim
