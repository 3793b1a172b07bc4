#include "analysis/predict/loop.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "analysis/predict/fixed_point.hpp"

namespace vqlab {
namespace {

double normal_cdf(double x) { return std::erfc(-x / std::numbers::sqrt2) / 2; }

double normal_density(double x) { return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi); }

}  // namespace

LoopTimes::LoopTimes(const MeanSteps& steps, const LoopLoad& load, double worker_threads)
    : load_(load), poll_cv2_(steps.iteration.cv2) {
  const double slow = load.slowdown;
  iteration = slow * steps.iteration.mean;
  wake_vcpu = slow * load.interrupts * load.halted * steps.wake_thread;
  bottom_half = slow * (steps.bottom_half + load.interrupts * steps.inject) + wake_vcpu;
  wakeup = steps.loop_wakeup + steps.cstate.mean * cstate_share(load.idle, steps.cstate_ramp);
  // Each sleep is ended by a kick or by a worker, and each request brings one of both.
  wakes = std::min(1.0, load.asleep / (2 * load.per_iteration));

  // Copies share the bus; how many do follows from how long they take.
  copy = steps.copied_bytes / steps.copy_rate;
  const double flows = load.throughput * steps.copied_bytes / steps.bus_rate;
  if (steps.copied_bytes > 0)
    copy = std::max(copy, steps.copied_bytes / steps.bus_rate / std::max(1.0 - flows, 1.0 / load.requests));
  const double cold_wakeup = steps.cstate.mean * cstate_share(load.idle_cpu, steps.cstate_ramp);
  worker = steps.worker_wakeup.mean + cold_wakeup + slow * steps.worker.mean + copy;
  worker_sd_ = std::sqrt(steps.worker_wakeup.variance() + steps.cstate.cv2 * cold_wakeup * cold_wakeup +
                         slow * slow * steps.worker.variance() + steps.copied_bytes_cv2 * copy * copy);
  // More requests than threads wait for each other.
  worker = std::max(worker, worker * load.throughput * worker / worker_threads);
  // Beside each pop a worker is woken, unless all of them work: as calls are lost (Erlang's formula).
  double none_sleeps = 1;
  const double offered = worker / std::max(slow * steps.pop, kShortestStep);
  for (int thread = 1; thread <= static_cast<int>(worker_threads); ++thread)
    none_sleeps = offered * none_sleeps / (thread + offered * none_sleeps);
  ready = 1 - std::pow(1 - 1 / load.queues, load.per_iteration);
  const double drains = std::min(1.0, ready * load.queues / load.per_iteration);  // for each request
  pop = slow * (steps.pop - none_sleeps * steps.wake_thread + drains * steps.drain);
  finish = slow * steps.finish(std::min(load.requests, load.throughput * worker + 1));
  cycle = std::max(iteration + load.per_iteration * service(), kShortestStep);
}

double LoopTimes::poll_or_worker(double before_look, double share) const {
  const double spread = std::hypot(iteration * std::sqrt(poll_cv2_), worker_sd_);
  if (spread == 0) return std::max(before_look, worker) + (worker > before_look ? share * iteration : 0);
  // Mean of the larger of two normal times (Clark, Operations Research 9(2), 1961).
  const double distance = (before_look - worker) / spread;
  const double missed = normal_cdf(-distance);
  return before_look * (1 - missed) + worker * missed + spread * normal_density(distance) +
         share * missed * (iteration + load_.asleep * wakeup);
}

double LoopTimes::wait_awake(double between) const {
  const double pops = load_.per_iteration * pop;
  // What is kicked after the poll waits for the next one, unless its queue is drained in this iteration anyway.
  const double next = iteration + between;
  return (iteration * (rest_of_poll() + between) + between * (between / 2 + (1 - ready) * (pops + next)) +
          pops * (1 - ready / 2) * (pops / 2 + next)) /
         cycle;
}

double LoopTimes::response(double clump) const {
  const double others = load_.requests - clump;
  const double n = load_.per_iteration * others / load_.requests;  // of the others, in each iteration
  const double together = clump + n;
  const double before = (together - 1) / 2;  // of those, served before this one

  const double awake = wait_awake(n * (bottom_half + finish));
  const double until_pop = wakes * (wakeup + iteration) + (1 - wakes) * awake + pop * (1 + before);
  const double look = pop * before + iteration + n * bottom_half;
  const double until_found = wakes * (worker + wakeup + iteration) + (1 - wakes) * poll_or_worker(look, 1);
  return until_pop + until_found + together * finish + n * pop + iteration + bottom_half * (1 + before) - wake_vcpu;
}

}  // namespace vqlab
