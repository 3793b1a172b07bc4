#include "sim/guest/fio_process.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace vqlab::sim {

FioProcess::FioProcess(std::uint32_t index, const FioJob& job, Machine& machine, ScsiLayer& scsi,
                       const Testbed& testbed, const VcpuSet& vcpus, std::uint32_t vcpu,
                       const std::vector<Command*>& commands, ProcessListener& listener, std::uint64_t seed)
    : machine_(machine),
      scsi_(scsi),
      requests_(job, seed, index),
      pace_(job, seed, index),
      vcpus_(vcpus),
      vcpu_(&vcpus_[vcpu]),
      pinned_(testbed.guest.pinned_vcpus > 0),
      random_(seed, "guest/process/" + std::to_string(index)),
      migration_interval_({testbed.guest.migration_interval_ns, Shape::kExponential}),
      migration_random_(seed, "guest/process/" + std::to_string(index) + "/migration"),
      listener_(listener),
      iodepth_batch_(job.iodepth_batch),
      complete_min_(job.iodepth_batch_complete_min),
      timer_late_(testbed.guest_costs.timer_late_ns) {
  weight = job.weight();
  for (Command* command : commands) {
    command->process = this;
    free_.push_back(*command);
  }
  if (testbed.guest.migration_interval_ns > 0) {
    migrates_at_ = Instant{} + migration_interval_.sample(migration_random_);
    moves_at_ = migrates_at_;
  }
}

Process FioProcess::run() {
  vcpu_->start_process(*this);
  co_await picked_.wait();
  // Work whose end nobody waits for is paid with the step that follows it.
  Duration owed = vcpu_->switch_to(*this);
  Fifo<Command> batch;
  std::uint32_t batched = 0;
  while (true) {
    while (Command* const command = next_free()) {
      // From one system call to the next.
      if (vcpu_->preempts_process() && batched == 0) [[unlikely]]
        owed = co_await be_preempted(owed);
      if (must_move() && batched == 0) [[unlikely]]
        owed = co_await move(owed);
      if (!prepare(*command)) break;
      ++in_flight_;
      co_await vcpu_->spend(begin(*command, std::exchange(owed, Duration{0})));
      if (iodepth_batch_ > 1) {
        batch.push_back(*command);
        if (++batched < iodepth_batch_) continue;
        co_await scsi_.flush_plug(*vcpu_, batch);
        batched = 0;
        continue;
      }
      machine_.stages.end<Stage::kSubmit>(*command->stages, machine_.calendar.now());
      if (!scsi_.take_tag(*vcpu_, *command)) {
        vcpu_->stop_process();
        co_await picked_.wait();
        co_await vcpu_->spend(vcpu_->switch_to(*this));
      }
      if (!scsi_.admit(*command)) continue;
      co_await scsi_.enter_host(*vcpu_, *command);
      const bool accepted = co_await scsi_.dispatch(*vcpu_, *command);
      if (!accepted) co_await scsi_.refused(*vcpu_, *command);
    }
    if (batched > 0) {
      co_await scsi_.flush_plug(*vcpu_, batch);
      batched = 0;
    }
    if (in_flight_ == 0) {
      if (!pace_.paced() || pace_.may_issue(machine_.calendar.now())) break;
      co_await vcpu_->spend(std::exchange(owed, Duration{0}));
      vcpu_->stop_process();
      const Duration late = timer_late_.sample(random_);
      const Duration stall = pace_.stall(machine_.calendar.now());
      held_back_.add(machine_.calendar.now(), stall);
      co_await machine_.calendar.sleep(stall + late, stall > late ? ResourceId::kPace : ResourceId::kWakeUps);
      (vcpu_->online() ? *vcpu_ : vcpus_[0]).raise_timer(*this);
      co_await picked_.wait();
      owed = vcpu_->switch_to(*this);
      continue;
    }
    // Paid before the look that decides about sleeping: what completes meanwhile must not be missed.
    wakes_at_ = std::min(complete_min_, in_flight_);
    if (done_count_ < wakes_at_) co_await vcpu_->spend(std::exchange(owed, Duration{0}));
    if (done_count_ < wakes_at_) {
      asleep_ = true;
      vcpu_->stop_process();
      co_await picked_.wait();
      owed = vcpu_->switch_to(*this);
    }
    reap(owed);
  }
  co_await vcpu_->spend(owed);
  vcpu_->stop_process();
  listener_.process_ended();
}

