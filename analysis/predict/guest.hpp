// What the guest does with the requests of a queue, from the interrupt to the next kick.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analysis/predict/loop.hpp"
#include "analysis/predict/traffic.hpp"
#include "models/bounds/mean_steps.hpp"

namespace vqlab {

// What is known of the requests of one queue; times in ns.
struct QueueState {
  double response = 0;        // of a request, all its way
  double clump = 1;           // requests that go round together
  double in_guest = 0;        // from the bottom half to the next kick
  double behind = 0;          // of that, behind other requests
  double entries = 1;         // for each interrupt
  double kicks = 0.5;         // for each request, as the next two
  double wakes = 0.5;         // of its process
  double ipis = 0.5;          // that tell another vCPU of it
  double halted = 0.5;        // probability that an interrupt finds its vCPU halted
  double lock = 0;            // share of time for which the queue's lock is held
  double handling = 0;        // share of its vCPU's time that the interrupt handler takes
  std::vector<double> busy;   // of each vCPU, spinning included
  std::vector<double> spins;  // of that
};

// What all queues share.
struct GuestLoad {
  double step = 1;  // share of the way to its result that a turn goes
  double processes = 0;
  double iodepth = 1;
  double same_vcpu = 0;          // probability that two requests are submitted on one vCPU
  std::vector<double> busy;      // of each vCPU, by all queues; below 1
  std::vector<double> work;      // the same as it would be at the last turn's rates, spinning apart: may be above 1
  std::vector<double> spins;     // share of each vCPU's time, for all locks
  std::vector<double> handling;  // and for all interrupt handlers
  std::vector<std::uint32_t> processes_of_vcpu;
};

class GuestModel {
 public:
  // References must outlive the model.
  GuestModel(const MeanSteps& steps, const LoopTimes& loop, const LoopLoad& load, const GuestLoad& guest)
      : steps_(steps), loop_(loop), load_(load), guest_(guest), vcpus_(guest.busy.size()) {}

  // One turn of the fixed point for one queue.
  void serve(const QueueTraffic& traffic, QueueState& state) const;

 private:
  // What a process does for each request.
  struct ProcessWork {
    double softirq;
    double to_lock;
    double to_kick;
    double all;  // waking the loop included, which sets out meanwhile
  };

  // What a pass of requests whose interrupt is served elsewhere meets, however they are spread.
  struct RemotePass {
    ProcessWork work;
    double submitters;   // vCPUs
    double most;         // requests of one of them
    double entry;        // handler's work for each
    double arrival;      // from the push to the handler's first entry
    double ipi_arrival;  // from the entry to the softirq
  };
  // And what comes of it.
  struct RemoteOutcome {
    double response;
    double in_guest;
    double clump;
    double kicks;
    double wakes;
    double ipis;
    double spinning;  // time of each submitting vCPU in a pass
    double locked;    // time for which the lock is held in a pass
  };

  void serve_locally(const QueueTraffic& traffic, QueueState& state) const;
  void serve_remotely(const QueueTraffic& traffic, QueueState& state) const;
  [[nodiscard]] RemotePass remote_pass(const QueueTraffic& traffic, QueueState& state) const;
  // All requests of the queue go round together.
  [[nodiscard]] RemoteOutcome in_step(const QueueTraffic& traffic, const QueueState& state,
                                      const RemotePass& pass) const;
  // They go round on their own.
  [[nodiscard]] RemoteOutcome scattered(const QueueTraffic& traffic, const QueueState& state,
                                        const RemotePass& pass) const;
  // Share of a vCPU's time that others than this queue take.
  [[nodiscard]] double others_on(std::size_t vcpu, const QueueState& state) const {
    return guest_.busy[vcpu] - state.busy[vcpu];
  }
  [[nodiscard]] ProcessWork process_work(const QueueTraffic& traffic, const QueueState& state) const;
  // What a response takes at least for the vCPUs to have time for it.
  [[nodiscard]] double least_response(const QueueTraffic& traffic, const QueueState& state) const;
  // From the event to the first instruction of a halted vCPU, after so much idle time.
  [[nodiscard]] double wake_of_vcpu(double idle) const;

  const MeanSteps& steps_;
  const LoopTimes& loop_;
  const LoopLoad& load_;
  const GuestLoad& guest_;
  std::size_t vcpus_;
};

}  // namespace vqlab
