// The block layer and the SCSI mid-layer of the era, as far as they shape the flow: one queue for each LUN, one lock
// for each HBA, "host busy", completion in softirq.
#pragma once

#include <cstdint>
#include <vector>

#include "models/base/ids.hpp"
#include "sim/guest/driver/driver.hpp"
#include "sim/guest/vcpu.hpp"

namespace vqlab::sim {

struct ScsiHost;

struct LogicalUnit {
  std::uint32_t index = 0;  // in the machine
  ScsiHost* host = nullptr;
  Target* target = nullptr;
  LunId lun;
  std::uint32_t in_flight = 0;
  Fifo<Command> waiting;  // for the unit's or the host's limit, or refused by the driver
  bool starved = false;   // stands in the host's list
  LogicalUnit* next = nullptr;
};

// blk-mq's tags of one request queue. A process that finds none sleeps until one comes back.
struct TagSet {
  std::uint32_t free = 0;
  Fifo<FioProcess> waiting;
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

class ScsiLayer {
 public:
  ScsiLayer(Machine& machine, const Testbed& testbed);

  // From a process on this vCPU: its request takes a tag of the vCPU's queue, where there are tags. False: there is
  // none, and the process sleeps until it is woken with one.
  [[nodiscard]] bool take_tag(const Vcpu& cpu, Command& command);

  // From a process: whether the request may be dispatched now, and at once; else it has gone to its LUN's queue.
  [[nodiscard]] bool admit(Command& command);

  // Hands the request to the driver. False: "host busy", see refused().
  [[nodiscard]] Task<bool> dispatch(Vcpu& cpu, Command& command);

  // Retries a request that the driver has refused. False: others are on their way, and it waits in its LUN's queue for
  // one of them to come back.
  Task<bool> refused(Vcpu& cpu, Command& command);

  // The plug of an io_submit is flushed: hands the batch, requests of one LUN in kSubmit, to the driver, as far as its
  // LUN's limit and the host's go. None is left in a ring that the device has not been told of.
  [[nodiscard]] Task<> flush_plug(Vcpu& cpu, Fifo<Command>& batch);

  // scsi_done: the driver has taken the command back, in its interrupt handler. The softirq that completes it runs on
  // the vCPU that submitted it (rq_affinity) if that is online, or here. The result is owed: what that has cost this
  // one.
  [[nodiscard]] Duration done(Vcpu& cpu, Command& command);

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
  CostSampler host_lock_cost_;
  CostSampler complete_cost_;
  CostSampler complete_page_cost_;
  CostSampler cold_request_cost_;
  std::uint32_t cmd_per_lun_;
  std::uint32_t can_queue_;  // of each host
  bool rq_affinity_;
};

}  // namespace vqlab::sim
