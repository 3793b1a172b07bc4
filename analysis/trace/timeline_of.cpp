#include "analysis/trace/timeline_of.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <utility>

namespace vqlab::trace {
namespace {

using Doing = Recording::Doing;
using Kind = sim::TraceSink::Kind;
using Thread = Recording::Thread;

struct Span {
  Instant begin;
  Instant end;
};

class TimelineMaker {
 public:
  explicit TimelineMaker(const Recording& recording) : recording_(recording), numbers_(recording.requests.size(), 0) {
    const auto whole = whole_requests(recording);
    for (std::size_t i = 0; i < whole.size(); ++i)
      numbers_[static_cast<std::size_t>(whole[i] - recording.requests.data())] = i + 1;
  }

  Timeline make() {
    find_reaps();
    add_threads();
    add_cpus();
    add_locks();
    add_queues();
    add_devices();
    add_requests();
    return std::move(timeline_);
  }

 private:
  // 0: it is cut by an end of the recording.
  [[nodiscard]] std::uint64_t number_of(std::uint32_t request) const {
    return request == Recording::kNone ? 0 : numbers_[request];
  }

  // A reaping call is owed and paid with the step that follows it, which it stands at the beginning of.
  void find_reaps() {
    for (std::size_t i = 0; i < recording_.requests.size(); ++i) {
      const Recording::Request& request = recording_.requests[i];
      if (numbers_[i] == 0) continue;
      const Thread thread = request.threads[static_cast<std::size_t>(Stage::kWakeUp)];
      Reap& reap = reaps_[{thread, request.reaping}];
      reap.end = std::max(reap.end, request.marks[kStages]);
      reap.requests.push_back(numbers_[i]);
    }
  }

  void add_threads() {
    auto group_of = [this, made = std::map<Kind, Timeline::Track>()](Kind kind) mutable {
      const auto known = made.find(kind);
      if (known != made.end()) return known->second;
      static const std::map<Kind, const char*> kGroups{{Kind::kVcpu, "Guest: vCPUs"},
                                                       {Kind::kServing, "Host: threads that serve queues"},
                                                       {Kind::kWorker, "Host: worker threads"},
                                                       {Kind::kTenant, "Host: other tenants"}};
      return made[kind] = timeline_.add_group(kGroups.at(kind));
    };
    std::vector<Timeline::Track> tracks(recording_.threads.size() + 1, Timeline::kNoTrack);
    for (const Kind kind : {Kind::kVcpu, Kind::kServing, Kind::kWorker, Kind::kTenant})
      for (std::size_t i = 0; i < recording_.threads.size(); ++i)
        if (recording_.threads[i].kind == kind)
          tracks[i + 1] = timeline_.add_track(recording_.threads[i].name, group_of(kind));
    name_processes();
    // Contexts first: work may fill one.
    for (const bool is_work : {false, true})
      for (const Recording::Slice& slice : recording_.slices)
        if ((slice.doing == Doing::kWork) == is_work) add_slice(tracks[slice.thread], slice);
    for (const Recording::Pick& pick : recording_.picks)
      if (pick.thread != sim::TraceSink::kNobody) add_pick(tracks[pick.thread], pick);
    // Calls whose cost was not paid at once, since an interrupt came first, or was nothing.
    for (const auto& [where, reap] : reaps_) {
      if (reap.drawn) continue;
      Timeline::Event& event = timeline_.instant(tracks[where.first], where.second, name_of(Work::kReap), "guest");
      event.ended_flows = reap.requests;
    }
  }

  // A process's turn on a vCPU is that of the process whose request it submits or reaps first.
  void name_processes() {
    const auto note = [this](Thread thread, Instant when, std::uint32_t process) {
      processes_[thread].emplace(when, process);
    };
    for (const Recording::Request& request : recording_.requests) {
      note(request.threads[static_cast<std::size_t>(Stage::kSubmit)], request.end(Stage::kSubmit), request.process);
      if (request.whole)
        note(request.threads[static_cast<std::size_t>(Stage::kWakeUp)], request.reaping, request.process);
    }
  }
  [[nodiscard]] std::string context_name(const Recording::Slice& slice) const {
    constexpr std::uint8_t kProcess = 3;
    if (slice.what != kProcess) return level_name(slice.what);
    const auto on_thread = processes_.find(slice.thread);
    if (on_thread != processes_.end()) {
      const auto first = on_thread->second.lower_bound(slice.begin);
      if (first != on_thread->second.end() && first->first <= slice.end)
        return fmt::format("process fio/{}", first->second);
    }
    return "process";
  }

