#include "sim/study/predict/predict.hpp"

#include <algorithm>
#include <cmath>

#include "models/base/ensure.hpp"
#include "models/base/units.hpp"
#include "sim/study/predict/bounding_network.hpp"
#include "sim/study/predict/loop.hpp"
#include "sim/study/predict/steps.hpp"
#include "sim/study/predict/traffic.hpp"

namespace vqlab {
namespace {

constexpr double kDamping = 0.3;
constexpr int kMostTurns = 4000;
constexpr double kTolerance = 1e-9;
// A server is never quite saturated: with it the others' share of a processor stays finite while the turns converge.
constexpr double kMostUtilization = 0.99;

double share(double utilization) { return std::clamp(utilization, 0.0, kMostUtilization); }

// By how much longer a step takes where others have `utilization` of the server, which is shared alike.
double stretch(double utilization) { return 1 / (1 - share(utilization)); }

void approach(double& value, double target) { value += kDamping * (target - value); }

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
  std::vector<double> busy;   // of each vCPU, spinning included
  std::vector<double> spins;  // of that
};

class AnalyticMachine {
 public:
  explicit AnalyticMachine(const Testbed& testbed)
      : testbed_(testbed),
        steps_(testbed),
        traffic_(traffic_of(testbed)),
        requests_(testbed.requests_in_flight()),
        processes_(testbed.processes()),
        iodepth_(testbed.job.iodepth),
        vcpus_(testbed.guest.vcpus),
        busy_(vcpus_, 0.3),
        states_(traffic_.queues.size()) {
    for (const std::uint32_t count : traffic_.processes_of_vcpu) same_vcpu_ += std::pow(count / processes_, 2);
    load_.requests = requests_;
    load_.per_iteration = requests_ / 3;  // as many as pass each of its three stages
    // A start that no cost is far from; where it is plays no part once the fixed point is found.
    const double first = 3 * steps_.iteration.mean + requests_ * (steps_.pop + steps_.complete + steps_.submit);
    load_.throughput = requests_ / first;
    for (std::size_t queue = 0; queue < states_.size(); ++queue) {
      states_[queue].response = states_[queue].in_guest = first;
      states_[queue].busy.resize(vcpus_);
      states_[queue].spins.resize(vcpus_);
    }
  }

