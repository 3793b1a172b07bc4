// One fio process: keeps `iodepth` requests in flight on its LUNs, one system call for each or for a batch, and sleeps
// until as many as it asks for have completed. What its think time or its rate holds back it waits for by timer.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/base/busy_time.hpp"
#include "models/base/fetch_ahead.hpp"
#include "models/testbed/testbed.hpp"
#include "models/workload/fio_job.hpp"
#include "models/workload/fio_pace.hpp"
#include "models/workload/fio_requests.hpp"
#include "sim/guest/issue_times.hpp"
#include "sim/guest/scsi_layer.hpp"
#include "sim/guest/vcpu_set.hpp"

namespace vqlab::sim {

// Hears of processes that have issued all their loops, or whose time is over. `job` as in running_jobs().
class ProcessListener {
 public:
  virtual ~ProcessListener() = default;
  virtual void process_ended(std::uint32_t job) = 0;
};

// What a process has for itself.
struct FioProcessPlace {
  std::uint32_t index;                         // in the guest
  std::uint32_t job;                           // as in running_jobs()
  std::uint32_t vcpu;                          // index of the vCPU where it begins
  std::vector<Command*> commands;              // its io_u, as many as its job's depth
  std::vector<LogicalUnit*> disks;             // at least one
  const std::vector<bool>* allowed = nullptr;  // as UserProcess's
  bool pinned = false;                         // it stays on `vcpu`
  FioPace::Begin pace = FioPace::Begin::kWithinGap;
};

class FioProcess final : public UserProcess {
 public:
  // What it reaps is counted in `reaped`. References must outlive the process.
  FioProcess(FioProcessPlace place, const FioJob& job, Machine& machine, ScsiLayer& scsi, const Testbed& testbed,
             const VcpuSet& vcpus, JobCounters& reaped, ProcessListener& listener, std::uint64_t seed);

  // From now on it counts there what fio measures beyond whole latencies. To be called before run().
  void record(IssueCounters& counters) { issue_times_.emplace(counters, never_calls_); }

  // The process's life, which begins then and in which it issues nothing from `ends` on; to be started once.
  [[nodiscard]] Process run(Instant begins, Instant ends);

  [[nodiscard]] Vcpu* completed(Command& command, Vcpu& waker) override;
  [[nodiscard]] bool next_wakes(const Command& command) const noexcept override {
    if (!asleep_ || command.first->open > 1) return false;
    return flush_ == nullptr ? done_count_ + 1 >= wakes_at_ : command.first == flush_;
  }
  [[nodiscard]] Vcpu& place(Vcpu& waker) override;
  void wake() override { vcpu_->start_process(*this); }
  void go_on() override {
    vqlab::fetch_ahead(done_.front());
    vqlab::fetch_ahead(free_.front());
    requests_.fetch_ahead();
    picked_.signal(vcpu_->cpu());
  }
  void merged(const Command& command) override { ++reaped_[index_of(command.kind)].merged; }
  void moved(Vcpu& vcpu) override { set_vcpu(vcpu); }
  void push(Vcpu& vcpu) override {
    pushed_to_ = &vcpu;
    moves_at_ = Instant{};
  }

  // The timer of a process that replays a trace at its times; to be started once, before run(). Else nothing.
  [[nodiscard]] bool has_alarm() const noexcept { return replays_; }
  [[nodiscard]] Process alarms();

  // Whether its job holds requests back, for think time or a rate; and the time for which it has done so far.
  [[nodiscard]] bool paced() const noexcept { return pace_.paced(); }
  [[nodiscard]] Duration held_back() const noexcept { return held_back_.so_far(machine_.calendar.now()); }

  // vCPUs have gone. If its own one has, it goes elsewhere when it is woken next, or with its next request.
  void leave_offline_vcpu() {
    if (!vcpu_->online()) moves_at_ = Instant{};
  }