Duration FioProcess::begin(const Command& command, Duration owed) {
  const Duration submit = vcpu_->steps().submit(*vcpu_, command.segments);
  machine_.stages.begin(*command.stages, machine_.calendar.now() + owed);
  command.stages->serve<Stage::kSubmit>(submit);
  return owed + submit;
}

void FioProcess::reap(Duration& owed) {
  const Duration call = vcpu_->steps().reap(*vcpu_, done_count_);
  owed += call;
  const Instant returned = machine_.calendar.now() + owed;
  machine_.counters.add(Count::kCompleted, done_count_);
  in_flight_ -= std::exchange(done_count_, 0);
  std::uint64_t bytes = 0;
  while (Command* const command = done_.pop_front()) {
    bytes += command->length_bytes;
    command->stages->serve<Stage::kWakeUp>(call);
    machine_.counters.latency.add(machine_.stages.over(*command->stages, returned));
    free_.push_back(*command);
  }
  machine_.counters.add(Count::kBytes, bytes);
  bytes_ += bytes;
}

Vcpu* FioProcess::completed(Command& command, Vcpu& waker) {
  done_.push_back(command);
  ++done_count_;
  if (!asleep_ || done_count_ < wakes_at_) return nullptr;
  asleep_ = false;
  return &place(waker);
}

Vcpu& FioProcess::place(Vcpu& waker) {
  if (must_move())
    set_vcpu(next_vcpu());
  else if (!pinned_)
    set_vcpu(vcpus_.place_woken(weight, waker, *vcpu_));
  return *vcpu_;
}

Vcpu& FioProcess::next_vcpu() {
  const Instant now = machine_.calendar.now();
  Vcpu* to = std::exchange(pushed_to_, nullptr);
  if (to == nullptr) to = vcpu_;
  if (now >= migrates_at_) {
    migrates_at_ = now + migration_interval_.sample(migration_random_);
    if (vcpus_.online() > 1) {
      const std::uint32_t other = below(vcpus_.online() - 1, migration_random_.next32());
      to = &vcpus_[other < vcpu_->id().value ? other : other + 1];
    }
  }
  moves_at_ = migrates_at_;
  return to->online() ? *to : vcpus_[0];
}

Task<Duration> FioProcess::be_preempted(Duration owed) {
  Vcpu& from = *vcpu_;
  co_await from.spend(owed);
  from.put_process_back();
  co_await picked_.wait();
  co_return vcpu_->switch_to(*this);
}

Task<Duration> FioProcess::move(Duration owed) {
  // Where it goes may go offline before it is there.
  do {
    Vcpu& from = *vcpu_;
    Vcpu& to = next_vcpu();
    if (&to == &from) break;
    from.end_process();
    set_vcpu(to);
    owed += from.steps().wake_process(from);
    owed += from.wake_process(*this, to);
    co_await from.spend(owed);
    from.release_process();
    co_await picked_.wait();
    owed = vcpu_->switch_to(*this);
  } while (!vcpu_->online());
  co_return owed;
}

bool FioProcess::prepare(Command& command) {
  FioRequest request{};
  if (!requests_.next(request)) return false;
  command.segments = pages(request.length_bytes);
  command.offset_bytes = request.offset_bytes;
  command.length_bytes = request.length_bytes;
  command.write = request.write;
  if (pace_.paced()) pace_.issued();
  return true;
}

}  // namespace vqlab::sim
