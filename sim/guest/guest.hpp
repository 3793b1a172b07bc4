// The guest: vCPUs, interrupt delivery, SCSI layer, one driver for each device, one fio process for each job.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/testbed/guest_steps.hpp"
#include "models/testbed/interrupt_routing.hpp"
#include "models/testbed/running_jobs.hpp"
#include "models/testbed/testbed.hpp"
#include "models/virtqueue/indirect_tables.hpp"
#include "sim/guest/driver.hpp"
#include "sim/guest/fio_process.hpp"
#include "sim/guest/foresight.hpp"
#include "sim/guest/load_balancer.hpp"
#include "sim/guest/scsi_layer.hpp"
#include "sim/guest/vcpu_set.hpp"
#include "sim/machine/machine.hpp"

namespace vqlab::sim {

// Where the guest keeps things in its memory; decided before the machine is built.
struct GuestLayout {
  explicit GuestLayout(const Testbed& testbed);

  std::uint32_t commands;           // io_u of all processes; at most 2^32 - 1, since more fit into no memory
  std::uint32_t pages_per_command;  // of data
  std::uint32_t table_slot_bytes;   // of one indirect table
  std::uint64_t rings;              // address of the first ring
  std::uint64_t ring_stride = 0;
  std::uint64_t tables;
  std::uint64_t headers;
  std::uint64_t end;   // of what is really there
  std::uint64_t data;  // data pages: addresses that are described, never touched
  std::uint64_t data_end;

  static constexpr std::uint64_t kHeaderStride = 256;  // request at 0, response at 64
  static constexpr std::uint64_t kResponseOffset = 64;
};

// Rings of all devices, in the order of LineIndex.
[[nodiscard]] std::vector<RingPlace> ring_places(const Testbed& testbed, const GuestLayout& layout);

// When a job is there, and when it is measured. In the future a time is the one that is planned; it is the end of all
// times if nothing is.
struct JobSpan {
  std::uint32_t first_process;
  std::uint32_t processes;
  std::uint32_t running;  // of those that have not ended; some may not have begun
  Instant begins = Instant::max();
  Instant from = Instant::max();  // its ramp is over
  Instant to = Instant::max();
};

inline constexpr LineIndex kNoLine = ~LineIndex{0};

// A request queue of the machine, as the guest knows it.
struct GuestQueue {
  VirtioScsiDriver* driver;
  InterruptRouting* routing;
  QueueId id;        // on its device
  LineIndex shares;  // whose interrupt it has, if all of its device share one; else kNoLine
};

class Guest final : private InterruptListener, private InterruptHandlers, private ProcessListener {
 public:
  // Builds the guest and makes its processes ready; registers with the machine. `all_ended` is called when no process
  // has anything left to issue. References must outlive the guest.
  Guest(Machine& machine, const Testbed& testbed, const GuestLayout& layout, std::uint64_t seed,
        std::function<void()> all_ended);

  [[nodiscard]] std::uint32_t luns() const noexcept { return static_cast<std::uint32_t>(luns_.size()); }
  [[nodiscard]] std::uint32_t commands() const noexcept { return static_cast<std::uint32_t>(commands_.size()); }
  // Busy time of a vCPU so far.
  [[nodiscard]] Duration busy_time(VcpuId vcpu) const { return vcpus_[vcpu.index()].busy_time(); }
  [[nodiscard]] std::deque<Vcpu>& vcpus() noexcept { return vcpus_; }
  // Time that vCPUs have spent spinning for locks so far.
  [[nodiscard]] Duration lock_wait() const;
  // Time that each lock has been held so far.
  struct LocksHeld {
    std::vector<Duration> hosts;    // by device
    std::vector<Duration> luns;     // of those LUNs whose lock processes share
    std::vector<Duration> targets;  // those of device 0 first
    std::vector<Duration> queues;   // by LineIndex
  };
  [[nodiscard]] LocksHeld locks_held() const;
  // Of each request queue's lock: time that vCPUs have waited for it so far. By LineIndex.
  [[nodiscard]] std::vector<Duration> queue_lock_waits() const;
  // Of the processes whose job holds requests back: their number, and the time for which it has done so far.
  struct Paced {
    std::uint32_t processes = 0;
    Duration held_back{0};
  };
  [[nodiscard]] Paced paced() const;
  // Of the I/Os that came back from each target with processes so far.
  [[nodiscard]] std::vector<std::uint64_t> target_bytes() const;
  // What came back from each LUN so far; those of target 0 first.
  [[nodiscard]] const std::deque<LogicalUnit>& disks() const noexcept { return luns_; }
  // What the processes of each job have reaped, in the order of running_jobs(). Whoever takes the latencies empties
  // them.
  [[nodiscard]] std::vector<JobCounters>& reaped() noexcept { return reaped_; }
  // From now on the processes count what fio measures beyond whole latencies. To be called before anything runs.
  void record_issues();
  // In the same order; empty if nobody has asked. Whoever takes the latencies empties them.
  [[nodiscard]] std::vector<IssueCounters>& issues() noexcept { return issues_; }
  [[nodiscard]] const std::vector<RunningJob>& jobs() const noexcept { return jobs_; }
  // Of each job's I/Os that are on their way, flushes apart: for how long they have been so, all together.
  [[nodiscard]] std::vector<Duration> under_way() const;
  // In the same order.
  [[nodiscard]] const std::vector<JobSpan>& spans() const noexcept { return spans_; }
  // For whoever records the run: the command of this tag; the process that each tag's command belongs to, by tag.
  [[nodiscard]] const Command& command(std::uint64_t tag) const noexcept { return commands_[tag]; }
  [[nodiscard]] std::vector<std::uint32_t> processes_of_commands() const;
  // All spinlocks of the guest, and all request queues of the machine, as they are called.
  struct NamedLock {
    const SpinLock* lock;
    std::string name;
  };
  [[nodiscard]] std::vector<NamedLock> locks() const;
  [[nodiscard]] std::vector<std::string> queue_names() const;
  // The drivers, by device.
  [[nodiscard]] std::vector<VirtioScsiDriver*> drivers() const;

