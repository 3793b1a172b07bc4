#include "sim/experiment/recorder.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "sim/guest/guest.hpp"

namespace vqlab::sim {
namespace {

using Doing = Recording::Doing;
using RingEvent = Recording::QueueNote::Event;

// The stage that is over when such work is, for the request that it is for; kStages: none.
constexpr std::size_t stage_ended_by(Work work) noexcept {
  switch (work) {
    case Work::kSubmit:
    case Work::kMerge: return static_cast<std::size_t>(Stage::kSubmit);
    case Work::kHostReady: return static_cast<std::size_t>(Stage::kHostLock);
    case Work::kPickQueue: return static_cast<std::size_t>(Stage::kTargetLock);
    case Work::kAddCommand: return static_cast<std::size_t>(Stage::kQueueLock);
    case Work::kKick: return static_cast<std::size_t>(Stage::kKick);
    case Work::kPop:
    case Work::kHandOver:
    case Work::kServeKick: return static_cast<std::size_t>(Stage::kHostDispatch);
    case Work::kWorker: return static_cast<std::size_t>(Stage::kWorker);
    case Work::kCompleteRequest: return static_cast<std::size_t>(Stage::kCompletion);
    case Work::kInject: return static_cast<std::size_t>(Stage::kInjection);
    case Work::kCompleteCommand: return static_cast<std::size_t>(Stage::kInterrupt);
    case Work::kSoftirqDone: return static_cast<std::size_t>(Stage::kSoftirq);
    default: return kStages;
  }
}

}  // namespace

Recorder::Recorder(Instant from, Instant to) : from_(from), to_(to) {
  recording_.from = from;
  recording_.to = to;
}

void Recorder::attach(Machine& machine, Guest& guest, std::uint32_t luns_per_target) {
  machine_ = &machine;
  guest_ = &guest;
  requests_.assign(guest.commands(), kNone);
  lines_.assign(guest.commands(), 0);
  processes_ = guest.processes_of_commands();
  queue_of_target_.assign(guest.luns() / luns_per_target, 0);
  totals_.resize(machine.rings.size());
  // What grows is copied; what is set aside and not used is never touched.
  constexpr std::size_t kExpected = std::size_t{1} << 20;
  recording_.slices.reserve(kExpected);
  recording_.locks_held.reserve(kExpected / 2);
  recording_.queue_notes.reserve(kExpected / 2);
  recording_.cpus_had.reserve(kExpected / 8);
  recording_.requests.reserve(kExpected / 16);
  recording_.cpus = machine.cpus.count();
  recording_.luns_per_target = luns_per_target;
  recording_.queues = guest.queue_names();
  for (const Guest::NamedLock& lock : guest.locks()) {
    lock_numbers_[lock.lock] = static_cast<std::uint32_t>(locks_.size());
    locks_.emplace_back();
    recording_.locks.push_back(lock.name);
  }
  machine.observers.add(takings_);
  for (VirtioScsiDriver* const driver : guest.drivers()) {
    Picks& picks = picks_.emplace_back(*this, nullptr);
    picks.before = driver->tell_picks(picks);
  }
}

TraceSink::Thread Recorder::add_thread(Kind kind, const std::string& name) {
  if (threads_.size() > std::numeric_limits<Thread>::max()) return kNobody;
  recording_.threads.push_back({kind, name});
  threads_.emplace_back().kind = kind;
  if (machine_ != nullptr) threads_.back().since = now();
  return static_cast<Thread>(threads_.size() - 1);
}

void Recorder::add(const State& state, Thread thread, Instant begin, Instant end, Doing doing, std::uint8_t what) {
  recording_.slices.push_back(
      {std::max(begin, from_), std::min(end, to_), doing == Doing::kWork ? state.request : kNone, thread, doing, what});
}

void Recorder::end_work(State& state, Thread thread, Instant end) {
  state.works = false;
  state.last_slice = kNone;
  if (end == state.since || !in_stretch(state.since, end)) return;
  state.last_slice = static_cast<std::uint32_t>(recording_.slices.size());
  add(state, thread, state.since, end, Doing::kWork, static_cast<std::uint8_t>(state.work));
}

void Recorder::end_state(State& state, Thread thread, Instant end) {
  if (state.works) end_work(state, thread, end);
  if (state.asleep || state.stolen) {
    if (in_stretch(state.since, end) && end > state.since)
      add(state, thread, state.since, end, state.asleep ? Doing::kSleep : Doing::kSteal, 0);
    state.asleep = false;
    state.stolen = false;
  }
}

void Recorder::end_context(State& state, Thread thread, Instant end) {
  if (state.level == kNoLevel) return;
  if (in_stretch(state.context_since, end) && end > state.context_since)
    add(state, thread, state.context_since, end, Doing::kContext, static_cast<std::uint8_t>(state.level));
  state.last_level = std::exchange(state.level, kNoLevel);
}

void Recorder::end_cpu(State& state, Thread thread, Instant end) {
  if (state.cpu != kNoCpu && in_stretch(state.cpu_since, end) && end > state.cpu_since)
    recording_.cpus_had.push_back({std::max(state.cpu_since, from_), std::min(end, to_), state.cpu, thread});
}

void Recorder::runs(Thread thread) {
  current_ = thread;
  State& state = threads_[thread];
  if (state.works && state.until <= now()) end_work(state, thread, now());
}

void Recorder::works(Thread thread, Work work, Instant until) {
  State& state = threads_[thread];
  end_state(state, thread, now());
  state.works = true;
  state.work = work;
  state.since = now();
  state.until = until;
  state.request = kNone;
  if (work != Work::kPop) return;
  state.request = std::exchange(state.popped, kNone);
  // The end of a poll is nobody's step: what was popped in it is this thread's, the first that works on a pop.
  const std::uint32_t popped_by_nobody = std::exchange(threads_[kNobody].popped, kNone);
  if (state.request == kNone) state.request = popped_by_nobody;
}

void Recorder::stops(Thread thread, bool lost_cpu) {
  State& state = threads_[thread];
  if (state.works) end_work(state, thread, now());
  if (!lost_cpu || state.asleep || state.stolen) return;
  state.stolen = true;
  state.since = now();
}

void Recorder::serves(Thread vcpu, std::uint32_t level) {
  State& state = threads_[vcpu];
  end_context(state, vcpu, now());
  state.level = level;
  state.context_since = now();
}

void Recorder::sleeps(Thread thread) {
  State& state = threads_[thread];
  if (state.spins_for != nullptr) return;  // it has given its CPU away until it gets its lock
  end_state(state, thread, now());
  end_context(state, thread, now());
  state.asleep = true;
  state.since = now();
}

void Recorder::wakes(Thread thread) {
  State& state = threads_[thread];
  if (state.spins_for != nullptr) return;
  end_state(state, thread, now());
  // What was stopped in the middle of a context goes on with it.
  if (state.kind == Kind::kVcpu && state.level == kNoLevel && state.last_level != kNoLevel)
    serves(thread, state.last_level);
}

void Recorder::has_cpu(Thread thread, std::uint32_t cpu) {
  State& state = threads_[thread];
  if (state.cpu == cpu) return;
  end_cpu(state, thread, now());
  state.cpu = cpu;
  state.cpu_since = now();
}

void Recorder::spins(Thread thread, const void* lock) {
  works(thread, Work::kSpin, Instant::max());
  State& state = threads_[thread];
  state.spins_for = lock;
  state.spins_since = now();
}

void Recorder::takes(Thread thread, const void* lock, Instant at) {
  State& state = threads_[thread];
  const std::uint32_t number = number_of(lock);
  Lock& taken = locks_[number];
  const Instant since = std::exchange(state.spins_for, nullptr) == lock ? state.spins_since : now();
  if (at > since && in_stretch(since, at))
    recording_.locks_spun_for.push_back({std::max(since, from_), std::min(at, to_), number, thread});
  taken.holder = thread;
  taken.since = at;
}

void Recorder::releases(const void* lock, Instant at) {
  const std::uint32_t number = number_of(lock);
  Lock& released = locks_[number];
  if (in_stretch(released.since, at))
    recording_.locks_held.push_back({std::max(released.since, from_), std::min(at, to_), number, released.holder});
  released.holder = kNobody;
}

void Recorder::note(RingEvent event, std::uint32_t line) {
  const std::uint64_t total = ++totals_[line].of[static_cast<std::size_t>(event)];
  if (in_stretch(now(), now())) recording_.queue_notes.push_back({now(), line, event, total});
}

void Recorder::queue(QueueEvent event, std::uint32_t line) {
  switch (event) {
    case QueueEvent::kAdded: added_to_ = line; break;  // or tried to: see passed()
    case QueueEvent::kTaken: note(RingEvent::kTaken, line); break;
    case QueueEvent::kUsed: note(RingEvent::kUsed, line); break;
    case QueueEvent::kKicked: note(RingEvent::kKicked, line); break;
    case QueueEvent::kInterrupted: note(RingEvent::kInterrupted, line); break;
  }
}

void Recorder::begin_request(std::uint64_t tag) {
  if (!in_stretch(now(), now())) return;
  requests_[tag] = static_cast<std::uint32_t>(recording_.requests.size());
  Recording::Request& request = recording_.requests.emplace_back();
  request.tag = tag;
  request.marks.fill(to_);
  request.marks[0] = machine_->stages.record(tag).begun(Stage::kSubmit);
  request.process = processes_[tag];
}

void Recorder::end_request(std::uint64_t tag, std::uint32_t index) {
  requests_[tag] = kNone;
  Recording::Request& request = recording_.requests[index];
  const StageRecord& record = machine_->stages.record(tag);
  for (std::size_t stage = 0; stage < kStages; ++stage) {
    request.marks[stage] = record.begun(static_cast<Stage>(stage));
    request.service[stage] = Duration{static_cast<std::int64_t>(record.marks[stage].service)};
  }
  request.marks[kStages] = Instant(Duration{static_cast<std::int64_t>(record.marks[kStages].begun)});
  const Command& command = guest_->command(tag);
  request.lun = command.lun->index;
  request.kind = command.kind;
  request.offset_bytes = command.offset_bytes;
  request.length_bytes = command.length_bytes;
  request.reaping = now();
  request.whole = request.marks[0] >= from_ && request.marks[kStages] <= to_;
}

void Recorder::passed(std::uint64_t tag, Stage stage, Instant when) {
  const auto index = static_cast<std::size_t>(stage);
  if (stage == Stage::kSubmit) begin_request(tag);
  if (stage == Stage::kQueueLock) note(RingEvent::kAdded, lines_[tag] = added_to_);
  if (stage == Stage::kInterrupt) note(RingEvent::kReturned, lines_[tag]);
  const std::uint32_t number = requests_[tag];
  if (number == kNone) return;
  Recording::Request& request = recording_.requests[number];
  // A step that is no thread's, such as the end of a transfer, is of the thread that has the request.
  const Thread thread = current_ != kNobody ? current_ : request.threads[index == 0 ? 0 : index - 1];
  request.threads[index] = thread;
  if (stage == Stage::kQueueLock) request.queue = added_to_;
  State& state = threads_[thread];
  if (state.last_slice != kNone) {
    Recording::Slice& slice = recording_.slices[state.last_slice];
    if (slice.request == kNone && slice.end == now() && stage_ended_by(slice.work()) == index) slice.request = number;
  }
  const Instant begun = machine_->stages.record(tag).begun(stage);
  if (stage == Stage::kCopy && state.kind == Kind::kWorker && when > begun && in_stretch(begun, when)) {
    state.request = number;
    add(state, thread, begun, when, Doing::kWork, static_cast<std::uint8_t>(Work::kCopy));
  }
  if (stage == Stage::kWakeUp) end_request(tag, number);
}

void Recorder::followed(std::uint64_t tag, std::uint64_t other) {
  begin_request(tag);
  if (requests_[tag] == kNone || requests_[other] == kNone) return;
  Recording::Request& request = recording_.requests[requests_[tag]];
  const Recording::Request& leader = recording_.requests[requests_[other]];
  request.threads = leader.threads;
  request.queue = leader.queue;
}

void Recorder::refused(std::uint64_t tag) {
  if (requests_[tag] != kNone) ++recording_.requests[requests_[tag]].refused;
}

void Recorder::Picks::picked(std::uint64_t tag, TargetId target, QueueId queue) {
  if (before != nullptr) before->picked(tag, target, queue);
  recorder.picked(tag, queue);
}

void Recorder::picked(std::uint64_t tag, QueueId queue) {
  const std::uint32_t target = guest_->command(tag).lun->index / recording_.luns_per_target;
  const bool switches = std::exchange(queue_of_target_[target], queue.value) != queue.value;
  if (in_stretch(now(), now()))
    recording_.picks.push_back({now(), requests_[tag], target, queue.value, current_, switches});
}

Recording Recorder::take() {
  const Instant end = std::min(to_, now());
  for (Thread thread = 1; thread < threads_.size(); ++thread) {
    State& state = threads_[thread];
    end_state(state, thread, end);
    end_context(state, thread, end);
    end_cpu(state, thread, end);
    if (state.spins_for != nullptr && in_stretch(state.spins_since, end))
      recording_.locks_spun_for.push_back(
          {std::max(state.spins_since, from_), end, number_of(state.spins_for), thread});
  }
  for (std::uint32_t number = 0; number < locks_.size(); ++number)
    if (const Lock& lock = locks_[number]; lock.holder != kNobody && lock.since < end && end >= from_)
      recording_.locks_held.push_back({std::max(lock.since, from_), end, number, lock.holder});
  recording_.to = end;
  return std::move(recording_);
}

}  // namespace vqlab::sim
