// QEMU 1.3's main loop: one thread that serves all queues of all devices under the big lock.
//
// An iteration polls every descriptor, then runs bottom halves (push the used entry, inject), then looks at what has
// been served (finding it in the list of requests in flight), then pops from the queues that were kicked until they are
// empty.
#include <algorithm>
#include <utility>

#include "models/testbed/serving_steps.hpp"
#include "sim/engine/process.hpp"
#include "sim/host/announcer.hpp"
#include "sim/host/device_queues.hpp"
#include "sim/host/host_part.hpp"
#include "sim/host/serving_thread.hpp"

namespace vqlab::sim {
namespace {

class MainLoop final : public HostServer, private AioListener {
 public:
  explicit MainLoop(const HostSetup& setup);

  [[nodiscard]] std::vector<Duration> busy_times() const override { return {thread_.busy_time()}; }
  [[nodiscard]] std::vector<const Aio*> aios() const override { return {aio_.get()}; }

 private:
  bool kicked(LineIndex line) override;
  void take_back(HostRequest& request) override;

  Process run();
  // What finding these among the requests in flight takes.
  [[nodiscard]] Duration draw_finish(const Fifo<HostRequest>& found) noexcept;
  [[nodiscard]] bool idle() const noexcept { return kicked_.empty() && served_.empty() && bottom_halves_.empty(); }

  Machine& machine_;
  ServingSteps<CostSampler> steps_;
  ServingThread thread_;
  std::unique_ptr<Aio> aio_;
  std::uint32_t descriptors_;  // polled in each iteration
  bool batch_interrupts_;
  DeviceQueues device_queues_;
  Announcer announcer_;
  std::vector<HostQueue*> queues_;  // by line
  Fifo<HostQueue> kicked_;
  Fifo<HostRequest> served_;
  Fifo<HostRequest> bottom_halves_;
  std::vector<HostQueue*> to_announce_;
  std::uint64_t sequence_ = 0;

  ProcessGroup processes_;
};

MainLoop::MainLoop(const HostSetup& setup)
    : AioListener(setup.testbed),
      machine_(setup.machine),
      steps_(setup.testbed),
      thread_(setup.machine, setup.testbed, RandomStream(setup.seed, "host/main_loop")),
      aio_(make_aio(setup, *this)),
      descriptors_(descriptors_of_main_loop(setup.testbed)),
      batch_interrupts_(setup.testbed.host.batch_interrupts),
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

void MainLoop::take_back(HostRequest& request) {
  served_.push_front(request);  // the list is scanned from its newest end
  (void)thread_.signal();
}

Process MainLoop::run() {
  co_await thread_.signalled();
  co_await thread_.wake();
  while (true) {
    // What the poll has cost is paid with the first thing that it found.
    Duration owed = steps_.poll(thread_, descriptors_);

    while (HostRequest* const request = bottom_halves_.pop_front()) {
      HostQueue& queue = *queues_[request->queue];
      StageRecord* const stages = request->stages;
      const Duration work = steps_.complete(thread_, pages(request->data_bytes));
      stages->serve_more<Stage::kCompletion>(work);
      co_await thread_.spend(std::exchange(owed, Duration{0}) + work);
      device_queues_.push(queue, *request);
      announcer_.pushed(queue, *stages);
      if (batch_interrupts_) {
        if (queue.unannounced.size() == 1) to_announce_.push_back(&queue);
      } else if (const auto inject = announcer_.begin(queue)) {
        co_await thread_.spend(*inject);
        owed = announcer_.end(queue);
      }
    }
    for (HostQueue* const queue : to_announce_) {
      if (const auto inject = announcer_.begin(*queue)) {
        co_await thread_.spend(owed + *inject);
        owed = announcer_.end(*queue);
      }
    }
    to_announce_.clear();
    if (!served_.empty()) {
      Fifo<HostRequest> found = std::exchange(served_, {});
      owed += draw_finish(found);
      co_await thread_.spend(std::exchange(owed, Duration{0}));
      bottom_halves_ = found;
    }
    // From the first pop on, kicks come again: that is not before the poll is over.
    if (owed > Duration{0}) co_await thread_.spend(std::exchange(owed, Duration{0}));
    while (HostQueue* const queue = kicked_.pop_front()) {
      queue->kicked = false;
      while (HostRequest* const request = device_queues_.pop(*queue)) {
        queue->ring.arm_notifications();
        Duration work = steps_.pop(thread_, pages(request->data_bytes),
                                   CostPart{machine_.wake_thread, std::min(1u, aio_->sleepers())});
        work += checked_submit(aio_->draw_submit(1));
        request->stages->serve<Stage::kHostDispatch>(work);
        co_await thread_.spend(work);
        machine_.stages.end<Stage::kHostDispatch>(*request->stages, machine_.calendar.now());
        request->sequence = sequence_++;
        aio_->submit(*request);
      }
    }

    if (!idle()) continue;
    thread_.sleep();
    do co_await thread_.signalled();
    while (idle());
    co_await thread_.wake();
  }
}

Duration MainLoop::draw_finish(const Fifo<HostRequest>& found) noexcept {
  // The scan for a served request begins anew at the newest one, and passes those that are not served yet.
  Duration cost{0};
  for (const HostRequest* request = found.front(); request != nullptr; request = request->next) {
    const std::uint64_t newer = sequence_ - request->sequence;
    const auto scanned = static_cast<std::uint32_t>(std::min<std::uint64_t>(newer, aio_->in_flight() + 1));
    const Duration work = steps_.finish(thread_, scanned);
    request->stages->serve<Stage::kCompletion>(work);
    cost += work;
  }
  return cost;
}

const HostServerRegistration registered{
    "main_loop",
    {.help = "QEMU's main loop under the big lock: one thread for all queues of all devices, as in QEMU 1.3.",
     .thread = "main loop",
     .in_mean_steps = true,
     .chooses_batches = true,
     .polls_descriptors = true,
     .scans_in_flight = true,
     // A request is taken in one iteration, found in a later one, and completed in the one after that.
     .limit =
         [](const Testbed& testbed) {
           return ServingLimit{.iterations = 2, .descriptors = descriptors_of_main_loop(testbed)};
         }},
    [](const HostSetup& setup) -> std::unique_ptr<HostServer> { return std::make_unique<MainLoop>(setup); }};

}  // namespace
}  // namespace vqlab::sim
