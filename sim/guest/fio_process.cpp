#include "sim/guest/fio_process.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "models/testbed/guest_driver.hpp"

namespace vqlab::sim {

FioProcess::FioProcess(FioProcessPlace place, const FioJob& job, Machine& machine, ScsiLayer& scsi,
                       const Testbed& testbed, const VcpuSet& vcpus, JobCounters& reaped, ProcessListener& listener,
                       std::uint64_t seed)
    : machine_(machine),
      scsi_(scsi),
      vcpus_(vcpus),
      vcpu_(&vcpus_[place.vcpu]),
      reaped_(reaped),
      iodepth_batch_(job.iodepth_batch),
      refills_at_(job.depth() > 1 && job.iodepth_low < job.depth() ? job.iodepth_low : 0),
      most_bytes_(testbed.most_request_bytes()),
      complete_min_(job.iodepth_batch_complete_min),
      complete_max_(job.most_reaped()),
      plugs_(plugs_batches(testbed, job) || scsi.block().splits),
      plugs_batches_(plugs_batches(testbed, job)),
      merges_(scsi.block().merges),
      always_calls_(job.ioengine == "libaio"),
      never_calls_(job.waits_in_calls()),
      seeks_(job.ioengine == "sync" && (job.random_offsets() || job.mixes() || job.roams())),
      waits_for_flushes_(job.ioengine == "libaio"),
      pinned_(testbed.guest.pinned() || place.pinned),
      replays_(job.replays() && job.replay_no_stall == 0),
      pace_(job, seed, place.index, place.pace),
      requests_(job, seed, place.index, static_cast<std::uint32_t>(place.disks.size()),
                flushes_behind_write(testbed, job)),
      disks_(std::move(place.disks)),
      random_(seed, "guest/process/" + std::to_string(place.index)),
      migration_interval_({testbed.guest.migration_interval_ns, Shape::kExponential}),
      migration_random_(seed, "guest/process/" + std::to_string(place.index) + "/migration"),
      job_(place.job),
      listener_(listener),
      plug_(scsi.block().plug, scsi.block().limits, scsi.block().merges_in_plugs),
      timer_late_(testbed.guest_costs.timer_late_ns) {
  weight = job.weight();
  allowed = place.allowed;
  for (Command* first : place.commands) {
    for (Command* command = first; command != nullptr; command = command->more) command->process = this;
    free_.push_back(*first);
  }
  if (testbed.guest.migration_interval_ns > 0) {
    migrates_at_ = Instant{} + migration_interval_.sample(migration_random_);
    moves_at_ = migrates_at_;
  }
}

Process FioProcess::run(Instant begins, Instant ends) {
  frame = co_await OwnFrame{};
  if (begins > machine_.calendar.now()) co_await machine_.calendar.sleep(begins - machine_.calendar.now());
  if (!vcpu_->online()) set_vcpu(vcpus_[0]);
  ends_at_ = ends;
  begun_ = machine_.calendar.now();
  pace_.begin(begun_);
  vcpu_->start_process(*this);
  co_await picked_.wait();
  // Work whose end nobody waits for is paid with the step that follows it.
  Duration owed = vcpu_->switch_to(*this);
  std::uint32_t batched = 0;  // I/Os of this io_submit
  while (true) {
    while (Command* const io = next_free()) {
      // From one system call to the next.
      if (vcpu_->preempts_process() && batched == 0) [[unlikely]]
        owed = co_await be_preempted(owed);
      if (must_move() && batched == 0) [[unlikely]]
        owed = co_await move(owed);
      std::uint32_t requests = prepare(*io);
      if (requests == 0) break;
      ++in_flight_;
      if (issue_times_) [[unlikely]]
        issue_times_->submitted(*io, io->kind, in_flight_);
      if (io->kind == IoKind::kFlush) [[unlikely]] {
        if (waits_for_flushes_ && !plug_.empty())
          co_await scsi_.flush_plug(*vcpu_, plug_.flush());  // what io_submit has before the fsync
        if (!io->lun->write_cache) {
          call_returned();
          co_await vcpu_->spend(flush_nothing(*io, std::exchange(owed, Duration{0})), Work::kFlush);
          if (waits_for_flushes_) batched = 0;
          continue;
        }
      }
      for (Command* request = io; requests > 0; request = request->more, --requests) {
        if (merges_ && co_await merge(*request, owed)) continue;
        const Duration submit = scsi_.draw_submission(*vcpu_, *request);
        co_await vcpu_->spend(begin(*request, std::exchange(owed, Duration{0}), submit), Work::kSubmit);
        if (!plugs_) {
          if (SpinLock* const lock = request->lun->lock)
            co_await lock->hold(vcpu_->cpu(), vcpu_->steps().hold_lun(*vcpu_, request->segments), Work::kRequestQueue);
          machine_.stages.end<Stage::kSubmit>(*request->stages, machine_.calendar.now());
        }
        if (!plug_.empty() && !scsi_.has_tag(*vcpu_, *request))  // it may have to sleep
          co_await scsi_.flush_plug(*vcpu_, plug_.flush());
        if (!scsi_.take_tag(*vcpu_, *request)) {
          machine_.stages.end<Stage::kSubmit>(*request->stages, machine_.calendar.now());
          vcpu_->stop_process();
          co_await picked_.wait();
          co_await vcpu_->spend(vcpu_->switch_to(*this), Work::kSchedule);
        }
        if (plugs_) {
          if (plug_.is_full_for(*request)) co_await scsi_.flush_plug(*vcpu_, plug_.flush());
          plug_.add(*request);
          if (!merges_ && plug_.is_full_for(*request)) co_await scsi_.flush_plug(*vcpu_, plug_.flush());
          continue;
        }
        if (!scsi_.admit(*request)) continue;
        co_await scsi_.enter_host(*vcpu_, *request);
        const bool accepted = co_await scsi_.dispatch(*vcpu_, *request);
        if (!accepted) co_await scsi_.refused(*vcpu_, *request);
      }
      if (io->kind == IoKind::kFlush && waits_for_flushes_) [[unlikely]] {
        if (!plug_.empty()) co_await scsi_.flush_plug(*vcpu_, plug_.flush());
        call_returned();
        owed = co_await wait_for_flush(*io, owed);
        batched = 0;
        continue;
      }
      if (++batched == iodepth_batch_) batched = 0;
      if (!plug_.empty() && (batched == 0 || !plugs_batches_)) co_await scsi_.flush_plug(*vcpu_, plug_.flush());
      if (batched == 0) call_returned();
    }
    batched = 0;
    if (!plug_.empty()) co_await scsi_.flush_plug(*vcpu_, plug_.flush());
    call_returned();
    if (in_flight_ == 0) {
      if (ends_now() || !pace_.paced() || pace_.may_issue(machine_.calendar.now())) break;
      co_await vcpu_->spend(std::exchange(owed, Duration{0}), Work::kReap);
      owed = co_await stall();
      continue;
    }
    // Paid before the look that decides about sleeping: what completes meanwhile must not be missed.
    wakes_at_ = std::min(complete_min_, in_flight_);
    if (done_count_ < wakes_at_) co_await vcpu_->spend(std::exchange(owed, Duration{0}), Work::kReap);
    const bool waits = done_count_ < wakes_at_;
    if (waits) {
      asleep_ = true;
      if (replays_) set_alarm();
      vcpu_->stop_process();
      co_await picked_.wait();
      owed = vcpu_->switch_to(*this);
    }
    reap(owed, waits);
  }
  co_await vcpu_->spend(owed, Work::kReap);
  vcpu_->stop_process();
  listener_.process_ended(job_);
}

Task<Duration> FioProcess::stall() {
  FioPace::Stall stall = pace_.stall(machine_.calendar.now());
  constexpr Duration kLook = 20us;  // how often one that spins lets others run
  for (Duration owed{0}; stall.spins > Duration{0} && !ends_now(); stall.spins -= std::min(stall.spins, kLook)) {
    if (vcpu_->preempts_process()) [[unlikely]]
      owed = co_await be_preempted(owed);
    co_await vcpu_->spend(std::exchange(owed, Duration{0}) + std::min(stall.spins, kLook), Work::kThink);
  }
  stall.sleeps = std::min(stall.sleeps, std::max(Duration{0}, ends_at_ - machine_.calendar.now()));
  vcpu_->stop_process();
  const Duration late = timer_late_.sample(random_);
  held_back_.add(machine_.calendar.now(), stall.sleeps);
  co_await machine_.calendar.sleep(stall.sleeps + late, stall.sleeps > late ? ResourceId::kPace : ResourceId::kWakeUps);
  (vcpu_->online() ? *vcpu_ : vcpus_[0]).raise_timer(*this);
  co_await picked_.wait();
  co_return vcpu_->switch_to(*this);
}

void FioProcess::set_alarm() {
  const auto due = requests_.next_at();
  machine_.calendar.cancel(alarm_);
  if (!due || free_.empty() || ends_now() || (drains_ && in_flight_ > refills_at_)) return;
  // It may have become due while the process paid for what it did before.
  const Duration left = std::max(Duration{0}, begun_ + *due - machine_.calendar.now());
  machine_.calendar.schedule(alarm_, left + timer_late_.sample(random_));
}

Process FioProcess::alarms() {
  struct Rings {
    Step& step;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> process) const noexcept { step.process = process; }
    void await_resume() const noexcept {}
  };
  while (true) {
    co_await Rings{alarm_};
    if (!asleep_ || flush_ != nullptr) continue;
    asleep_ = false;
    (vcpu_->online() ? *vcpu_ : vcpus_[0]).raise_timer(*this);
  }
}