  Prediction solve() {
    bool settled = false;
    for (int turn = 0; turn < kMostTurns && !settled; ++turn) {
      const double before = load_.throughput;
      step();
      settled = turn > 20 && std::abs(load_.throughput - before) <= kTolerance * before;
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
    note_displacement();
    for (std::size_t queue = 0; queue < states_.size(); ++queue) {
      const QueueTraffic& traffic = traffic_.queues[queue];
      const bool local = traffic.requests_of_vcpu[traffic.interrupted] == traffic.requests;
      if (local)
        serve_locally(loop, traffic, states_[queue]);
      else
        serve_remotely(loop, traffic, states_[queue]);
    }
    note_loop(loop);
    note_cpus();
  }

  // Share of time for which a process is not where load balancing put it.
  void note_displacement() {
    const bool never = testbed_.guest.pinned_vcpus > 0 || vcpus_ == 1;
    moves_ = never ? 0 : testbed_.guest_costs.wake_migration;
    const double wakes = load_.throughput / processes_ * mean([&](std::size_t queue) { return states_[queue].wakes; });
    const double displacements = moves_ * wakes * testbed_.guest_costs.balance_interval_ns;
    displaced_ = displacements / (1 + displacements);
  }

  // Time of a halted vCPU from the event to its first instruction, after so much idle time.
  double wake_of_vcpu(double idle) const {
    return steps_.halt_latency + steps_.halt_cpu + steps_.cstate.mean * idle / (idle + steps_.cstate_ramp);
  }

  // What a process does for each request, up to the queue's lock, and the rest.
  struct ProcessWork {
    double softirq;
    double to_lock;
    double to_kick;
    double all;  // waking the loop included, which sets out meanwhile
  };
  ProcessWork process_work(const LoopTimes& loop, const QueueTraffic& traffic, const QueueState& state) const {
    const double slow = load_.slowdown;
    double switches = 0;  // share of wake-ups after which another process ran last
    double same_queue = 0;
    for (std::size_t vcpu = 0; vcpu < vcpus_; ++vcpu) {
      const double part = traffic.requests_of_vcpu[vcpu] / traffic.requests;
      same_queue += part * part;
      if (part > 0) switches += part * (1 - 1.0 / traffic_.processes_of_vcpu[vcpu]);
    }
    const double softirq = slow * (steps_.complete + state.wakes * steps_.wake_process);
    const double to_lock = slow * (state.wakes * (switches * steps_.switch_process + steps_.reap_call) +
                                   steps_.reap_event + steps_.submit + (1 - same_vcpu_) * steps_.host_lines);
    const double locked = slow * (steps_.add + (1 - same_queue) * steps_.queue_lines);
    const double to_kick = to_lock + locked + slow * state.kicks * steps_.kick;
    return {softirq, to_lock, to_kick, to_kick + slow * loop.wakes * steps_.wake_thread};
  }

  // The interrupt of the queue is served where its requests are submitted: nobody waits for the lock.
  void serve_locally(const LoopTimes& loop, const QueueTraffic& traffic, QueueState& state) {
    const double slow = load_.slowdown;
    const std::uint32_t vcpu = traffic.interrupted;
    const double rate = traffic.requests / state.response;
    const double others = std::max(0.0, traffic.requests - state.clump) / traffic.requests;
    // A clump finds what the vCPU would do without it.
    const double idle_share = 1 - busy_[vcpu] * others;
    const ProcessWork work = process_work(loop, traffic, state);

    // Two requests of a process meet if one pass of the loop takes both, or if one waits behind the other in the guest;
    // they part if an iteration ends between their submissions. As often as they meet, they part.
    const double pass = load_.per_iteration / requests_;
    const double meet_in_process = std::min(1.0, pass + state.behind / state.response);
    const double meet_on_vcpu = std::min(1.0, pass + state.in_guest / state.response);
    const double paired = meet_in_process / (meet_in_process + std::min(1.0, slow * steps_.submit / loop.cycle));
    const double burst = 1 + (iodepth_ - 1) * paired;
    // Other processes of the vCPU, those that are displaced to it included; of requests that go round together, two lie
    // a third of them apart.
    const double home = std::pow(1 - displaced_, 2);
    const double neighbours =
        home * (traffic.requests / iodepth_ - 1) + (1 - home) * (processes_ - 1) / static_cast<double>(vcpus_);
    const double parted = std::min(1.0, state.clump / 3 * work.all / loop.cycle);
    const double clump = burst + neighbours * iodepth_ * meet_on_vcpu / (meet_on_vcpu + parted);

    // A displaced process's requests stay remote until its target has none in flight, when all go round together.
    double remote = 0;
    if (iodepth_ > 1) {
      const double elsewhere = 1 - 1.0 / static_cast<double>(vcpus_);
      const double until_idle = iodepth_ * (std::pow(paired, 1 - iodepth_) - 1);
      remote = elsewhere * std::min(displaced_, 2 * moves_ * state.wakes * until_idle);
    }
    const double awake = wake_of_vcpu((1 - busy_[vcpu]) / rate * state.clump);
    const double arrival =
        idle_share * awake + slow * steps_.interrupt + remote * (slow * steps_.ipi_receive + idle_share * awake);
    const double entry = slow * (steps_.entry + remote * (steps_.remote_entry + steps_.ipi_send / burst));
    const double service = entry + work.softirq + work.all + slow * steps_.interrupt / state.entries;
    // All entries and softirqs of the clump come before its processes, which go one after the other; before them all,
    // what the vCPU still has of other clumps.
    const double found = others * rate * state.in_guest * busy_[vcpu];
    const double in_guest = arrival + state.clump * (entry + work.softirq) + (state.clump - 1) / 2 * work.all +
                            work.to_kick + found * service;
    // Interrupts are off until the handler has drained the ring; what is pushed meanwhile it takes as well.
    const double drained = 1 - std::min(0.95, slow * steps_.entry / loop.bottom_half);
    const double before_handler = idle_share * (steps_.halt_latency + steps_.halt_cpu) + slow * steps_.interrupt;
    const double entries = std::clamp(1 + before_handler / loop.bottom_half / drained, 1.0, std::max(1.0, state.clump));

    const double behind = std::max(0.0, state.in_guest - arrival - entry - work.softirq - work.all);
    approach(state.response, std::max(loop.response(state.clump) + in_guest, traffic.requests * service));
    approach(state.clump, std::min(clump, requests_));
    approach(state.in_guest, in_guest);
    approach(state.behind, behind);
    approach(state.entries, entries);
    approach(state.kicks, 1 / state.clump);
    approach(state.wakes, 1 / std::min(burst, state.clump));
    state.halted = idle_share;
    state.ipis = 0;
    std::fill(state.busy.begin(), state.busy.end(), 0.0);
    state.busy[vcpu] = rate * (service + idle_share * steps_.halt_cpu / state.entries);
    state.lock = rate * (entry + slow * steps_.add);
  }

  // The interrupt is served elsewhere. Its handler holds the lock until the ring is drained and submitters spin: the
  // requests of the queue fall into step, and go round all together.
  void serve_remotely(const LoopTimes& loop, const QueueTraffic& traffic, QueueState& state) {
    const double slow = load_.slowdown;
    const std::uint32_t handler = traffic.interrupted;
    const double all = traffic.requests;
    const double rate = all / state.response;
    const double remote = 1 - traffic.requests_of_vcpu[handler] / all;
    const ProcessWork work = process_work(loop, traffic, state);
    const auto others_on = [&](std::size_t vcpu) { return busy_[vcpu] - state.busy[vcpu]; };

    double most = 0;        // requests of one vCPU
    double submitters = 0;  // vCPUs
    double elsewhere = 0;   // of them, other than the handler's
    double spread = 0;      // of the vCPU that has most to do: submissions beyond the first
    for (std::size_t vcpu = 0; vcpu < vcpus_; ++vcpu) {
      const double mine = traffic.requests_of_vcpu[vcpu];
      if (mine == 0) continue;
      submitters += 1;
      if (vcpu != handler) elsewhere += 1;
      most = std::max(most, mine);
      spread = std::max(spread, std::max(0.0, mine - 1) * work.all * stretch(others_on(vcpu)));
    }
    // When the first comes back none is in the guest: the vCPUs do at most what other queues have for them.
    const double idle_share = 1 - mean_of_submitters(traffic, others_on);
    state.halted = 1 - others_on(handler);
    const double ipis = steps_.rq_affinity ? state.ipis * remote : 0;
    const double entry = slow * (steps_.entry + remote * steps_.remote_entry + ipis * steps_.ipi_send);
    // The handler is never faster than the bottom halves that feed it.
    const double paced_entry = std::max(entry, loop.bottom_half) * stretch(others_on(handler));
    const double arrival = slow * steps_.inject + state.halted * wake_of_vcpu((1 - busy_[handler]) * state.response) +
                           slow * steps_.interrupt;
    const double mean_busy = mean_of_submitters(traffic, [&](std::size_t vcpu) { return busy_[vcpu]; });
    const double ipi_arrival = steps_.rq_affinity
                                   ? remote * (slow * (steps_.ipi_send + steps_.ipi_receive) +
                                               idle_share * wake_of_vcpu((1 - mean_busy) * state.response))
                                   : 0;

    // While the handler holds the lock, softirqs go on until a process has come as far as the lock, where it spins with
    // interrupts off. The more often completions come, the longer they keep it from there.
    const double between = all / most * paced_entry;
    const double kept = std::min(kMostUtilization, work.softirq / between);
    const double softirqs = std::min(most, 1 + work.to_lock / (1 - kept) / between);
    const double first_at_lock = paced_entry + ipi_arrival + softirqs * work.softirq + work.to_lock;
    const double hold = all * paced_entry;
    const double released = std::max(hold, first_at_lock);
    double backlog = 0;  // of softirqs, before the next process runs
    for (std::size_t vcpu = 0; vcpu < vcpus_; ++vcpu)
      backlog = std::max(
          backlog, std::max(0.0, traffic.requests_of_vcpu[vcpu] - softirqs) * work.softirq * stretch(others_on(vcpu)));

    // Then all submit. The loop pops what comes, and sees the end of it: as long as the pops or the submissions take,
    // whichever is slower, or what goes on under the lock. A loop that has run dry polls before it pops again.
    const double loop_by_others = (load_.throughput - rate) * loop.service();
    const double pops = all * loop.pop * stretch(loop_by_others);
    const double last_submission = spread + work.to_kick - work.to_lock;
    const double dry = 1 - std::min(1.0, pops / std::max(last_submission, 1.0));
    const double locked = all * (slow * steps_.add + (submitters - 1) * steps_.line);
    const double submitted =
        std::max({loop.wakeup + loop.iteration + pops, last_submission + loop.pop + dry * loop.rest_of_poll(), locked});
    const double served = loop.poll_or_worker(loop.iteration, 1 / all) + all * loop.finish * stretch(loop_by_others) +
                          loop.iteration + loop.bottom_half - loop.wake_vcpu;

    approach(state.response, arrival + released + backlog + submitted + served);
    state.clump = all;
    approach(state.in_guest, arrival + released + backlog + last_submission);
    approach(state.entries, all);
    // The loop re-arms the doorbell at each pop, and pops while they submit: every other one kicks.
    approach(state.kicks, 0.5);
    // The first process of each vCPU is woken by its first completion, the others when all theirs are there.
    approach(state.wakes, std::min(1.0, (1 + submitters / processes_) / iodepth_));
    // One IPI for each softirq that began before the vCPU spins, and one that stays pending until it has the lock.
    approach(state.ipis, std::min(1.0, (softirqs + 1) * elsewhere / (all * std::max(remote, 1e-3))));

    const double spin = std::max(0.0, hold - first_at_lock) / state.response;
    for (std::size_t vcpu = 0; vcpu < vcpus_; ++vcpu) {
      const double mine = rate * traffic.requests_of_vcpu[vcpu] / all;
      const bool spins = mine > 0 && vcpu != handler;
      state.spins[vcpu] = spins ? spin : 0;
      state.busy[vcpu] = mine * (work.softirq + work.all + slow * ipis * steps_.ipi_receive) + state.spins[vcpu];
    }
    state.busy[handler] += rate * (entry + slow * steps_.interrupt / all);
    state.lock = (hold + locked) / state.response;
  }

  // Mean over the requests of a queue of what `value` is for the vCPU that submits.
  template <class Value>
  static double mean_of_submitters(const QueueTraffic& traffic, Value value) {
    double sum = 0;
    for (std::size_t vcpu = 0; vcpu < traffic.requests_of_vcpu.size(); ++vcpu)
      if (traffic.requests_of_vcpu[vcpu] > 0) sum += traffic.requests_of_vcpu[vcpu] * value(vcpu);
    return sum / traffic.requests;
  }

  // How many requests an iteration serves, and how long the loop sleeps between two.
  void note_loop(const LoopTimes& loop) {
    const double clumps = std::max(1.0, requests_ / mean([&](std::size_t queue) { return states_[queue].clump; }));
    const double in_guest = mean([&](std::size_t queue) { return states_[queue].in_guest; });
    load_.asleep = std::pow(std::max(0.0, 1 - load_.per_iteration / requests_), clumps);
    load_.idle = (loop.worker + in_guest) / (2 * clumps);
    const double period = loop.cycle + load_.asleep * (loop.wakeup + load_.idle);
    approach(load_.per_iteration, std::clamp(load_.throughput * period, 1e-3, requests_));
    loop_busy_ = std::min(1.0, loop.cycle / period);
    worker_busy_ = load_.throughput * loop.worker;
    bus_busy_ = load_.throughput * steps_.copied_bytes / steps_.bus_rate;
  }

  // How busy CPUs are, and how that slows work down.
  void note_cpus() {
    std::vector<double> busy(vcpus_);
    for (const QueueState& state : states_)
      for (std::size_t vcpu = 0; vcpu < vcpus_; ++vcpu) busy[vcpu] += state.busy[vcpu];
    for (std::size_t vcpu = 0; vcpu < vcpus_; ++vcpu) approach(busy_[vcpu], share(busy[vcpu]));
    double running = loop_busy_ + worker_busy_;
    double squares = loop_busy_ * loop_busy_;
    for (const double one : busy_) {
      running += one;
      squares += one * one;
    }
    // Threads that a thread finds running while it runs, itself included; workers are many, each of them seldom.
    const double seen = 1 + running - squares / running;
    const Hardware& hardware = testbed_.hardware;
    const double cpus = hardware.physical_cpus;
    const double siblings =
        cpus > 1 && hardware.threads_per_core == 2 ? std::clamp((seen - 1) / (cpus - 1), 0.0, 1.0) : 0;
    const double crowd = std::max(0.0, seen - cpus) / cpus;
    approach(load_.slowdown, (1 - siblings + siblings / hardware.sibling_speed) * (1 + crowd));
    // Each worker's wake-up, and each of a halted vCPU, takes a CPU that idled since one of them left it.
    const double wakeups = load_.throughput * (1 + load_.interrupts * load_.halted);
    load_.idle_cpu = std::max(cpus - running, 0.0) / wakeups;
  }

  Prediction result(bool settled) const {
    Prediction found;
    found.settled = settled;
    found.iops = load_.throughput * 1e9;
    found.bandwidth_mib_per_s = found.iops * steps_.bytes / kBytesPerMib;
    found.latency_mean_us = requests_ / load_.throughput * 1e-3;
    found.bound_iops = bound_on_iops(testbed_);
    found.interrupts_per_io = load_.interrupts;
    found.kicks_per_io = mean([&](std::size_t queue) { return states_[queue].kicks; });
    found.stations.push_back({"main loop", loop_busy_});
    double lock = 0;
    for (const QueueState& state : states_) lock = std::max(lock, state.lock);
    found.stations.push_back({"queue lock", lock});
    for (std::size_t vcpu = 0; vcpu < vcpus_; ++vcpu) {
      double works = busy_[vcpu];
      for (const QueueState& state : states_) works -= state.spins[vcpu];
      found.stations.push_back({"vCPU " + std::to_string(vcpu), std::max(0.0, works)});
    }
    found.stations.push_back({"workers", worker_busy_ / testbed_.host.worker_threads_max});
    found.stations.push_back({"memory bus", bus_busy_});
    return found;
  }

  const Testbed& testbed_;
  MeanSteps steps_;
  Traffic traffic_;
  double requests_;
  double processes_;
  double iodepth_;
  std::size_t vcpus_;
  double same_vcpu_ = 0;  // probability that two requests are submitted on one vCPU
  double moves_ = 0;      // probability that a wake-up displaces
  double displaced_ = 0;
  double loop_busy_ = 0;
  double worker_busy_ = 0;
  double bus_busy_ = 0;
  std::vector<double> busy_;  // of each vCPU
  LoopLoad load_;
  std::vector<QueueState> states_;
};

}  // namespace

const StationLoad& Prediction::bottleneck() const {
  ensure(!stations.empty(), "a prediction has stations");
  return *std::max_element(stations.begin(), stations.end(),
                           [](const StationLoad& a, const StationLoad& b) { return a.utilization < b.utilization; });
}

Prediction predict(const Testbed& testbed) { return AnalyticMachine(testbed).solve(); }

}  // namespace vqlab
