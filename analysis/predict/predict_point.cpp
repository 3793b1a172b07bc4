#include "analysis/predict/predict_point.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/predict/fixed_point.hpp"
#include "analysis/predict/guest.hpp"
#include "models/base/ensure.hpp"
#include "models/base/units.hpp"
#include "models/bounds/bounding_network.hpp"
#include "models/testbed/in_effect.hpp"

namespace vqlab {
namespace {

constexpr int kMostTurns = 6000;
constexpr double kTolerance = 1e-7;  // of the throughput, a turn
constexpr double kFirstStep = 0.3;
constexpr int kTurnsToHalf = 300;  // after them a turn goes half as far, after twice as many a third

class AnalyticMachine {
 public:
  // The testbed must outlive the machine.
  explicit AnalyticMachine(const Testbed& testbed)
      : testbed_(testbed), steps_(testbed), traffic_(traffic_of(testbed)), states_(traffic_.queues.size()) {
    const std::size_t vcpus = testbed.guest.vcpus;
    load_.requests = testbed.requests_in_flight();
    load_.queues = static_cast<double>(traffic_.queues.size());
    guest_.processes = testbed.processes();
    guest_.iodepth = testbed.job.iodepth;
    guest_.processes_of_vcpu = traffic_.processes_of_vcpu;
    for (const std::uint32_t count : traffic_.processes_of_vcpu)
      guest_.same_vcpu += count * count / (guest_.processes * guest_.processes);

    // Where it starts plays no part once the fixed point is found.
    guest_.busy.assign(vcpus, 0.3);
    guest_.work = guest_.busy;
    guest_.spins.resize(vcpus);
    guest_.handling.resize(vcpus);
    load_.per_iteration = load_.requests / 3;
    const double first = 3 * steps_.iteration.mean + load_.requests * (steps_.pop + steps_.complete + steps_.submit);
    for (QueueState& state : states_) {
      state.response = state.in_guest = first;
      state.busy.resize(vcpus);
      state.spins.resize(vcpus);
    }
  }

  Prediction solve() {
    bool settled = false;
    for (int turn = 0; turn < kMostTurns && !settled; ++turn) {
      const double before = load_.throughput;
      guest_.step = kFirstStep / (1 + turn / kTurnsToHalf);
      step();
      settled = turn > 20 && std::abs(load_.throughput - before) <= kTolerance * guest_.step * before;
    }
    return result(settled);
  }

 private:
  double throughput(std::size_t queue) const { return traffic_.queues[queue].requests / states_[queue].response; }

  // Mean over all requests of what `value` is for those of a queue.
  template <class Value>
  double mean(Value value) const {
    double sum = 0;
    for (std::size_t queue = 0; queue < states_.size(); ++queue) sum += throughput(queue) * value(queue);
    return sum / load_.throughput;
  }

  // One turn of the fixed point.
  void step() {
    load_.throughput = 0;
    for (std::size_t queue = 0; queue < states_.size(); ++queue) load_.throughput += throughput(queue);
    load_.interrupts = mean([&](std::size_t queue) { return 1 / states_[queue].entries; });
    load_.halted = mean([&](std::size_t queue) { return states_[queue].halted; });
    const LoopTimes loop(steps_, load_, testbed_.host.worker_threads_max);
    const GuestModel guest(steps_, loop, load_, guest_);
    for (std::size_t queue = 0; queue < states_.size(); ++queue) guest.serve(traffic_.queues[queue], states_[queue]);
    note_loop(loop);
    note_cpus();
  }

  // How many requests an iteration serves, and how long the loop sleeps between two.
  void note_loop(const LoopTimes& loop) {
    const double clumps = std::max(1.0, load_.requests / mean([&](std::size_t queue) { return states_[queue].clump; }));
    const double in_guest = mean([&](std::size_t queue) { return states_[queue].in_guest; });
    load_.asleep = std::pow(std::max(0.0, 1 - load_.per_iteration / load_.requests), clumps);
    load_.idle = (loop.worker + in_guest) / (2 * clumps);
    const double period = loop.cycle + load_.asleep * (loop.wakeup + load_.idle);
    approach(load_.per_iteration, std::clamp(load_.throughput * period, 1e-3, load_.requests), guest_.step);
    loop_busy_ = std::min(1.0, loop.cycle / period);
    worker_busy_ = load_.throughput * loop.worker;
    bus_busy_ = load_.throughput * steps_.copied_bytes / steps_.bus_rate;
  }