Task<bool> FioProcess::merge(Command& request, Duration& owed) {
  Merge<Command> merge = plug_.merge_for(request);
  Duration beside{0};
  SpinLock* lock = nullptr;
  if (merge) {
    scsi_.absorb(merge, request);
  } else {
    merge = scsi_.merge_for(request);
    if (!merge) co_return false;
    beside = scsi_.merge_waiting(*vcpu_, merge, request);
    lock = request.lun->lock;
  }
  const Duration submit = scsi_.draw_merged(*vcpu_, request);
  co_await vcpu_->spend(begin(request, std::exchange(owed, Duration{0}), submit) + beside, Work::kMerge);
  if (lock != nullptr) co_await lock->hold(vcpu_->cpu(), vcpu_->steps().hold_lun(*vcpu_, 0), Work::kRequestQueue);
  co_return true;
}

Duration FioProcess::begin(Command& command, Duration owed, Duration submit) {
  command.submitter = vcpu_;
  if (seeks_ && command.kind != IoKind::kFlush) owed += vcpu_->steps().seek(*vcpu_);
  machine_.stages.begin(*command.stages, machine_.calendar.now() + owed);
  command.stages->serve<Stage::kSubmit>(submit);
  return owed + submit;
}

void FioProcess::reap(Duration& owed, bool waited) {
  const std::uint32_t events = std::min(done_count_, complete_max_);
  const bool calls = always_calls_ || (waited && !never_calls_);
  const Duration call = calls ? vcpu_->steps().reap(*vcpu_, events) : vcpu_->steps().reap_from_ring(*vcpu_, events);
  owed += call;
  const Instant returned = machine_.calendar.now() + owed;
  in_flight_ -= events;
  done_count_ -= events;
  if (pace_.paced()) pace_.completed(events);
  if (issue_times_) [[unlikely]]
    issue_times_->reaped(events);
  for (std::uint32_t event = 0; event < events; ++event) take_back(*done_.pop_front(), returned, call);
}

