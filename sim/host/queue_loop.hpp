// A thread that serves some of the request queues and nothing else: QEMU's iothread, the worker of vhost.
//
// In each iteration it completes all that has been served, then drains the queues that were kicked. While it drains one
// it wants no notifications, and what it has taken goes to the back end at once. With nothing to do it may poll for a
// while before it sleeps.
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
#include "sim/host/serving_thread.hpp"
#include "sim/machine/adaptive_polling.hpp"

namespace vqlab::sim {

struct QueueLoopOptions {
  std::string stream;                // name of its random stream
  std::uint32_t descriptors = 0;     // polled in each iteration
  bool batch_interrupts = false;     // one for all that an iteration completes on a queue; false: one for each request
  std::uint32_t submit_at_most = 1;  // requests that go to the back end at once
  PollingOptions polling;
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

  [[nodiscard]] Duration busy_time() const noexcept { return thread_.busy_time(); }
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
  // Waits for something to do.
  Task<> wait();
  Task<> poll();

  [[nodiscard]] bool idle() const noexcept { return kicked_.empty() && served_.empty(); }
  void mark(HostQueue& queue);
  void mark_available();
  void end_poll_early();

  Machine& machine_;
  QueueLoopOptions options_;
  ServingSteps<CostSampler> steps_;
  ServingThread thread_;
  std::unique_ptr<Aio> aio_;
  DeviceQueues device_queues_;
  Announcer announcer_;
  AdaptivePolling polling_;
  // From the first time that it polls until it polls in vain it wants no notifications and looks at the rings itself.
  // With event index one kick may still come: see suppress_notifications().
  bool silent_ = false;
  std::vector<HostQueue*> queues_;   // its own
  std::vector<HostQueue*> by_line_;  // null: another thread's
  Fifo<HostQueue> kicked_;
  Fifo<HostRequest> served_;
  Fifo<HostRequest> taken_;  // on their way to the back end
  std::uint32_t taken_count_ = 0;
  std::vector<HostQueue*> to_announce_;
  Polling* now_polling_ = nullptr;

  ProcessGroup processes_;
};

}  // namespace vqlab::sim
