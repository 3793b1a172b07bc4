#include "sim/guest/run_queue.hpp"

#include <algorithm>

#include "models/base/ensure.hpp"

namespace vqlab::sim {

void RunQueue::insert(UserProcess& process, Instant now) {
  if (waiting_.empty() && now >= tick_at_) tick_at_ = rules_.next_tick(now);
  waiting_.push_back({process.vruntime, arrivals_++, &process, process.frame});
  std::push_heap(waiting_.begin(), waiting_.end(), later);
  weight_ += process.weight;
}

void RunQueue::wait_behind_current(UserProcess& process, Instant now) {
  insert(process, now);
  if (current_ != nullptr && rules_.slices())
    due_ = due_ || current_->vruntime - process.vruntime > weighted(rules_.wakeup_granularity, process.weight);
}

void RunQueue::receive(UserProcess& process, Instant now) {
  account(now);
  insert(process, now);
}

UserProcess* RunQueue::pick(Instant now) {
  ensure(current_ == nullptr, "one process runs at a time");
  if (waiting_.empty()) return nullptr;
  std::pop_heap(waiting_.begin(), waiting_.end(), later);
  UserProcess& process = *waiting_.back().process;
  waiting_.pop_back();
  if (!waiting_.empty()) {
    fetch_ahead(waiting_.front().process, UserProcess::kNeeded);
    fetch_ahead(static_cast<const std::byte*>(waiting_.front().frame), UserProcess::kNeededOfFrame);
  }
  begin(process, now);
  return &process;
}

void RunQueue::stop(Instant now) {
  ensure(current_ != nullptr, "who stops has run");
  account(now);
  current_->ran_at = now;
  weight_ -= current_->weight;
  current_ = nullptr;
}

void RunQueue::tick(Instant now) noexcept {
  tick_at_ = rules_.next_tick(now);
  account(now);
  const Duration slice = rules_.slice(current_->weight, weight_, runnable());
  const Duration ran = now - slice_began_;
  const Duration ahead{current_->vruntime - waiting_.front().vruntime};
  due_ = due_ || ran > slice || (ran >= rules_.min_granularity && ahead > slice);
}

bool RunQueue::stays(Instant now) noexcept {
  account(now);
  if (waiting_.front().vruntime <= current_->vruntime) return false;
  due_ = false;
  slice_began_ = now;
  return true;
}

void RunQueue::put_back(Instant now) {
  UserProcess& process = *current_;
  stop(now);
  insert(process, now);
}

UserProcess* RunQueue::take(Instant cold, std::uint32_t to) {
  auto found = waiting_.end();
  for (auto one = waiting_.begin(); one != waiting_.end(); ++one)
    if (one->process->ran_at <= cold && one->process->may_run_on(to) &&
        (found == waiting_.end() || later(*one, *found)))
      found = one;
  if (found == waiting_.end()) return nullptr;
  UserProcess* const process = found->process;
  waiting_.erase(found);
  std::make_heap(waiting_.begin(), waiting_.end(), later);
  weight_ -= process->weight;
  return process;
}

}  // namespace vqlab::sim