  void add_slice(Timeline::Track track, const Recording::Slice& slice) {
    const bool is_vcpu = recording_.thread(slice.thread).kind == Kind::kVcpu;
    switch (slice.doing) {
      case Doing::kContext: timeline_.slice(track, slice.begin, slice.end, context_name(slice), "context"); return;
      case Doing::kSleep: timeline_.slice(track, slice.begin, slice.end, is_vcpu ? "halt" : "sleep", "sleep"); return;
      case Doing::kSteal: timeline_.slice(track, slice.begin, slice.end, "wait for a physical CPU", "steal"); return;
      case Doing::kWork: break;
    }
    Instant begin = slice.begin;
    const auto reaped = reaps_.find({slice.thread, slice.begin});
    if (reaped != reaps_.end() && is_vcpu && !reaped->second.drawn) {
      begin = std::min(std::max(begin, reaped->second.end), slice.end);
      add_reap(track, {slice.begin, begin}, reaped->second);
    } else if (slice.work() == Work::kSubmit && number_of(slice.request) != 0) {
      begin = std::min(std::max(begin, recording_.requests[slice.request].marks[0]), slice.end);
    }
    if (begin == slice.end && begin > slice.begin) return;
    Timeline::Event& event =
        timeline_.slice(track, begin, slice.end, work_name(recording_, slice), is_vcpu ? "guest" : "host");
    if (const std::uint64_t number = number_of(slice.request)) {
      event.flows.push_back(number);
      event.arguments.push_back({timeline_.name("request"), static_cast<std::int64_t>(number)});
    }
  }

  struct Reap {
    Instant end{};
    std::vector<std::uint64_t> requests{};
    bool drawn = false;
  };
  void add_reap(Timeline::Track track, Span span, Reap& reap) {
    reap.drawn = true;
    Timeline::Event& event = timeline_.slice(track, span.begin, span.end, name_of(Work::kReap), "guest");
    event.ended_flows = reap.requests;
    event.arguments.push_back({timeline_.name("requests"), static_cast<std::int64_t>(reap.requests.size())});
  }

  void add_pick(Timeline::Track track, const Recording::Pick& pick) {
    const auto add = [&](const std::string& name) {
      Timeline::Event& event = timeline_.instant(track, pick.when, name, "steering");
      event.arguments.push_back({timeline_.name("target"), std::int64_t{pick.target}});
      event.arguments.push_back({timeline_.name("queue"), std::int64_t{pick.queue}});
      if (const std::uint64_t number = number_of(pick.request))
        event.arguments.push_back({timeline_.name("request"), static_cast<std::int64_t>(number)});
    };
    add(fmt::format("picks vq {}", pick.queue));
    if (pick.switches) add(fmt::format("queue switch of target {}", pick.target));
  }

  void add_cpus() {
    const Timeline::Track group = timeline_.add_group("Host: physical CPUs");
    std::vector<Timeline::Track> tracks;
    for (std::uint32_t cpu = 0; cpu < recording_.cpus; ++cpu)
      tracks.push_back(timeline_.add_track(fmt::format("CPU {}", cpu), group));
    for (const Recording::Held& held : recording_.cpus_had)
      timeline_.slice(tracks[held.what], held.begin, held.end, recording_.thread(held.thread).name, "cpu");
  }