 private:
  // The first command for the next I/O; null if none is free, or if the job's pace holds the I/O back.
  [[nodiscard]] Command* next_free() {
    if (ends_now() || (pace_.paced() && !pace_.may_issue(machine_.calendar.now()))) return nullptr;
    if (drains_ && in_flight_ > refills_at_) [[unlikely]]
      return nullptr;
    Command* const command = free_.pop_front();
    drains_ = refills_at_ > 0 && free_.empty();
    return command;
  }
  [[nodiscard]] bool ends_now() const noexcept { return machine_.calendar.now() >= ends_at_; }
  [[nodiscard]] bool must_move() const noexcept { return machine_.calendar.now() >= moves_at_; }
  void set_vcpu(Vcpu& vcpu) noexcept {
    if (&vcpu == vcpu_) return;
    vruntime += vcpu.processes().least_vruntime() - vcpu_->processes().least_vruntime();
    vcpu_ = &vcpu;
  }
  // Where it must move to, perhaps nowhere else.
  [[nodiscard]] Vcpu& next_vcpu();
  // Others run first. Its cost so far is owed, and what it owes then is the result.
  [[nodiscard]] Task<Duration> be_preempted(Duration owed);
  // It must move though it runs. Its cost so far is owed, and what it owes then is the result.
  [[nodiscard]] Task<Duration> move(Duration owed);
  // It sleeps for I/Os that are in flight: it is to wake when its trace has the next one, if it could submit that.
  void set_alarm();
  // Nothing is in flight, and the job's pace holds the next I/O back. What it owes is paid; what it owes then is the
  // result.
  [[nodiscard]] Task<Duration> stall();
  // Sleeps until then, before its life begins.
  // Fills the command, and those that follow it, with the process's next I/O. Returns the number of its requests; 0
  // when all loops are issued.
  [[nodiscard]] std::uint32_t prepare(Command& first);
  // The request becomes part of another one, in the plug or where it waits. False: it goes on by itself.
  [[nodiscard]] Task<bool> merge(Command& request, Duration& owed);
  // The command's submission begins when what is owed has been paid; the result is what both take.
  [[nodiscard]] Duration begin(Command& command, Duration owed, Duration submit);
  // The call that submits has returned.
  void call_returned() {
    if (issue_times_) [[unlikely]]
      issue_times_->issued(machine_.calendar.now());
  }
  // io_getevents: takes what has completed, up to the job's maximum. Its cost is owed, and it returns when that is
  // paid. With io_uring it is a call only if the process had to wait for it.
  void reap(Duration& owed, bool waited);
  // The I/O is over: its process has it back at this time, which `call` was a part of.
  void take_back(Command& io, Instant returned, Duration call);
  // fsync of a disk that has no write cache: a call that sends nothing. The result is owed.
  [[nodiscard]] Duration flush_nothing(Command& flush, Duration owed);
  // fsync: the process sleeps until its flush, which is on its way, is done. What it owes then is the result.
  [[nodiscard]] Task<Duration> wait_for_flush(Command& flush, Duration owed);

  // What every request needs comes first: see kNeeded.
  Machine& machine_;
  ScsiLayer& scsi_;
  const VcpuSet& vcpus_;
  Vcpu* vcpu_;                         // where it runs or last ran
  Instant moves_at_ = Instant::max();  // migrates_at_, or the past if it must leave its vCPU
  Instant ends_at_ = Instant::max();
  Fifo<Command> free_;
  Fifo<Command> done_;
  std::uint32_t done_count_ = 0;
  std::uint32_t in_flight_ = 0;
  JobCounters& reaped_;
  Command* flush_ = nullptr;    // an fsync that it waits for
  std::uint32_t wakes_at_ = 1;  // requests that it sleeps for
  std::uint32_t iodepth_batch_;
  std::uint32_t refills_at_;  // requests in flight; 0: at once
  bool drains_ = false;       // all of its requests have been in flight since
  std::uint32_t most_bytes_;  // of a request
  std::uint32_t complete_min_;
  std::uint32_t complete_max_;
  bool plugs_;          // a call holds requests back in the plug
  bool plugs_batches_;  // until its last I/O, not only each I/O's
  bool merges_;         // its I/Os may become part of others
  bool always_calls_;   // io_getevents, whether there is something to wait for or not
  bool never_calls_;    // it: the call that submits returns with the I/O
  bool seeks_;
  bool waits_for_flushes_;
  bool pinned_;
  bool asleep_ = false;
  CpuEvent picked_{Vcpu::kProcess};
  bool replays_;  // a trace, at its times
  Instant begun_{};
  FioPace pace_;
  FioRequestSequence requests_;

  std::vector<LogicalUnit*> disks_;
  BusyTime held_back_;
  Vcpu* pushed_to_ = nullptr;  // where load balancing wants it
  RandomStream random_;
  CostSampler migration_interval_;
  RandomStream migration_random_;
  Instant migrates_at_ = Instant::max();
  Step alarm_;
  std::uint32_t job_;
  ProcessListener& listener_;
  Plug<Command> plug_;
  CostSampler timer_late_;
  std::optional<IssueTimes> issue_times_;
};

}  // namespace vqlab::sim
