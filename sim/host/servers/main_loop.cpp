// QEMU 1.3's main loop: one thread that serves all queues of all devices under the big lock.
//
// An iteration polls every descriptor. Then it runs bottom halves (push the used entry, inject), looks at what has been
// served (finding it in the list of requests in flight), and pops from the queues that were kicked until they are
// empty. It handles descriptors that were ready when the poll returned; what becomes ready later waits for the next
// iteration.
#include <algorithm>
#include <utility>

#include "models/base/fetch_ahead.hpp"
#include "models/testbed/conditions.hpp"
#include "models/testbed/serving_steps.hpp"
#include "sim/engine/process.hpp"
#include "sim/host/announcer.hpp"
#include "sim/host/device_queues.hpp"
#include "sim/host/host_part.hpp"
#include "sim/host/serving_thread.hpp"

namespace vqlab::sim {
namespace {

// Requests that were handed over and not found served yet, in the order of their submission.
class SubmittedList {
 public:
  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
  // Null if there is none.
  [[nodiscard]] HostRequest* newest() const noexcept { return newest_; }

  void add(HostRequest& request) noexcept {
    request.newer = nullptr;
    request.older = newest_;
    if (newest_ != nullptr) newest_->newer = &request;
    newest_ = &request;
    ++size_;
  }
  void remove(HostRequest& request) noexcept {
    (request.newer == nullptr ? newest_ : request.newer->older) = request.older;
    if (request.older != nullptr) request.older->newer = request.newer;
    --size_;
  }

 private:
  HostRequest* newest_ = nullptr;
  std::uint32_t size_ = 0;
};

class MainLoop final : public HostServer, private AioListener {
 public:
  explicit MainLoop(const HostSetup& setup);

  [[nodiscard]] std::vector<Duration> busy_times() const override { return {thread_.busy_time()}; }
  [[nodiscard]] std::vector<ServingThreadCounters> threads() const override {
    return {{"main_loop", thread_.wakeups(), thread_.without_cpu(), Duration{0}}};
  }
  [[nodiscard]] std::vector<const Aio*> aios() const override { return {aio_.get()}; }

 private:
  bool kicked(LineIndex line) override;
  bool take_back(HostRequest& request) override;

  Process run();
  // Makes bottom halves of the requests that have been served. The result is what finding them takes.
  [[nodiscard]] Duration find_served();
  // The request has been taken, and goes unless its disk's limits hold it back. The result is owed.
  Task<Duration> take_or_hold(HostRequest& request, Duration owed);
  // Runs the timers of throttle groups that are due, and hands over what they release. The result is owed.
  Task<Duration> release(Duration owed);
  Task<> hand_over(HostRequest& request, Duration owed);
  // The loop copies the request's data itself.
  Task<> move(HostRequest& request);
  [[nodiscard]] bool idle() const noexcept {
    return kicked_.empty() && !notified_ && bottom_halves_.empty() && inbox_.empty();
  }

  Machine& machine_;
  ServingSteps<CostSampler> steps_;
  ServingThread thread_;
  std::unique_ptr<Aio> aio_;
  Throttles* throttles_;
  ThrottleInbox inbox_;
  std::uint32_t descriptors_;  // polled in each iteration
  bool batch_interrupts_;
  bool moves_;  // data, while it hands requests over
  DeviceQueues device_queues_;
  Announcer announcer_;
  std::vector<HostQueue*> queues_;  // by line
  Fifo<HostQueue> kicked_;
  bool notified_ = false;  // of a request that has been served
  SubmittedList submitted_;
  std::uint32_t served_ = 0;  // of the submitted ones
  Fifo<HostRequest> bottom_halves_;
  std::vector<HostQueue*> to_announce_;

