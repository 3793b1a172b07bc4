#include "sim/engine/bus.hpp"

#include <algorithm>

namespace vqlab::sim {

SharedBus::SharedBus(Calendar& calendar, double total_bytes_per_ns, double flow_bytes_per_ns)
    : calendar_(calendar),
      total_rate_(total_bytes_per_ns),
      flow_rate_(flow_bytes_per_ns),
      alone_ns_per_byte_(1 / std::min(total_rate_, flow_rate_)),
      rate_(std::min(total_rate_, flow_rate_)) {
  ensure(total_rate_ > 0 && flow_rate_ > 0, "a bus needs positive rates");
}

void SharedBus::begin(Transfer& transfer) {
  if (armed_ != nullptr && armed_->when <= calendar_.now()) [[unlikely]]
    end_flows();
  else
    run_clock();
  bytes_begun_ += transfer.bytes;
  flows_.push_back({clock_ + static_cast<double>(transfer.bytes), sequence_++, &transfer.step});
  std::push_heap(flows_.begin(), flows_.end());
  set_rate();
  arm();
}

double SharedBus::bytes_moved() const noexcept {
  const double clock = clock_ + rate_ * static_cast<double>((calendar_.now() - clock_at_).count());
  auto moved = static_cast<double>(bytes_begun_);
  for (const Flow& flow : flows_) moved -= std::max(0.0, flow.finish - clock);
  return moved;
}

void SharedBus::run_clock() noexcept {
  clock_ += rate_ * static_cast<double>((calendar_.now() - clock_at_).count());
  clock_at_ = calendar_.now();
}

void SharedBus::end_flows() {
  // The clock's rounding error is far below this; a flow that is this close is done.
  constexpr double kSlackBytes = 1e-3;
  auto left = static_cast<double>((calendar_.now() - clock_at_).count());
  clock_at_ = calendar_.now();
  // A flow ends between two ticks of the calendar: the others have run faster since then.
  while (!flows_.empty() && flows_.front().finish <= clock_ + rate_ * left + kSlackBytes) {
    left = std::max(0.0, left - (flows_.front().finish - clock_) / rate_);
    clock_ = flows_.front().finish;
    Step* const step = flows_.front().step;
    if (step == armed_)
      armed_ = nullptr;  // due now, or running already
    else
      calendar_.make_ready(*step);
    std::pop_heap(flows_.begin(), flows_.end());
    flows_.pop_back();
    set_rate();
  }
  clock_ += rate_ * left;
}

void SharedBus::set_rate() noexcept {
  rate_ = std::min(flow_rate_, total_rate_ / static_cast<double>(std::max<std::size_t>(flows_.size(), 1)));
}

void SharedBus::end_armed() {
  end_flows();
  ensure(armed_ == nullptr, "a flow ends when its bytes have been moved");
  arm();
}

void SharedBus::arm() {
  if (flows_.empty()) {
    clock_ = 0;  // keeps the clock's rounding far below a byte, however long the run
    return;
  }
  const Flow& first = flows_.front();
  if (first.step == armed_ && rate_ == armed_rate_) return;
  if (armed_ != nullptr) calendar_.cancel(*armed_);
  armed_ = first.step;
  armed_rate_ = rate_;
  armed_->resource = rate_ < flow_rate_ ? ResourceId::kMemoryBus : ResourceId::kWorkers;
  const double left = std::max(0.0, first.finish - clock_) / rate_;
  const auto whole = static_cast<std::int64_t>(left);
  calendar_.schedule(*armed_, Duration{whole + (static_cast<double>(whole) < left ? 1 : 0)});
}

}  // namespace vqlab::sim