  // How busy CPUs are, and how that slows work down.
  void note_cpus() {
    for (std::size_t vcpu = 0; vcpu < guest_.busy.size(); ++vcpu) {
      double busy = 0;
      guest_.spins[vcpu] = guest_.handling[vcpu] = 0;
      for (std::size_t queue = 0; queue < states_.size(); ++queue) {
        busy += states_[queue].busy[vcpu];
        guest_.spins[vcpu] += states_[queue].spins[vcpu];
        if (traffic_.queues[queue].interrupted == vcpu) guest_.handling[vcpu] += states_[queue].handling;
      }
      guest_.work[vcpu] = busy - guest_.spins[vcpu];
      approach(guest_.busy[vcpu], bounded_utilization(busy), guest_.step);
    }
    double running = loop_busy_ + worker_busy_;
    double squares = loop_busy_ * loop_busy_;
    for (const double one : guest_.busy) {
      running += one;
      squares += one * one;
    }
    // Threads that a thread finds running while it runs, itself included; workers are many, each of them seldom.
    const double seen = 1 + running - squares / running;
    const Hardware& hardware = testbed_.hardware;
    const double cpus = hardware.physical_cpus;
    const double siblings = cpus > 1 ? std::clamp((seen - 1) / (cpus - 1), 0.0, 1.0) : 0;
    const double crowd = std::max(0.0, seen - cpus) / cpus;
    approach(load_.slowdown, sibling_stretch(siblings, hardware.speed_beside_sibling()) * (1 + crowd), guest_.step);
    // Each worker's wake-up, and each of a halted vCPU, takes a CPU that idled since one of them left it.
    const double wakeups = load_.throughput * (1 + load_.interrupts * load_.halted);
    load_.idle_cpu = std::max(cpus - running, 0.0) / wakeups;
  }

  Prediction result(bool settled) const {
    Prediction found;
    found.settled = settled;
    found.iops = load_.throughput * 1e9;
    found.bandwidth_mib_per_s = found.iops * steps_.bytes / kBytesPerMib;
    found.latency_mean_us = load_.requests / load_.throughput * 1e-3;
    found.bound_iops = bound_on_iops(testbed_);
    found.interrupts_per_io = load_.interrupts;
    found.kicks_per_io = mean([&](std::size_t queue) { return states_[queue].kicks; });
    found.stations.push_back({"main loop", loop_busy_});
    double lock = 0;
    for (const QueueState& state : states_) lock = std::max(lock, state.lock);
    found.stations.push_back({"queue lock", lock});
    for (std::size_t vcpu = 0; vcpu < guest_.busy.size(); ++vcpu) {
      const double work = std::min(1.0, guest_.work[vcpu]);
      found.stations.push_back({"vCPU " + std::to_string(vcpu), work});
    }
    found.stations.push_back({"workers", worker_busy_ / testbed_.host.worker_threads_max});
    found.stations.push_back({"memory bus", bus_busy_});
    return found;
  }

  const Testbed& testbed_;
  MeanSteps steps_;
  Traffic traffic_;
  LoopLoad load_;
  GuestLoad guest_;
  std::vector<QueueState> states_;
  double loop_busy_ = 0;
  double worker_busy_ = 0;
  double bus_busy_ = 0;
};

}  // namespace

const StationLoad& Prediction::bottleneck() const {
  ensure(!stations.empty(), "a prediction has stations");
  return *std::max_element(stations.begin(), stations.end(),
                           [](const StationLoad& a, const StationLoad& b) { return a.utilization < b.utilization; });
}

Prediction predict(const Testbed& testbed) {
  const Testbed effective = in_effect(testbed);
  return AnalyticMachine(effective).solve();
}

}  // namespace vqlab
