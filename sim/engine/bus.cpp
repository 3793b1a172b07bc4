#include "sim/engine/bus.hpp"

#include <algorithm>

namespace vqlab::sim {

SharedBus::SharedBus(Calendar& calendar, double total_bytes_per_ns, double flow_bytes_per_ns)
    : calendar_(calendar),
      total_rate_(total_bytes_per_ns),
      flow_rate_(flow_bytes_per_ns),
      rate_(std::min(total_rate_, flow_rate_)),
      processes_(calendar) {
  ensure(total_rate_ > 0 && flow_rate_ > 0, "a bus needs positive rates");
  processes_.start(finish_flows());
}

void SharedBus::begin(Transfer& transfer) {
  move_clock();
  bytes_begun_ += transfer.bytes;
  flows_.push_back({clock_ + static_cast<double>(transfer.bytes), sequence_++, &transfer.step});
  std::push_heap(flows_.begin(), flows_.end());
  set_rate();
  arm();
}

void SharedBus::move_clock() {
  // The clock's rounding error is far below this; a flow that is this close is done.
  constexpr double kSlackBytes = 1e-3;
  auto left = static_cast<double>((calendar_.now() - clock_at_).count());
  clock_at_ = calendar_.now();
  // A flow ends between two ticks of the calendar: the others have run faster since then.
  while (!flows_.empty() && flows_.front().finish <= clock_ + rate_ * left + kSlackBytes) {
    left = std::max(0.0, left - (flows_.front().finish - clock_) / rate_);
    clock_ = flows_.front().finish;
    calendar_.make_ready(*flows_.front().step);
    std::pop_heap(flows_.begin(), flows_.end());
    flows_.pop_back();
    set_rate();
  }
  clock_ += rate_ * left;
}

void SharedBus::set_rate() noexcept {
  rate_ = std::min(flow_rate_, total_rate_ / static_cast<double>(std::max<std::size_t>(flows_.size(), 1)));
}

void SharedBus::arm() {
  calendar_.cancel(tick_);
  if (flows_.empty()) {
    clock_ = 0;  // keeps the clock's rounding far below a byte, however long the run
    return;
  }
  const double left = std::max(0.0, flows_.front().finish - clock_) / rate_;
  const auto whole = static_cast<std::int64_t>(left);
  calendar_.schedule(tick_, Duration{whole + (static_cast<double>(whole) < left ? 1 : 0)});
}

Process SharedBus::finish_flows() {
  struct Tick {
    Step& step;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> process) noexcept { step.process = process; }
    void await_resume() const noexcept {}
  };
  while (true) {
    co_await Tick{tick_};
    move_clock();
    arm();
  }
}

}  // namespace vqlab::sim
