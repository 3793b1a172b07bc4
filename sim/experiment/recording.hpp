// What was recorded of a stretch of a run: who did what, who had which CPU and lock, and the life of each request.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/base/io_kind.hpp"
#include "models/base/units.hpp"
#include "models/base/work.hpp"
#include "sim/machine/machine_trace.hpp"
#include "sim/metrics/stage.hpp"

namespace vqlab {

struct Recording {
  using Thread = sim::TraceSink::Thread;
  static constexpr std::uint32_t kNone = 0xffffffff;

  struct ThreadName {
    sim::TraceSink::Kind kind;
    std::string name;
  };

  // What a thread did. On a vCPU work lies within contexts; a vCPU that sleeps is halted.
  enum class Doing : std::uint8_t { kWork, kContext, kSleep, kSteal };
  struct Slice {
    Instant begin;
    Instant end;
    std::uint32_t request;  // that it was for, if it was one's
    Thread thread;
    Doing doing;
    std::uint8_t what;  // of work, a Work; of a context, its level on the vCPU
    [[nodiscard]] Work work() const noexcept { return static_cast<Work>(what); }
  };
  // That a thread had a physical CPU, had a lock or spun for it.
  struct Held {
    Instant begin;
    Instant end;
    std::uint32_t what;  // its number
    Thread thread;
  };
  struct QueueNote {
    enum class Event : std::uint8_t { kAdded, kTaken, kUsed, kReturned, kKicked, kInterrupted };
    Instant when;
    std::uint32_t queue;
    Event event;
    std::uint64_t total;  // such events since the run began
  };
  // The driver's steering policy has picked a queue; `switches`: another one than that of the target's command before.
  struct Pick {
    Instant when;
    std::uint32_t request;
    std::uint32_t target;
    std::uint32_t queue;  // of the target's device
    Thread thread;
    bool switches;
  };
  struct Request {
    std::uint64_t tag = 0;
    std::uint32_t lun = 0;  // in the machine
    std::uint32_t process = 0;
    std::uint32_t queue = kNone;  // of the machine
    IoKind kind = IoKind::kRead;
    std::uint64_t offset_bytes = 0;
    std::uint32_t length_bytes = 0;
    std::uint32_t refused = 0;               // how often the driver has refused it
    std::array<Instant, kStages + 1> marks;  // when each stage began; of the one after the last, when that ended
    std::array<Duration, kStages> service{};
    std::array<Thread, kStages> threads{};  // where each ended; kNobody: on no thread
    Instant reaping;                        // when the call began that reaped it
    bool whole = false;                     // it began and ended in the stretch

    [[nodiscard]] Instant begin(Stage stage) const { return marks[static_cast<std::size_t>(stage)]; }
    [[nodiscard]] Instant end(Stage stage) const { return marks[static_cast<std::size_t>(stage) + 1]; }
    [[nodiscard]] Duration latency() const { return marks[kStages] - marks[0]; }
  };

  Instant from{};
  Instant to{};
  std::vector<ThreadName> threads;  // by number, from 1
  std::uint32_t cpus = 0;
  std::vector<std::string> locks;
  std::vector<std::string> queues;  // of the machine
  std::uint32_t luns_per_target = 1;

  // Each by the time of its end.
  std::vector<Slice> slices;
  std::vector<Held> cpus_had;
  std::vector<Held> locks_held;
  std::vector<Held> locks_spun_for;
  std::vector<QueueNote> queue_notes;
  std::vector<Pick> picks;
  std::vector<Request> requests;  // whose submission was over in the stretch, by that time

  [[nodiscard]] const ThreadName& thread(Thread number) const { return threads[number - 1u]; }
};

}  // namespace vqlab
