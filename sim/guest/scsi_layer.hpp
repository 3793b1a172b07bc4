// The block layer and the SCSI mid-layer of the era, as far as they shape the flow: one queue for each LUN, one lock
// for each HBA, "host busy", completion in softirq.
#pragma once

#include <cstdint>
#include <vector>

#include "models/base/ids.hpp"
#include "models/command/queue_map.hpp"
#include "models/testbed/block_rules.hpp"
#include "sim/guest/driver.hpp"
#include "sim/guest/vcpu.hpp"

namespace vqlab::sim {

// blk-mq's tags of one request queue, or the requests of a LUN's. A process that finds none sleeps until one comes back
// and so many are free.
struct TagSet {
  std::uint32_t free = 0;
  std::uint32_t wakes_at = 1;
  Fifo<UserProcess> waiting;

  // Whether the next one to come back wakes a process.
  [[nodiscard]] bool next_wakes() const noexcept { return !waiting.empty() && free + 1 >= wakes_at; }
};

// One HBA as the mid-layer sees it.
struct ScsiHost {
  // `alone`: the testbed with the host's controller.
  ScsiHost(Calendar& calendar, const LockTransfers& transfers, RandomStream& random, VirtioScsiDriver& hba,
           const Testbed& alone);

  VirtioScsiDriver& driver;
  SpinLock lock;
  std::uint32_t in_flight = 0;  // commands handed to the driver and not completed
  Fifo<LogicalUnit> starved;    // units whose commands wait for one to come back
  bool blocked = false;         // the driver has refused a command, and none has come back since
  std::uint32_t cmd_per_lun;    // commands that each unit takes at once
  std::uint32_t can_queue;      // and all of them together
  QueueMap queue_map;
  std::vector<TagSet> tags;  // by queue, on blk-mq
  Elevator<Command> elevator;
};

class ScsiLayer final : public MidLayer {
 public:
  // What enter_host() waits for. A coroutine of its own would cost more than what it does.
  class HostEntry {
   public:
    // `lock` may be null.
    HostEntry(ScsiHost& host, SpinLock* lock, PriorityCpu& cpu, Duration work)
        : lock_(lock), section_(host.lock.hold(cpu, work, Work::kHostReady)) {
      if (lock_ == nullptr) section_.work = work;
    }
    [[nodiscard]] bool await_ready() noexcept { return lock_ ? section_.await_ready() : spend().await_ready(); }
    void await_suspend(std::coroutine_handle<> process) {
      lock_ ? section_.await_suspend(process) : spend().await_suspend(process);
    }
    void await_resume() {
      if (lock_) section_.await_resume();
    }

   private:
    // Without the lock: the section's own claim of the CPU.
    [[nodiscard]] PriorityCpu::Claim& spend() noexcept { return section_; }

    SpinLock* lock_;
    SpinLock::Section section_;
  };

  ScsiLayer(Machine& machine, const Testbed& testbed);

  // What submitting the command takes, down to its host: for an I/O's first request the I/O's own part, too.
  [[nodiscard]] Duration draw_submission(Vcpu& cpu, const Command& command) const;

  // The same for one that is merged into another request: without what a request of its own would cost.
  [[nodiscard]] Duration draw_merged(Vcpu& cpu, const Command& command) const {
    return std::max(Duration{0}, draw_submission(cpu, command) - cpu.steps().submit_more(cpu, 0, 0, 0));
  }

  // The command becomes part of another one, in the process's plug or among those that wait for their LUN.
  void absorb(const Merge<Command>& merge, Command& command) {
    merge.request->absorb(command, merge.side);
    machine_.counters.add(Count::kMerged);
    ++command.lun->reaped[index_of(command.kind)].merged;
    command.process->merged(command);
  }
  // The request among those that wait that this one becomes part of, by the I/O scheduler's rules.
  [[nodiscard]] Merge<Command> merge_for(const Command& command) const;
  // It does, and then, if that reaches a third one, that becomes part of it, too. The result is owed.
  [[nodiscard]] Duration merge_waiting(Vcpu& cpu, const Merge<Command>& merge, Command& command);