  // From now on tells each time when a job has ended, but for the last one.
  void tell_of_ends(std::function<void()> job_ended) { job_ended_ = std::move(job_ended); }

 private:
  bool interrupted(LineIndex queue) override;
  Task<> handle_interrupt(Vcpu& cpu, LineIndex queue) override;
  CompletionLocks completion_locks(const Command& command) const override { return scsi_.completion_locks(command); }
  Duration draw_completion(Vcpu& cpu, const Command& command) override { return scsi_.draw_completion(cpu, command); }
  Completion complete(Vcpu& cpu, Command& command) override { return scsi_.complete(cpu, command); }
  Task<> hand_over(Vcpu& cpu, const Command& command) override { return scsi_.hand_over(cpu, command); }
  void process_ended(std::uint32_t job) override;

  void build_hosts(const Testbed& testbed, std::uint64_t seed);
  void build_commands(const GuestLayout& layout);
  void build_target(const Testbed& testbed, ScsiHost& host, Target& state, std::uint32_t target);
  void build_lun(LogicalUnit& unit, const Testbed& testbed, std::uint32_t target);
  void build_processes(const Testbed& testbed, std::uint64_t seed);
  // Where the process of this number of a job may run. Precondition: the job has cpus_allowed.
  void confine(FioProcessPlace& place, const FioJob& job, std::uint32_t process);
  // All jobs of the phase before have ended.
  void begin_phase(std::uint32_t phase);
  // The first commands of a new process's I/Os, from those that no process has yet.
  [[nodiscard]] std::vector<Command*> take_commands(const Testbed& testbed, std::uint32_t ios);

  // vCPUs go and return, as often as asked.
  Process plug_vcpus(Hotplug hotplug);
  // The first `online` vCPUs are online: interrupts and processes go nowhere else.
  void set_online(std::uint32_t online);
  void notify_drivers();

  Machine& machine_;
  GuestSteps<CostSampler> steps_;
  IndirectTablePool tables_;
  RandomStream lock_random_;
  LockTransfers host_lock_transfers_;
  LockTransfers lun_lock_transfers_;
  std::deque<InterruptRouting> routings_;  // one for devices that are equal
  std::vector<GuestQueue> queues_;         // by line
  ScsiLayer scsi_;
  std::vector<Command> commands_;
  std::size_t commands_taken_ = 0;  // by processes
  std::deque<Vcpu> vcpus_;
  VcpuSet vcpu_set_{{}};
  std::deque<Foresight> foresights_;  // of the devices, if the policy is clairvoyant
  std::deque<std::unique_ptr<VirtioScsiDriver>> drivers_;
  std::deque<ScsiHost> hosts_;
  std::deque<LogicalUnit> luns_;  // target by target
  std::deque<SpinLock> lun_locks_;
  std::deque<TagSet> request_lists_;  // of LUNs
  std::vector<RunningJob> jobs_;
  std::vector<JobCounters> reaped_;          // by job
  std::vector<IssueCounters> issues_;        // the same
  std::vector<std::size_t> first_commands_;  // by job; its processes have those up to the next job's
  std::vector<JobSpan> spans_;               // by job
  std::deque<std::vector<bool>> allowed_;    // vCPUs, of jobs and of processes that are confined to some
  std::vector<std::uint32_t> processes_of_target_;
  std::deque<FioProcess> processes_;  // job by job, and of a job target by target
  std::uint32_t running_ = 0;
  std::function<void()> all_ended_;
  std::function<void()> job_ended_;
  LoadBalancer balancer_;
  ProcessGroup process_group_;
};

}  // namespace vqlab::sim