void FioProcess::take_back(Command& io, Instant returned, Duration call) {
  std::uint64_t bytes = io.length_bytes;
  io.stages->serve<Stage::kWakeUp>(call);
  const Duration latency = machine_.stages.over(*io.stages, returned);
  Command* further = &io;
  for (std::uint32_t left = io.parts - 1; left > 0; --left) {
    further = further->more;
    bytes += further->length_bytes;
    further->stages->serve<Stage::kWakeUp>(call);
    (void)machine_.stages.over(*further->stages, returned);
  }
  if (issue_times_) [[unlikely]]
    issue_times_->taken_back(io, io.kind, latency, returned);
  KindCounters& of_job = reaped_[index_of(io.kind)];
  ++of_job.ios;
  of_job.bytes += bytes;
  of_job.latency.add(latency);
  DiskCounters& of_disk = io.lun->reaped[index_of(io.kind)];
  ++of_disk.ios;
  of_disk.bytes += bytes;
  of_disk.latency += latency;
  machine_.counters.add(Count::kRequests, io.parts);
  if (io.kind != IoKind::kFlush) {
    machine_.counters.add(Count::kCompleted);
    machine_.counters.latency.add(latency);
    machine_.counters.add(Count::kBytes, bytes);
  }
  free_.push_back(io);
}

