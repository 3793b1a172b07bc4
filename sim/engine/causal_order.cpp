#include "sim/engine/causal_order.hpp"

#include <algorithm>
#include <utility>

namespace vqlab::sim {

std::uint64_t CausalOrder::link(std::uint64_t earlier, Duration time, ResourceId resource) {
  const std::uint64_t number = linked_++;
  const std::uint64_t back = earlier == kFirst ? 0 : number - earlier;
  links_[number % links_.size()] = {
      back < links_.size() ? static_cast<std::uint32_t>(back) : 0,
      static_cast<std::uint32_t>(std::min<std::uint64_t>(static_cast<std::uint64_t>(time.count()), ~0u)), resource};
  return number;
}

void CausalOrder::add(Step& step) {
  steps_.insert(step);
  step.place = Step::Place::kOrder;
  std::uint64_t earlier = running_;
  if (taken_back_ == &step) {
    earlier = link(before_.earlier, now_ - before_.since, step.resource);
    taken_back_ = nullptr;
  } else if (const auto begun = begun_.find(&step); begun != begun_.end()) {
    earlier = link(begun->second.link, now_ - begun->second.since, step.resource);
    begun_.erase(begun);
  }
  waiting_[&step] = {earlier, link(earlier, step.when - now_, step.resource), now_};
}

void CausalOrder::remove(Step& step) {
  steps_.remove(step);
  const auto waiting = waiting_.find(&step);
  taken_back_ = &step;
  before_ = waiting->second;
  waiting_.erase(waiting);
}

void CausalOrder::set_aside(Step& step) {
  steps_.remove(step);
  const auto waiting = waiting_.find(&step);
  begun_[&step] = {link(waiting->second.earlier, now_ - waiting->second.since, step.resource), now_};
  waiting_.erase(waiting);
}

Step* CausalOrder::next(Instant horizon) {
  taken_back_ = nullptr;
  Step* const step = steps_.earliest();
  if (step == nullptr || step->when > horizon) return nullptr;
  steps_.remove(*step);
  const auto waiting = waiting_.find(step);
  const Instant before = std::exchange(now_, std::max(now_, step->when));
  const bool is_timer = step->resource == ResourceId::kNone && waiting->second.since < now_;
  running_ = is_timer ? link(running_, now_ - before, ResourceId::kNone) : waiting->second.link;
  waiting_.erase(waiting);
  return step;
}

void CausalOrder::walk_back(const std::function<void(Instant, Instant, ResourceId)>& visit) const {
  Instant end = now_;
  std::uint64_t number = running_;
  while (number != kFirst && linked_ - number <= links_.size()) {
    const Link& last = links_[number % links_.size()];
    const Instant begin = end - Duration{last.ns};
    if (last.ns > 0) visit(begin, end, last.resource);
    if (last.to_earlier == 0) return;
    number -= last.to_earlier;
    end = begin;
  }
}

}  // namespace vqlab::sim
