#include "sim/host/queue_loop.hpp"

#include <algorithm>
#include <utility>

#include "models/testbed/conditions.hpp"

namespace vqlab::sim {

// Until the time is over, or a pass that began after the loop was told that there is something to do. Handlers that
// were active of late come first in a pass, which has mostly passed them when something comes. Two steps, of which one
// runs: what the loop waited for is what told it, not the beginning of its poll.
struct QueueLoop::Polling {
  QueueLoop& loop;
  Duration pass;
  Duration time;  // a number of passes
  Instant since{};
  bool seen = false;
  Step vain{};
  Step told{};

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> process) {
    vain.process = process;
    told.process = process;
    told.resource = ResourceId::kMainLoop;
    loop.now_polling_ = this;
    since = loop.machine_.calendar.now();
    loop.machine_.calendar.schedule(vain, time);
  }
  [[nodiscard]] bool await_resume() const noexcept {
    loop.now_polling_ = nullptr;
    loop.time_polled_ += loop.machine_.calendar.now() - since;
    return seen;
  }
  // Something has come.
  void tell() {
    Calendar& calendar = loop.machine_.calendar;
    Duration left{0};
    if (pass > Duration{0}) {
      const Duration so_far = calendar.now() - since;
      left = pass * (so_far / pass + 2) - so_far;
      if (so_far + left > time) return;  // the look after the last pass finds it
    }
    if (std::exchange(seen, true)) return;
    calendar.cancel(vain);
    calendar.schedule(told, left);
  }
};

ServingThreadCounters QueueLoop::counters() const {
  Duration polled = time_polled_;
  if (now_polling_ != nullptr) polled += machine_.calendar.now() - now_polling_->since;
  return {options_.name(), thread_.wakeups(), thread_.without_cpu(), polled};
}

// Of the loop itself: those of aio, and of its notifier.
constexpr std::uint32_t kOwnDescriptors = 2;
constexpr std::uint32_t kAioHandler = 0;

QueueLoop::QueueLoop(const HostSetup& setup, const QueueLoopOptions& options, const MakeAio& make_aio)
    : AioListener(setup.testbed),
      machine_(setup.machine),
      options_(options),
      steps_(setup.testbed),
      thread_(setup.machine, setup.testbed, RandomStream(setup.seed, options.stream), options.name(), options.number),
      aio_(make_aio(*this)),
      throttles_(setup.throttles),
      inbox_{.tell =
                 [this] {
                   end_poll_early();
                   (void)thread_.signal();
                 }},
      device_queues_(setup.machine, setup.testbed),
      announcer_(setup.machine, steps_, thread_),
      user_exit_cost_(setup.testbed.host_costs.user_exit_ns, setup.testbed.hardware.speed()),
      event_cost_(options.event, setup.testbed.hardware.speed()),
      handler_cost_(options.handler, setup.testbed.hardware.speed()),
      moves_(condition(ConditionId::kCopiesInSubmitter).holds(setup.testbed)),
      polling_(options.polling, 1),
      polled_(kOwnDescriptors),
      by_line_(setup.machine.rings.size()),
      processes_(setup.machine.calendar) {
  processes_.start(run());
}

void QueueLoop::add(LineIndex line) {
  HostQueue& queue = device_queues_.add(line);
  queues_.push_back(&queue);
  by_line_[line] = &queue;
  polling_.add_handler();
  queue.handler = kAioHandler + static_cast<std::uint32_t>(queues_.size());
  queue.polled = !options_.polls_active_only;
  if (queue.polled) ++polled_;
}

void QueueLoop::mark(HostQueue& queue) {
  if (queue.kicked) return;
  queue.kicked = true;
  kicked_.push_back(queue);
  ++kicked_count_;
}

bool QueueLoop::kicked(LineIndex line) {
  mark(*by_line_[line]);
  end_poll_early();
  return thread_.signal();
}

void QueueLoop::added(LineIndex line) {
  if (now_polling_ == nullptr) return;
  mark(*by_line_[line]);
  end_poll_early();
}

bool QueueLoop::take_back(HostRequest& request) {
  served_.push_back(request);
  end_poll_early();
  return thread_.signal();
}

