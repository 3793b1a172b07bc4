// A thread that serves some of the request queues and nothing else: QEMU's iothread, the worker of vhost.
//
// In each iteration it completes all that has been served, then drains the queues that were kicked. While it drains one
// it wants no notifications, and what it has taken goes to the back end at once. With nothing to do it may poll for a
// while before it sleeps: it looks at one ring after the other, and an event is seen when the pass is over.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/base/fifo.hpp"
#include "models/testbed/serving_steps.hpp"
#include "sim/engine/process.hpp"
#include "sim/host/announcer.hpp"
#include "sim/host/device_queues.hpp"
#include "sim/host/host_part.hpp"
#include "sim/host/loop_polling.hpp"
#include "sim/host/serving_thread.hpp"

namespace vqlab::sim {

struct QueueLoopOptions {
  std::uint32_t number = 0;       // of its thread, among those that serve
  std::string stream;             // name of its random stream, such as host/iothread/0
  std::uint32_t descriptors = 0;  // that it waits for: those of its queues, and others
  bool pays_for_ready = false;  // a look costs `event` for each descriptor that is ready; false: each costs loop_fd_ns
  Cost event{};
  bool batch_interrupts = false;     // one for all that an iteration completes on a queue; false: one for each request
  std::uint32_t take_at_most = 1;    // requests of a drain before they are handed over
  std::uint32_t submit_at_most = 1;  // that go to the back end in one call
  LoopPollingOptions polling{};
  Cost handler{};                  // of a poll pass, for each descriptor that it looks at
  bool polls_active_only = false;  // it looks at queues that have been kicked once

  // Of the thread: iothread0.
  [[nodiscard]] std::string name() const {
    std::string name = stream.substr(stream.find('/') + 1);
    std::erase(name, '/');
    return name;
  }
};

class QueueLoop final : private AioListener {
 public:
  using MakeAio = std::function<std::unique_ptr<Aio>(AioListener&)>;

  // Begins asleep. References of the setup must outlive the loop.
  QueueLoop(const HostSetup& setup, const QueueLoopOptions& options, const MakeAio& make_aio);

  // Serves this queue, too. Precondition: nothing has run yet.
  void add(LineIndex line);

  // As DoorbellListener; the queue is one of its own.
  bool kicked(LineIndex line);
  void added(LineIndex line);
  [[nodiscard]] ServedKick begin_kick(LineIndex line);
  [[nodiscard]] bool end_kick(LineIndex line, const ServedKick& served);

  [[nodiscard]] Duration busy_time() const noexcept { return thread_.busy_time(); }
  [[nodiscard]] ServingThreadCounters counters() const;
  [[nodiscard]] const Aio& aio() const noexcept { return *aio_; }
  // Request queues of the machine.
  [[nodiscard]] std::size_t lines() const noexcept { return by_line_.size(); }

 private:
  struct Polling;

  bool take_back(HostRequest& request) override;

  Process run();
  // Completes what has been served. The result is owed.
  Task<Duration> complete(Duration owed);
  // Takes all that waits in the queue, and hands it over. The result is owed.
  Task<Duration> drain(HostQueue& queue, Duration owed);
  // Tells the guest of what was pushed. The result is owed.
  Task<Duration> announce(HostQueue& queue, Duration owed);
  Task<Duration> hand_over(Duration owed);
  // Runs the timers of throttle groups that are due, and hands over what they release. The result is owed.
  Task<Duration> release(Duration owed);
  // Waits for something to do; for how long it did.
  Task<Duration> wait();
  Task<> poll();
  Task<> end_polling();
  // A look for what there is to do, without waiting. The result is owed.
  [[nodiscard]] Duration look();
  // One look at each of the rings that it polls.
  [[nodiscard]] Duration draw_pass() { return thread_.draw_times(handler_cost_, polled_); }

  // Handing over the next requests, in calls of at most submit_at_most, and waking who takes them.
  [[nodiscard]] Duration draw_hand_over(std::uint32_t requests);
  // Who asks has QEMU's big lock for so long, when those before have had it. The result is its wait.
  [[nodiscard]] Duration wait_for_big_lock(Duration work);

  [[nodiscard]] bool idle() const noexcept { return kicked_.empty() && served_.empty() && inbox_.empty(); }
  void mark(HostQueue& queue);
  void mark_available();
  void end_poll_early();

  Machine& machine_;
  QueueLoopOptions options_;
  ServingSteps<CostSampler> steps_;
  ServingThread thread_;
  std::unique_ptr<Aio> aio_;
  Throttles* throttles_;
  ThrottleInbox inbox_;
  DeviceQueues device_queues_;
  Announcer announcer_;
  CostSampler user_exit_cost_;
  Instant big_lock_free_{};  // without ioeventfd
  CostSampler event_cost_;
  CostSampler handler_cost_;
  bool moves_;  // data, while it hands requests over
  LoopPolling polling_;
  std::uint32_t polled_;  // descriptors that a poll pass looks at
  // From the first time that it polls until it polls in vain it wants no notifications and looks at the rings itself.
  // With event index one kick may still come: see suppress_notifications().
  bool silent_ = false;
  bool found_ = false;               // polling has found what there is to do, so that no other look is needed
  std::vector<HostQueue*> queues_;   // its own
  std::vector<HostQueue*> by_line_;  // null: another thread's
  Fifo<HostQueue> kicked_;
  std::uint32_t kicked_count_ = 0;
  Fifo<HostRequest> served_;
  Fifo<HostRequest> taken_;  // on their way to the back end
  std::uint32_t taken_count_ = 0;
  Duration copies_{0};  // what their storage devices have this thread work
  std::vector<HostQueue*> to_announce_;
  Polling* now_polling_ = nullptr;
  Duration time_polled_{0};  // until the poll that is under way

  ProcessGroup processes_;
};

}  // namespace vqlab::sim
