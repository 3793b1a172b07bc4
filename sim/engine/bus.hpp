// A bus that all transfers share equally, each capped: processor sharing in virtual time.
//
// Every flow runs at min(cap, total / flows), so one clock of "bytes served to each flow" is enough: a transfer of b
// bytes that begins when the clock shows v ends when it shows v + b. O(log flows) for each transfer.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/calendar.hpp"

namespace vqlab::sim {

class SharedBus {
 public:
  // Rates in bytes per ns (10^9 bytes/s), both > 0.
  SharedBus(Calendar& calendar, double total_bytes_per_ns, double flow_bytes_per_ns);

  struct Transfer {
    SharedBus& bus;
    std::uint64_t bytes;
    Step step{};

    [[nodiscard]] bool await_ready() const noexcept { return bytes == 0; }
    void await_suspend(std::coroutine_handle<> process) {
      step.process = process;
      bus.begin(*this);
    }
    void await_resume() { bus.resumed(step); }
  };

  // Awaitable: goes on when the bytes have been moved, rounded up to a whole nanosecond.
  [[nodiscard]] Transfer transfer(std::uint64_t bytes) noexcept { return {*this, bytes}; }

  // What moving the bytes takes with nobody else on the bus, rounded down to a whole nanosecond.
  [[nodiscard]] Duration alone(std::uint64_t bytes) const noexcept {
    return Duration{static_cast<std::int64_t>(static_cast<double>(bytes) * alone_ns_per_byte_)};
  }

  // Bytes moved so far.
  [[nodiscard]] double bytes_moved() const noexcept;

 private:
  struct Flow {
    double finish;  // the virtual clock when it is done, bytes
    std::uint64_t sequence;
    Step* step;
    [[nodiscard]] bool operator<(const Flow& other) const noexcept {  // for a heap whose front is the earliest
      return finish != other.finish ? finish > other.finish : sequence > other.sequence;
    }
  };

  void begin(Transfer& transfer);
  void resumed(const Step& step) {
    if (armed_ == &step) end_armed();
  }
  void end_armed();
  void run_clock() noexcept;  // to now. Precondition: no flow has ended by then
  void end_flows();           // the same, where some have: they go on
  void set_rate() noexcept;
  void arm();  // schedules the flow that ends first

  Calendar& calendar_;
  double total_rate_;
  double flow_rate_;
  double alone_ns_per_byte_;
  double rate_;         // of each flow now
  double clock_ = 0;    // bytes served to each flow since the bus was last idle
  Instant clock_at_{};  // when clock_ was right
  std::uint64_t bytes_begun_ = 0;
  std::uint64_t sequence_ = 0;
  std::vector<Flow> flows_;  // heap
  Step* armed_ = nullptr;    // of the flow that is scheduled to end
  double armed_rate_ = 0;    // and the rate at which that holds
};

}  // namespace vqlab::sim
