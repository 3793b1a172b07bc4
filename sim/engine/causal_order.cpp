#include "sim/engine/causal_order.hpp"

#include <algorithm>

namespace vqlab::sim {

void CausalOrder::add(Step& step) {
  steps_.insert(step);
  step.place = Step::Place::kOrder;
  const std::uint64_t number = scheduled_++;
  const auto ns = static_cast<std::uint64_t>((step.when - now_).count());
  const std::uint64_t back = running_ == kFirst ? 0 : number - running_;
  links_[number % links_.size()] = {back < links_.size() ? static_cast<std::uint32_t>(back) : 0,
                                    static_cast<std::uint32_t>(std::min<std::uint64_t>(ns, ~0u)), step.resource};
  number_[&step] = number;
}

void CausalOrder::remove(Step& step) {
  steps_.remove(step);
  number_.erase(&step);
}

Step* CausalOrder::next(Instant horizon) {
  Step* const step = steps_.earliest();
  if (step == nullptr || step->when > horizon) return nullptr;
  steps_.remove(*step);
  const auto number = number_.find(step);
  running_ = number->second;
  number_.erase(number);
  now_ = std::max(now_, step->when);
  return step;
}

void CausalOrder::walk_back(const std::function<void(Instant, Instant, ResourceId)>& link) const {
  Instant end = now_;
  std::uint64_t number = running_;
  while (number != kFirst && scheduled_ - number <= links_.size()) {
    const Link& last = links_[number % links_.size()];
    const Instant begin = end - Duration{last.ns};
    if (last.ns > 0) link(begin, end, last.resource);
    if (last.to_earlier == 0) return;
    number -= last.to_earlier;
    end = begin;
  }
}

}  // namespace vqlab::sim