Process QueueLoop::run() {
  co_await thread_.signalled();
  co_await thread_.wake();
  Duration waited{0};
  while (true) {
    Duration owed{0};
    if (!std::exchange(found_, false)) owed = look();
    waited += owed;
    if (!served_.empty()) {
      polling_.ready(kAioHandler);
      owed = co_await complete(owed);
    }
    // Who kicks from now on has its turn in the next iteration, after what is served by then.
    Fifo<HostQueue> ready = std::exchange(kicked_, {});
    kicked_count_ = 0;
    while (HostQueue* const queue = ready.pop_front()) {
      polling_.ready(queue->handler);
      owed = co_await drain(*queue, owed);
    }
    if (!inbox_.empty()) [[unlikely]]
      owed = co_await release(owed);
    if (owed > Duration{0}) co_await thread_.spend(owed, Work::kIterate);
    polling_.waited(waited);
    if (silent_ && polling_.time() == Duration{0}) co_await end_polling();
    waited = Duration{0};
    if (idle()) waited = co_await wait();
  }
}

Duration QueueLoop::look() {
  if (silent_) {
    mark_available();
    return draw_pass();
  }
  if (!options_.pays_for_ready) return steps_.poll(thread_, options_.descriptors);
  return steps_.iterate(thread_, CostPart{event_cost_, kicked_count_ + (served_.empty() ? 0 : 1)});
}

Task<Duration> QueueLoop::complete(Duration owed) {
  Fifo<HostRequest> found = std::exchange(served_, {});
  while (HostRequest* const request = found.pop_front()) {
    HostQueue& queue = *by_line_[request->queue];
    StageRecord& stages = *request->stages;
    const Duration work = steps_.finish_and_complete(thread_, pages(request->data_bytes));
    stages.serve<Stage::kCompletion>(work);
    if (!machine_.ioeventfd) [[unlikely]] {
      thread_.tell(Work::kBigLock);
      co_await machine_.calendar.sleep(wait_for_big_lock(work), ResourceId::kMainLoop);
    }
    co_await thread_.spend(std::exchange(owed, Duration{0}) + work, Work::kCompleteRequest);
    if (queue.unannounced.empty()) to_announce_.push_back(&queue);
    thread_.put(*request);
    device_queues_.push(queue, *request);
    announcer_.pushed(queue, stages);
    if (!options_.batch_interrupts) {
      to_announce_.clear();
      owed = co_await announce(queue, owed);
    }
  }
  for (HostQueue* const queue : to_announce_) owed = co_await announce(*queue, owed);
  to_announce_.clear();
  co_return owed;
}

Task<Duration> QueueLoop::announce(HostQueue& queue, Duration owed) {
  if (const auto inject = announcer_.begin(queue)) {
    co_await thread_.spend(owed + *inject, Work::kInject);
    owed = announcer_.end(queue);
  }
  co_return owed;
}

Task<Duration> QueueLoop::drain(HostQueue& queue, Duration owed) {
  // From the first pop on, kicks come again: that is not before the poll is over.
  if (owed > Duration{0}) co_await thread_.spend(std::exchange(owed, Duration{0}), Work::kIterate);
  queue.kicked = false;
  if (!silent_ || !queue.polled) queue.ring.suppress_notifications();
  if (!std::exchange(queue.polled, true)) ++polled_;
  do {
    while (HostRequest* const request = device_queues_.pop(queue)) {
      const Duration work = thread_.take(*request, steps_.pop(thread_, pages(request->data_bytes)));
      request->stages->serve<Stage::kHostDispatch>(work);
      co_await thread_.spend(std::exchange(owed, Duration{0}) + work, Work::kPop);
      if (throttles_ != nullptr && throttles_->hold(*request, inbox_)) [[unlikely]]
        continue;
      copies_ += aio_->in_submitter(*request);
      taken_.push_back(*request);
      if (++taken_count_ == options_.take_at_most) owed = co_await hand_over(owed);
    }
  } while (!silent_ && !queue.ring.enable_notifications());
  if (taken_count_ > 0) owed = co_await hand_over(owed);
  co_return owed;
}

Task<Duration> QueueLoop::hand_over(Duration owed) {
  while (taken_count_ > 0) {
    const std::uint32_t requests = std::min(taken_count_, options_.submit_at_most);
    taken_count_ -= requests;
    const Duration work = draw_hand_over(requests);
    Duration each = work / requests;
    co_await thread_.spend(std::exchange(owed, Duration{0}) + work, Work::kHandOver);
    if (moves_) [[unlikely]] {
      std::uint64_t bytes = 0;
      const HostRequest* request = taken_.front();
      for (std::uint32_t one = 0; one < requests; ++one, request = request->next)
        bytes += aio_->moved_by_submitter(*request);
      each += machine_.memory_bus.alone(bytes) / requests;
      if (bytes > 0) {
        thread_.tell(Work::kCopy);
        co_await machine_.memory_bus.transfer(bytes);
      }
    }
    for (std::uint32_t handed = 0; handed < requests; ++handed) {
      HostRequest& request = *taken_.pop_front();
      if (std::exchange(request.inbox, nullptr) != nullptr) [[unlikely]]
        request.stages->serve_more<Stage::kThrottle>(each);
      else
        request.stages->serve_more<Stage::kHostDispatch>(each);
      machine_.stages.end_both<Stage::kHostDispatch>(*request.stages, machine_.calendar.now());
      aio_->submit(request);
    }
  }
  co_return owed;
}