  void add_locks() {
    std::vector<bool> used(recording_.locks.size(), false);
    for (const Recording::Held& held : recording_.locks_held) used[held.what] = true;
    for (const Recording::Held& held : recording_.locks_spun_for) used[held.what] = true;
    const Timeline::Track group = timeline_.add_group("Guest: locks");
    std::vector<Timeline::Track> holders(used.size(), Timeline::kNoTrack);
    std::vector<Timeline::Track> waiters(used.size(), Timeline::kNoTrack);
    for (std::size_t lock = 0; lock < used.size(); ++lock) {
      if (!used[lock]) continue;
      holders[lock] = timeline_.add_track(recording_.locks[lock], group);
      waiters[lock] = timeline_.add_counter(recording_.locks[lock] + ": waiters", group);
      timeline_.count(waiters[lock], recording_.from, 0);
    }
    for (const Recording::Held& held : recording_.locks_held)
      timeline_.slice(holders[held.what], held.begin, held.end, recording_.thread(held.thread).name, "lock");
    std::map<std::pair<std::uint32_t, Instant>, std::int64_t> changes;
    for (const Recording::Held& spun : recording_.locks_spun_for) {
      ++changes[{spun.what, spun.begin}];
      --changes[{spun.what, spun.end}];
    }
    std::vector<std::int64_t> now(used.size(), 0);
    for (const auto& [at, change] : changes) timeline_.count(waiters[at.first], at.second, now[at.first] += change);
  }

  void add_queues() {
    using Event = Recording::QueueNote::Event;
    const Timeline::Track group = timeline_.add_group("Virtqueues");
    struct Tracks {
      Timeline::Track in_flight, available, used, line;
      std::int64_t added = 0;
      std::int64_t returned = 0;
    };
    std::vector<Tracks> tracks;
    for (const std::string& name : recording_.queues)
      tracks.push_back({timeline_.add_counter(name + ": in flight", group),
                        timeline_.add_counter(name + ": avail index", group),
                        timeline_.add_counter(name + ": used index", group), timeline_.add_track(name, group)});
    std::vector<bool> knows_added(tracks.size(), false);
    std::vector<bool> knows_returned(tracks.size(), false);
    for (const Recording::QueueNote& note : recording_.queue_notes) {
      Tracks& queue = tracks[note.queue];
      const auto total = static_cast<std::int64_t>(note.total);
      switch (note.event) {
        case Event::kAdded:
          queue.added = total;
          knows_added[note.queue] = true;
          timeline_.count(queue.available, note.when, total);
          break;
        case Event::kReturned:
          queue.returned = total;
          knows_returned[note.queue] = true;
          break;
        case Event::kUsed: timeline_.count(queue.used, note.when, total); break;
        case Event::kKicked: timeline_.instant(queue.line, note.when, "doorbell", "queue"); break;
        case Event::kInterrupted: timeline_.instant(queue.line, note.when, "interrupt", "queue"); break;
        case Event::kTaken: break;
      }
      const bool moves = note.event == Event::kAdded || note.event == Event::kReturned;
      if (moves && knows_added[note.queue] && knows_returned[note.queue])
        timeline_.count(queue.in_flight, note.when, queue.added - queue.returned);
    }
  }

  // The first row of a group that is free from `begin` on, until `end`.
  class Rows {
   public:
    Rows(Timeline& timeline, Timeline::Track group, std::string name)
        : timeline_(timeline), group_(group), name_(std::move(name)) {}
    Timeline::Track row(Instant begin, Instant end) {
      auto row = std::find_if(rows_.begin(), rows_.end(), [&](const auto& one) { return one.second <= begin; });
      if (row == rows_.end()) row = rows_.insert(row, {timeline_.add_track(name_, group_), end});
      row->second = end;
      return row->first;
    }

   private:
    Timeline& timeline_;
    Timeline::Track group_;
    std::string name_;
    std::vector<std::pair<Timeline::Track, Instant>> rows_;
  };

  // By where requests begin to be there.
  [[nodiscard]] std::vector<const Recording::Request*> ordered(Stage first) const {
    std::vector<const Recording::Request*> order = whole_requests(recording_);
    std::stable_sort(order.begin(), order.end(),
                     [first](const auto* a, const auto* b) { return a->begin(first) < b->begin(first); });
    return order;
  }
  [[nodiscard]] std::uint64_t number_of(const Recording::Request& request) const {
    return numbers_[static_cast<std::size_t>(&request - recording_.requests.data())];
  }