Task<Duration> FioProcess::wait_for_flush(Command& flush, Duration owed) {
  co_await vcpu_->spend(owed, Work::kFlush);
  owed = Duration{0};
  flush_ = flush.open > 0 ? &flush : nullptr;
  if (flush_ != nullptr) {
    asleep_ = true;
    vcpu_->stop_process();
    co_await picked_.wait();
    owed = vcpu_->switch_to(*this);
  }
  --in_flight_;
  take_back(flush, machine_.calendar.now() + owed, Duration{0});
  co_return owed;
}

Duration FioProcess::flush_nothing(Command& flush, Duration owed) {
  const Duration call = vcpu_->steps().reap(*vcpu_, 0);
  machine_.stages.begin(*flush.stages, machine_.calendar.now() + owed);
  --in_flight_;
  take_back(flush, machine_.calendar.now() + owed + call, call);
  return owed + call;
}

Vcpu* FioProcess::completed(Command& command, Vcpu& waker) {
  Command& io = *command.first;
  if (--io.open > 0) return nullptr;
  if (io.kind == IoKind::kFlush && waits_for_flushes_) [[unlikely]] {
    if (std::exchange(flush_, nullptr) == nullptr) return nullptr;  // the process is still on its way to wait
    asleep_ = false;
    return &place(waker);
  }
  done_.push_back(io);
  ++done_count_;
  if (!asleep_ || flush_ != nullptr || done_count_ < wakes_at_) return nullptr;
  asleep_ = false;
  return &place(waker);
}

Vcpu& FioProcess::place(Vcpu& waker) {
  if (must_move())
    set_vcpu(next_vcpu());
  else if (!pinned_)
    set_vcpu(vcpus_.place_woken(*this, waker, *vcpu_));
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
  co_await from.spend(owed, Work::kSchedule);
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
    co_await from.spend(owed, Work::kMigrate);
    from.release_process();
    co_await picked_.wait();
    owed = vcpu_->switch_to(*this);
  } while (!vcpu_->online());
  co_return owed;
}

std::uint32_t FioProcess::prepare(Command& first) {
  FioRequest io{};
  if (!requests_.next(io)) return 0;
  first.parts = 0;
  LogicalUnit* const lun = disks_[io.disk];
  // One command flushes a disk or trims a range, however long.
  const std::uint32_t most = io.kind == IoKind::kTrim ? io.length_bytes : most_bytes_;
  std::uint32_t left = io.length_bytes;
  Command* command = &first;
  do {
    command->lun = lun;
    command->length_bytes = std::min(left, most);
    command->segments = io.kind == IoKind::kTrim ? 1 : pages(command->length_bytes);
    command->offset_bytes = io.offset_bytes + (io.length_bytes - left);
    command->kind = io.kind;
    command->sealed = false;
    left -= command->length_bytes;
    ++first.parts;
    command = command->more;
  } while (left > 0);
  first.open = first.parts;
  vqlab::fetch_ahead(first.stages, 2 * kCacheLine);
  vqlab::fetch_ahead(first.lun);
  if (pace_.paced()) {
    if (replays_) {
      const auto due = requests_.next_at();
      pace_.allow_at(due ? begun_ + *due : machine_.calendar.now());
    } else if (io.kind != IoKind::kFlush) {
      pace_.issued(io.length_bytes);
    }
  }
  return first.parts;
}

}  // namespace vqlab::sim