Task<Duration> QueueLoop::release(Duration owed) {
  while (ThrottleTimer* const timer = inbox_.due.pop_front()) throttles_->run(*timer);
  while (HostRequest* const request = inbox_.released.pop_front()) {
    copies_ += aio_->in_submitter(*request);
    taken_.push_back(*request);
    ++taken_count_;
  }
  co_return co_await hand_over(owed);
}

Duration QueueLoop::draw_hand_over(std::uint32_t requests) {
  const Duration submit = checked_submit(aio_->draw_submit(requests)) + std::exchange(copies_, Duration{0});
  const std::uint32_t woken = std::min(requests, aio_->sleepers());
  return woken == 0 ? submit : submit + thread_.draw_times(machine_.wake_thread, woken);
}

Task<Duration> QueueLoop::wait() {
  const Instant since = machine_.calendar.now();
  if (polling_.time() > Duration{0}) co_await poll();
  if (idle()) {
    thread_.sleep();
    do co_await thread_.signalled();
    while (idle());
    co_await thread_.wake();
  }
  co_return machine_.calendar.now() - since;
}

Task<> QueueLoop::poll() {
  if (!silent_) {
    co_await thread_.spend(draw_pass(), Work::kPoll);
    for (HostQueue* const queue : queues_)
      if (queue->polled) queue->ring.suppress_notifications();
    silent_ = true;
  }
  mark_available();
  if (!idle()) co_return;
  const Duration pass = thread_.stretched(draw_pass());
  const Duration time = pass > Duration{0} ? pass * ((polling_.time() + pass - Duration{1}) / pass) : polling_.time();
  ++machine_.polling;
  thread_.tell(Work::kPoll);
  found_ = co_await Polling{*this, pass, time};
  --machine_.polling;
  if (!found_) co_await end_polling();
}

Task<> QueueLoop::end_polling() {
  co_await thread_.spend(draw_pass(), Work::kPoll);
  silent_ = false;
  for (HostQueue* const queue : queues_)
    if (queue->polled && !queue->ring.enable_notifications()) mark(*queue);
}

Duration QueueLoop::wait_for_big_lock(Duration work) {
  const Instant begin = std::max(machine_.calendar.now(), big_lock_free_);
  big_lock_free_ = begin + thread_.stretched(work);
  return begin - machine_.calendar.now();
}

ServedKick QueueLoop::begin_kick(LineIndex line) {
  HostQueue& queue = *by_line_[line];
  queue.ring.suppress_notifications();
  Duration work{0};
  std::uint32_t requests = 0;
  for (; HostRequest* const request = device_queues_.pop(queue); ++requests) {
    const Duration pop = steps_.pop(thread_, pages(request->data_bytes));
    request->stages->serve<Stage::kHostDispatch>(pop);
    work += pop;
    queue.in_kick.push_back(*request);
  }
  for (std::uint32_t left = requests; left > 0;) {
    const std::uint32_t in_call = std::min(left, options_.submit_at_most);
    work += draw_hand_over(in_call);
    left -= in_call;
  }
  return {thread_.draw(user_exit_cost_) + wait_for_big_lock(work) + work, requests};
}

bool QueueLoop::end_kick(LineIndex line, const ServedKick& served) {
  HostQueue& queue = *by_line_[line];
  for (std::uint32_t handed = 0; handed < served.requests; ++handed) {
    HostRequest& request = *queue.in_kick.pop_front();
    machine_.stages.end_both<Stage::kHostDispatch>(*request.stages, machine_.calendar.now());
    aio_->submit(request);
  }
  return !queue.ring.enable_notifications();
}

void QueueLoop::mark_available() {
  for (HostQueue* const queue : queues_)
    if (queue->polled && queue->ring.has_available()) mark(*queue);
}

void QueueLoop::end_poll_early() {
  if (now_polling_ != nullptr) now_polling_->tell();
}

}  // namespace vqlab::sim