  // What is at a storage device, whatever it is short of there.
  void add_devices() {
    std::optional<Timeline::Track> group;
    std::map<std::uint32_t, Rows> rows;
    for (const Recording::Request* const request : ordered(Stage::kDeviceCommand)) {
      const Span span{request->begin(Stage::kDeviceCommand), request->end(Stage::kDevice)};
      if (span.end <= span.begin) continue;
      if (!group) group = timeline_.add_group("Storage devices");
      const auto of_lun = rows.try_emplace(request->lun, timeline_, *group, fmt::format("LUN {}", request->lun)).first;
      Timeline::Event& event =
          timeline_.slice(of_lun->second.row(span.begin, span.end), span.begin, span.end, words_of(*request), "device");
      event.flows.push_back(number_of(*request));
      event.arguments.push_back({timeline_.name("request"), static_cast<std::int64_t>(number_of(*request))});
    }
  }

  void add_requests() {
    const Timeline::Track group = timeline_.add_group("Requests");
    std::map<std::uint32_t, Rows> rows;
    for (const Recording::Request* const request : ordered(Stage::kSubmit)) {
      const std::uint32_t target = request->lun / recording_.luns_per_target;
      const auto of_target =
          rows.try_emplace(target, timeline_, group, fmt::format("requests of target {}", target)).first;
      const Instant end = request->marks[kStages];
      const Timeline::Track row = of_target->second.row(request->marks[0], end);
      Timeline::Event& whole =
          timeline_.slice(row, request->marks[0], end,
                          fmt::format("{}, request {}", words_of(*request), number_of(*request)), "request");
      tell(whole, *request);
      for (std::size_t stage = 0; stage < kStages; ++stage) {
        if (request->marks[stage + 1] == request->marks[stage]) continue;
        Timeline::Event& part =
            timeline_.slice(row, request->marks[stage], request->marks[stage + 1], kStageNames[stage], "stage");
        part.arguments.push_back({timeline_.name("service_ns"), request->service[stage].count()});
      }
    }
  }

  void tell(Timeline::Event& event, const Recording::Request& request) {
    const auto add = [&](std::string_view key, Timeline::Value value) {
      event.arguments.push_back({timeline_.name(key), std::move(value)});
    };
    add("request", static_cast<std::int64_t>(number_of(request)));
    add("lun", std::int64_t{request.lun});
    add("process", fmt::format("fio/{}", request.process));
    add("offset_bytes", static_cast<std::int64_t>(request.offset_bytes));
    if (request.queue != Recording::kNone) add("queue", recording_.queues[request.queue]);
    if (request.refused > 0) add("refused", std::int64_t{request.refused});
    for (std::size_t stage = 0; stage < kStages; ++stage)
      add(fmt::format("{}_ns", kStageNames[stage]), (request.marks[stage + 1] - request.marks[stage]).count());
  }

  const Recording& recording_;
  std::vector<std::uint64_t> numbers_;  // by place in the recording
  Timeline timeline_;
  std::map<std::pair<Thread, Instant>, Reap> reaps_;
  std::map<Thread, std::multimap<Instant, std::uint32_t>> processes_;
};

}  // namespace

std::vector<const Recording::Request*> whole_requests(const Recording& recording) {
  std::vector<const Recording::Request*> whole;
  for (const Recording::Request& request : recording.requests)
    if (request.whole) whole.push_back(&request);
  std::stable_sort(whole.begin(), whole.end(), [](const auto* a, const auto* b) { return a->marks[0] < b->marks[0]; });
  return whole;
}

std::string words_of(const Recording::Request& request) {
  const std::string word(kIoKindNames[index_of(request.kind)]);
  return request.kind == IoKind::kFlush ? word : fmt::format("{} {} B", word, request.length_bytes);
}

std::string level_name(std::uint8_t level) {
  static constexpr std::array<const char*, 4> kLevels{"interrupt", "IPI", "softirq", "process"};
  return kLevels[level];
}

std::string work_name(const Recording& recording, const Recording::Slice& slice) {
  if (slice.work() == Work::kIterate && recording.thread(slice.thread).name != "main loop") return "aio_poll";
  return std::string(name_of(slice.work()));
}

Timeline timeline_of(const Recording& recording) { return TimelineMaker(recording).make(); }

}  // namespace vqlab::trace
