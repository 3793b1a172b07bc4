#include "sim/host/queue_loop.hpp"

#include <algorithm>
#include <utility>

namespace vqlab::sim {

// Until the time is over, or the loop is told that there is something to do. Two steps, of which one runs: what the
// loop waited for is what told it, not the beginning of its poll.
struct QueueLoop::Polling {
  QueueLoop& loop;
  Duration time;
  Step vain{};
  Step told{};

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> process) {
    vain.process = process;
    told.process = process;
    loop.now_polling_ = this;
    loop.machine_.calendar.schedule(vain, time);
  }
  void await_resume() const noexcept { loop.now_polling_ = nullptr; }
};

QueueLoop::QueueLoop(const HostSetup& setup, const QueueLoopOptions& options, const MakeAio& make_aio)
    : AioListener(setup.testbed),
      machine_(setup.machine),
      options_(options),
      steps_(setup.testbed),
      thread_(setup.machine, setup.testbed, RandomStream(setup.seed, options.stream)),
      aio_(make_aio(*this)),
      device_queues_(setup.machine, setup.testbed),
      announcer_(setup.machine, steps_, thread_),
      polling_(options.polling),
      by_line_(setup.machine.rings.size()),
      processes_(setup.machine.calendar) {
  processes_.start(run());
}

void QueueLoop::add(LineIndex line) {
  queues_.push_back(&device_queues_.add(line));
  by_line_[line] = queues_.back();
}

void QueueLoop::mark(HostQueue& queue) {
  if (queue.kicked) return;
  queue.kicked = true;
  kicked_.push_back(queue);
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
  while (true) {
    // What polling finds needs no system call that looks at descriptors.
    Duration owed = silent_ ? Duration{0} : steps_.poll(thread_, options_.descriptors);
    if (silent_) mark_available();
    if (!served_.empty()) owed = co_await complete(owed);
    // Who kicks from now on has its turn in the next iteration, after what is served by then.
    Fifo<HostQueue> ready = std::exchange(kicked_, {});
    while (HostQueue* const queue = ready.pop_front()) owed = co_await drain(*queue, owed);
    if (owed > Duration{0}) co_await thread_.spend(owed);
    if (idle()) co_await wait();
  }
}

Task<Duration> QueueLoop::complete(Duration owed) {
  Fifo<HostRequest> found = std::exchange(served_, {});
  while (HostRequest* const request = found.pop_front()) {
    HostQueue& queue = *by_line_[request->queue];
    StageRecord& stages = *request->stages;
    const Duration work = steps_.finish_and_complete(thread_, pages(request->data_bytes));
    stages.serve<Stage::kCompletion>(work);
    co_await thread_.spend(std::exchange(owed, Duration{0}) + work);
    if (queue.unannounced.empty()) to_announce_.push_back(&queue);
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
    co_await thread_.spend(owed + *inject);
    owed = announcer_.end(queue);
  }
  co_return owed;
}

Task<Duration> QueueLoop::drain(HostQueue& queue, Duration owed) {
  // From the first pop on, kicks come again: that is not before the poll is over.
  if (owed > Duration{0}) co_await thread_.spend(std::exchange(owed, Duration{0}));
  queue.kicked = false;
  if (!silent_) queue.ring.suppress_notifications();
  do {
    while (HostRequest* const request = device_queues_.pop(queue)) {
      const Duration work = steps_.pop(thread_, pages(request->data_bytes));
      request->stages->serve<Stage::kHostDispatch>(work);
      co_await thread_.spend(std::exchange(owed, Duration{0}) + work);
      taken_.push_back(*request);
      if (++taken_count_ == options_.submit_at_most) owed = co_await hand_over(owed);
    }
  } while (!silent_ && !queue.ring.enable_notifications());
  if (taken_count_ > 0) owed = co_await hand_over(owed);
  co_return owed;
}

Task<Duration> QueueLoop::hand_over(Duration owed) {
  const std::uint32_t requests = std::exchange(taken_count_, 0);
  const Duration submit = checked_submit(aio_->draw_submit(requests));
  const std::uint32_t woken = std::min(requests, aio_->sleepers());
  const Duration wakes = woken == 0 ? Duration{0} : thread_.draw_times(machine_.wake_thread, woken);
  const Duration each = (submit + wakes) / requests;
  co_await thread_.spend(owed + submit + wakes);
  while (HostRequest* const request = taken_.pop_front()) {
    request->stages->serve_more<Stage::kHostDispatch>(each);
    machine_.stages.end<Stage::kHostDispatch>(*request->stages, machine_.calendar.now());
    aio_->submit(*request);
  }
  co_return Duration{0};
}

Task<> QueueLoop::wait() {
  const Instant since = machine_.calendar.now();
  if (polling_.time() > Duration{0}) co_await poll();
  if (idle()) {
    thread_.sleep();
    do co_await thread_.signalled();
    while (idle());
    co_await thread_.wake();
  }
  polling_.waited(machine_.calendar.now() - since);
}

Task<> QueueLoop::poll() {
  if (!silent_)
    for (HostQueue* const queue : queues_) queue->ring.suppress_notifications();
  silent_ = true;
  mark_available();
  if (!idle()) co_return;
  ++machine_.polling;
  co_await Polling{*this, polling_.time()};
  --machine_.polling;
  if (!idle()) co_return;
  silent_ = false;
  for (HostQueue* const queue : queues_)
    if (!queue->ring.enable_notifications()) mark(*queue);
}

void QueueLoop::mark_available() {
  for (HostQueue* const queue : queues_)
    if (queue->ring.has_available()) mark(*queue);
}

void QueueLoop::end_poll_early() {
  Polling* const polling = std::exchange(now_polling_, nullptr);
  if (polling == nullptr) return;
  machine_.calendar.cancel(polling->vain);
  machine_.calendar.make_ready(polling->told);
}

}  // namespace vqlab::sim