  ProcessGroup processes_;
};

MainLoop::MainLoop(const HostSetup& setup)
    : AioListener(setup.testbed),
      machine_(setup.machine),
      steps_(setup.testbed),
      thread_(setup.machine, setup.testbed, RandomStream(setup.seed, "host/main_loop"), "main loop"),
      aio_(make_aio(setup, *this)),
      throttles_(setup.throttles),
      inbox_{.tell = [this] { (void)thread_.signal(); }},
      descriptors_(descriptors_of_main_loop(setup.testbed)),
      batch_interrupts_(setup.testbed.host.batch_interrupts),
      moves_(condition(ConditionId::kCopiesInSubmitter).holds(setup.testbed)),
      device_queues_(setup.machine, setup.testbed),
      announcer_(setup.machine, steps_, thread_),
      processes_(setup.machine.calendar) {
  for (LineIndex line = 0; line < machine_.rings.size(); ++line) queues_.push_back(&device_queues_.add(line));
  processes_.start(run());
}

bool MainLoop::kicked(LineIndex line) {
  HostQueue& queue = *queues_[line];
  if (queue.kicked) return false;
  queue.kicked = true;
  kicked_.push_back(queue);
  return thread_.signal();
}

bool MainLoop::take_back(HostRequest& request) {
  // Its neighbours in the list, when it leaves that.
  fetch_ahead(request.newer);
  fetch_ahead(request.older);
  ++served_;
  notified_ = true;
  return thread_.signal();
}

Process MainLoop::run() {
  co_await thread_.signalled();
  co_await thread_.wake();
  Duration owed{0};
  while (true) {
    co_await thread_.spend(std::exchange(owed, Duration{0}) + steps_.poll(thread_, descriptors_), Work::kIterate);
    Fifo<HostQueue> ready = std::exchange(kicked_, {});
    const bool served = std::exchange(notified_, false);

    while (HostRequest* const request = bottom_halves_.pop_front()) {
      HostQueue& queue = *queues_[request->queue];
      StageRecord* const stages = request->stages;
      const Duration work = steps_.complete(thread_, pages(request->data_bytes));
      stages->serve_more<Stage::kCompletion>(work);
      co_await thread_.spend(std::exchange(owed, Duration{0}) + work, Work::kCompleteRequest);
      thread_.put(*request);
      device_queues_.push(queue, *request);
      announcer_.pushed(queue, *stages);
      if (batch_interrupts_) {
        if (queue.unannounced.size() == 1) to_announce_.push_back(&queue);
      } else if (const auto inject = announcer_.begin(queue)) {
        co_await thread_.spend(*inject, Work::kInject);
        owed = announcer_.end(queue);
      }
    }
    for (HostQueue* const queue : to_announce_) {
      if (const auto inject = announcer_.begin(*queue)) {
        co_await thread_.spend(owed + *inject, Work::kInject);
        owed = announcer_.end(*queue);
      }
    }
    to_announce_.clear();
    if (served) {
      // What is served meanwhile is found, too, and its notification then finds nothing.
      while (served_ > 0) co_await thread_.spend(std::exchange(owed, Duration{0}) + find_served(), Work::kFindServed);
      owed += steps_.scan(thread_, submitted_.size());
    }
    while (HostQueue* const queue = ready.pop_front()) {
      queue->kicked = false;
      // That of the pop that finds nothing is paid with the first one.
      owed += steps_.drain(thread_);
      while (HostRequest* const request = device_queues_.pop(*queue)) {
        queue->ring.arm_notifications();
        if (throttles_ != nullptr) [[unlikely]] {
          owed = co_await take_or_hold(*request, owed);
          continue;
        }
        Duration work = steps_.pop(thread_, pages(request->data_bytes),
                                   CostPart{machine_.wake_thread, std::min(1u, aio_->sleepers())});
        work = thread_.take(*request, work);
        work += checked_submit(aio_->draw_submit(1)) + aio_->in_submitter(*request);
        request->stages->serve<Stage::kHostDispatch>(work);
        co_await thread_.spend(std::exchange(owed, Duration{0}) + work, Work::kPop);
        if (moves_) [[unlikely]]
          co_await move(*request);
        device_queues_.fetch_ahead();
        machine_.stages.end_both<Stage::kHostDispatch>(*request->stages, machine_.calendar.now());
        submitted_.add(*request);
        aio_->submit(*request);
      }
    }

    if (!inbox_.empty()) [[unlikely]]
      owed = co_await release(owed);
    if (!idle()) continue;
    if (owed > Duration{0}) co_await thread_.spend(std::exchange(owed, Duration{0}), Work::kIterate);
    if (!idle()) continue;
    thread_.sleep();
    do co_await thread_.signalled();
    while (idle());
    co_await thread_.wake();
  }
}

Task<Duration> MainLoop::take_or_hold(HostRequest& request, Duration owed) {
  const Duration work = thread_.take(request, steps_.pop(thread_, pages(request.data_bytes)));
  request.stages->serve<Stage::kHostDispatch>(work);
  co_await thread_.spend(owed + work, Work::kPop);
  device_queues_.fetch_ahead();
  if (!throttles_->hold(request, inbox_)) co_await hand_over(request, Duration{0});
  co_return Duration{0};
}

Task<Duration> MainLoop::release(Duration owed) {
  while (ThrottleTimer* const timer = inbox_.due.pop_front()) throttles_->run(*timer);
  while (HostRequest* const request = inbox_.released.pop_front())
    co_await hand_over(*request, std::exchange(owed, Duration{0}));
  co_return owed;
}

Task<> MainLoop::move(HostRequest& request) {
  const std::uint64_t bytes = aio_->moved_by_submitter(request);
  request.stages->serve_more<Stage::kHostDispatch>(machine_.memory_bus.alone(bytes));
  if (bytes == 0) co_return;
  thread_.tell(Work::kCopy);
  co_await machine_.memory_bus.transfer(bytes);
}

Task<> MainLoop::hand_over(HostRequest& request, Duration owed) {
  Duration work = checked_submit(aio_->draw_submit(1)) + aio_->in_submitter(request);
  if (aio_->sleepers() > 0) work += thread_.draw(machine_.wake_thread);
  if (std::exchange(request.inbox, nullptr) != nullptr)
    request.stages->serve_more<Stage::kThrottle>(work);
  else
    request.stages->serve_more<Stage::kHostDispatch>(work);
  co_await thread_.spend(owed + work, Work::kHandOver);
  if (moves_) co_await move(request);
  machine_.stages.end_both<Stage::kHostDispatch>(*request.stages, machine_.calendar.now());
  submitted_.add(request);
  aio_->submit(request);
}

Duration MainLoop::find_served() {
  // The scan begins anew at the newest request after each that it finds, and passes those that are not served yet. The
  // bottom half that was made last runs first.
  Duration cost{0};
  std::uint32_t scanned = 0;
  for (HostRequest* next = submitted_.newest(); served_ > 0;) {
    HostRequest& request = *next;
    next = request.older;
    ++scanned;
    if (!request.served) continue;
    --served_;
    submitted_.remove(request);
    const Duration work = steps_.finish(thread_, scanned--);
    request.stages->serve<Stage::kCompletion>(work);
    cost += work;
    bottom_halves_.push_front(request);
  }
  return cost;
}

const HostServerRegistration registered{
    "main_loop",
    {.help = "QEMU's main loop under the big lock: one thread for all queues of all devices, as in QEMU 1.3.",
     .thread = "main loop",
     .in_mean_steps = true,
     .chooses_batches = true,
     .scans_in_flight = true,
     .pays_drains = true,
     .polls_descriptors = [](const Testbed&) { return true; },
     // A request is taken in one iteration, found in a later one, and completed in the one after that.
     .limit =
         [](const Testbed& testbed) {
           return ServingLimit{.iterations = 2, .descriptors = descriptors_of_main_loop(testbed)};
         }},
    [](const HostSetup& setup) -> std::unique_ptr<HostServer> { return std::make_unique<MainLoop>(setup); }};

}  // namespace
}  // namespace vqlab::sim