  // Whether take_tag() would find one now.
  [[nodiscard]] bool has_tag(const Vcpu& cpu, const Command& command) const {
    const TagSet* const tags = tags_of(cpu, command);
    return tags == nullptr || tags->free > 0;
  }

  [[nodiscard]] const BlockRules& block() const noexcept { return block_; }

  // From a process on this vCPU: its request takes a tag of the vCPU's queue, where there are tags, or a request of its
  // LUN's. False: there is none, and the process sleeps until it is woken with one.
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

  // The plug of an io_submit is flushed: hands the batch, requests whose submission has ended or ends here, to
  // the driver, as far as its LUN's limit and the host's go. None is left in a ring that the device has not been
  // told of. Before that the I/O scheduler merges what it can.
  [[nodiscard]] Task<> flush_plug(Vcpu& cpu, std::vector<Command*>& batch);

  // The softirq that completes the command runs on the vCPU that submitted it (rq_affinity) if that is online and
  // shares no cache with this one, or here.
  [[nodiscard]] Duration done(Vcpu& cpu, Command& command) override;

  // In the softirq: see InterruptHandlers.
  [[nodiscard]] InterruptHandlers::CompletionLocks completion_locks(const Command& command) const {
    return {completion_locks_ ? &command.lun->host->lock : nullptr, command.lun->lock};
  }
  [[nodiscard]] Duration draw_completion(Vcpu& cpu, const Command& command);
  [[nodiscard]] InterruptHandlers::Completion complete(Vcpu& cpu, Command& command);
  [[nodiscard]] Task<> hand_over(Vcpu& cpu, const Command& command);

 private:
  // Of the LUN's requests that wait those that may be merged with.
  [[nodiscard]] std::vector<Command*> mergeable(const LogicalUnit& lun) const;
  // Those of the batch that follow others, or requests that wait, become part of them. The result is owed.
  [[nodiscard]] Duration insert(Vcpu& cpu, std::vector<Command*>& batch);
  // Of a request that has become part of another one.
  [[nodiscard]] Duration give_back_tag(Vcpu& cpu, Command& command);
  // The I/Os that were merged into the command, which has completed, have completed, too. The result is owed.
  [[nodiscard]] Duration complete_others(Vcpu& cpu, const Command& command, Command* parts);
  [[nodiscard]] bool takes_more(const LogicalUnit& lun) const noexcept {
    return lun.in_flight < lun.host->cmd_per_lun && host_takes_more(*lun.host);
  }
  [[nodiscard]] bool host_takes_more(const ScsiHost& host) const noexcept {
    return host.in_flight < host.can_queue && !host.blocked;
  }
  // Holds of the lock of the command's LUN that are part of the process's and the softirq's steps.
  [[nodiscard]] std::uint32_t holds_in_steps(const Command& command) const noexcept {
    return lun_lock_ && command.lun->lock == nullptr ? 1 : 0;
  }
  // Those that the command takes one of, submitted on this vCPU. Null: it needs none.
  [[nodiscard]] TagSet* tags_of(const Vcpu& cpu, const Command& command) const {
    return tags_ ? &command.lun->host->tags[command.lun->host->queue_map.queue_of(cpu.id()).index()]
                 : command.lun->requests;
  }
  // A hint: the host's starved units are run soon, in turn.
  void fetch_ahead(const ScsiHost& host) const noexcept;
  // Hands over what waits, as far as the limits go. False if the driver refused.
  [[nodiscard]] Task<bool> run_queue(Vcpu& cpu, LogicalUnit& lun);
  // The tag goes to the process that has waited longest, if there is one, which it wakes. The result is owed.
  [[nodiscard]] static Duration give_back(Vcpu& cpu, TagSet& tags);
  // The unit is run when a command of its host comes back.
  static void starve(LogicalUnit& lun);

  Machine& machine_;
  bool host_lock_;         // commands in flight are counted under it
  bool completion_locks_;  // and when they complete, too
  bool lun_lock_;
  bool busy_blocks_;  // a refused command keeps back its host's
  bool tags_;
  bool batches_;  // the driver knows them
  bool completes_at_submitter_;
  BlockRules block_;
};

}  // namespace vqlab::sim
