#include "analysis/predict/guest.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/predict/fixed_point.hpp"

namespace vqlab {
namespace {

// Mean over the requests of a queue of what `value` is for the vCPU that submits.
template <class Value>
double mean_of_submitters(const QueueTraffic& traffic, Value value) {
  double sum = 0;
  for (std::size_t vcpu = 0; vcpu < traffic.requests_of_vcpu.size(); ++vcpu)
    if (traffic.requests_of_vcpu[vcpu] > 0) sum += traffic.requests_of_vcpu[vcpu] * value(vcpu);
  return sum / traffic.requests;
}

}  // namespace

void GuestModel::serve(const QueueTraffic& traffic, QueueState& state) const {
  if (traffic.requests_of_vcpu[traffic.interrupted] == traffic.requests)
    serve_locally(traffic, state);
  else
    serve_remotely(traffic, state);
}

double GuestModel::wake_of_vcpu(double idle) const {
  return steps_.halt_latency + steps_.halt_cpu + steps_.cstate.mean * cstate_share(idle, steps_.cstate_ramp);
}

double GuestModel::least_response(const QueueTraffic& traffic, const QueueState& state) const {
  double most = guest_.work[traffic.interrupted];
  for (std::size_t vcpu = 0; vcpu < vcpus_; ++vcpu)
    if (traffic.requests_of_vcpu[vcpu] > 0) most = std::max(most, guest_.work[vcpu]);
  return state.response * most;
}

GuestModel::ProcessWork GuestModel::process_work(const QueueTraffic& traffic, const QueueState& state) const {
  const double slow = load_.slowdown;
  double switches = 0;  // share of wake-ups after which another process ran last
  double same_queue = 0;
  for (std::size_t vcpu = 0; vcpu < vcpus_; ++vcpu) {
    const double part = traffic.requests_of_vcpu[vcpu] / traffic.requests;
    same_queue += part * part;
    if (part > 0) switches += part * (1 - 1.0 / guest_.processes_of_vcpu[vcpu]);
  }
  const double host_lines = (1 - guest_.same_vcpu) * steps_.host_lines;
  const double softirq =
      slow * (steps_.complete + steps_.host_locks_on_completion * host_lines + state.wakes * steps_.wake_process);
  const double calls = std::max(state.wakes, 1 / steps_.most_reaped);
  const double to_lock = slow * (state.wakes * switches * steps_.switch_process + calls * steps_.reap_call +
                                 steps_.reap_event + steps_.submit + host_lines);
  const double locked = slow * (steps_.add + (1 - same_queue) * steps_.queue_lines);
  const double to_kick = to_lock + locked + slow * state.kicks * steps_.kick;
  return {softirq, to_lock, to_kick, to_kick + slow * loop_.wakes * steps_.wake_thread};
}

// The interrupt of the queue is served where its requests are submitted: nobody waits for the lock.
void GuestModel::serve_locally(const QueueTraffic& traffic, QueueState& state) const {
  const double slow = load_.slowdown;
  const std::uint32_t vcpu = traffic.interrupted;
  const double rate = traffic.requests / state.response;
  const double others = std::max(0.0, traffic.requests - state.clump) / traffic.requests;
  // A clump finds what the vCPU would do without it.
  const double idle_share = 1 - guest_.busy[vcpu] * others;
  const ProcessWork work = process_work(traffic, state);

  // Two requests of a process meet if one pass of the loop takes both, or if one waits behind the other in the guest;
  // they part if an iteration ends between their submissions. As often as they meet, they part.
  const double pass = load_.per_iteration / load_.requests;
  const double meet_in_process = std::min(1.0, pass + state.behind / state.response);
  const double meet_on_vcpu = std::min(1.0, pass + state.in_guest / state.response);
  const double paired = meet_in_process / (meet_in_process + std::min(1.0, slow * steps_.submit / loop_.cycle));
  const double burst = 1 + (guest_.iodepth - 1) * paired;
  // Other processes of the vCPU; of requests that go round together, two lie a third of them apart.
  const double neighbours = std::max(0.0, traffic.requests / guest_.iodepth - 1);
  const double parted = std::min(1.0, state.clump / 3 * work.all / loop_.cycle);
  const double clump = burst + neighbours * guest_.iodepth * meet_on_vcpu / (meet_on_vcpu + parted);

  const double awake = wake_of_vcpu((1 - guest_.busy[vcpu]) / rate * state.clump);
  const double arrival = idle_share * awake + slow * steps_.interrupt;
  const double entry = slow * steps_.entry;
  const double service = entry + work.softirq + work.all + slow * steps_.interrupt / state.entries;
  // All entries and softirqs of the clump come before its processes, which go one after the other; before them all,
  // what the vCPU still has of other clumps.
  const double found = others * rate * state.in_guest * guest_.busy[vcpu];
  const double in_guest = arrival + state.clump * (entry + work.softirq) + (state.clump - 1) / 2 * work.all +
                          work.to_kick + found * service;
  // The handler drains the ring: it takes what is pushed until it begins, and while it works. The first interrupt of a
  // clump finds the vCPU halted or at work, each further one interrupts the softirqs of those before it.
  const double pushed = std::max(loop_.bottom_half, kShortestStep);
  const auto taken = [&](double wait) {
    return 1 + (wait + slow * steps_.interrupt) / pushed * stretch(slow * steps_.entry / pushed);
  };
  const double first = taken(idle_share * (steps_.halt_latency + steps_.halt_cpu));
  const double entries = state.clump / (1 + std::max(0.0, state.clump - first) / taken(0));

  const double behind = std::max(0.0, state.in_guest - arrival - entry - work.softirq - work.all);
  approach(state.response, std::max(loop_.response(state.clump) + in_guest, least_response(traffic, state)),
           guest_.step);
  approach(state.clump, std::min(clump, load_.requests), guest_.step);
  approach(state.in_guest, in_guest, guest_.step);
  approach(state.behind, behind, guest_.step);
  approach(state.entries, entries, guest_.step);
  approach(state.kicks, 1 / state.clump, guest_.step);
  approach(state.wakes, 1 / std::min(burst, state.clump), guest_.step);
  state.halted = idle_share;
  state.ipis = 0;
  std::fill(state.busy.begin(), state.busy.end(), 0.0);
  state.busy[vcpu] = rate * (service + idle_share * steps_.halt_cpu / state.entries);
  state.handling = rate * (entry + slow * steps_.interrupt / state.entries);
  state.lock = rate * (entry + slow * steps_.add);
}

// The interrupt is served elsewhere. Its handler holds the lock until the ring is drained and submitters spin: the
// requests of the queue fall into step, and go round all together.
GuestModel::RemotePass GuestModel::remote_pass(const QueueTraffic& traffic, QueueState& state) const {
  const double slow = load_.slowdown;
  const std::uint32_t handler = traffic.interrupted;
  const double remote = 1 - traffic.requests_of_vcpu[handler] / traffic.requests;
  RemotePass pass{process_work(traffic, state), 0, 0, 0, 0, 0};
  for (const double mine : traffic.requests_of_vcpu) {
    if (mine > 0) pass.submitters += 1;
    pass.most = std::max(pass.most, mine);
  }
  const double ipis = steps_.rq_affinity ? state.ipis * remote : 0;
  const double entry = slow * (steps_.entry + remote * steps_.remote_entry + ipis * steps_.ipi_send);
  // The handler is never faster than the bottom halves that feed it, and kept up by nothing but handlers of others.
  pass.entry = std::max({entry, loop_.bottom_half, kShortestStep}) * stretch(guest_.handling[handler] - state.handling);
  // It begins when its vCPU takes interrupts again, which it does not while it spins for another queue's lock.
  const double masked = (guest_.spins[handler] - state.spins[handler]) * traffic.requests * pass.entry / 2;
  state.halted = 1 - others_on(handler, state);
  pass.arrival = slow * steps_.inject + masked +
                 state.halted * wake_of_vcpu((1 - guest_.busy[handler]) * state.response) + slow * steps_.interrupt;
  if (steps_.rq_affinity) {
    // When the first comes back none is in the guest: the vCPUs do at most what other queues have for them.
    const double found = mean_of_submitters(traffic, [&](std::size_t vcpu) { return others_on(vcpu, state); });
    const double busy = mean_of_submitters(traffic, [&](std::size_t vcpu) { return guest_.busy[vcpu]; });
    pass.ipi_arrival = remote * (slow * (steps_.ipi_send + steps_.ipi_receive) +
                                 (1 - found) * wake_of_vcpu((1 - busy) * state.response));
  }
  return pass;
}

GuestModel::RemoteOutcome GuestModel::in_step(const QueueTraffic& traffic, const QueueState& state,
                                              const RemotePass& pass) const {
  const ProcessWork& work = pass.work;
  const double all = traffic.requests;
  // While the handler holds the lock, softirqs go on until a process has come as far as the lock, where it spins with
  // interrupts off. The more often completions come, the longer they keep it from there.
  const double hold = all * pass.entry;
  const double between = all / pass.most * pass.entry;
  const double kept = std::min(kMostUtilization, work.softirq / between);
  const double softirqs = std::min(pass.most, 1 + work.to_lock / (1 - kept) / between);
  const double first_at_lock = pass.entry + pass.ipi_arrival + softirqs * work.softirq + work.to_lock;
  const double released = std::max(hold, first_at_lock);
  double backlog = 0;          // of softirqs, before the next process runs
  double last_submission = 0;  // after the first of each vCPU, which waits for the lock already
  double elsewhere = 0;        // vCPUs that submit, other than the handler's
  for (std::size_t vcpu = 0; vcpu < vcpus_; ++vcpu) {
    const double mine = traffic.requests_of_vcpu[vcpu];
    if (mine == 0) continue;
    if (vcpu != traffic.interrupted) elsewhere += 1;
    const double shared = stretch(others_on(vcpu, state));
    backlog = std::max(backlog, std::max(0.0, mine - softirqs) * work.softirq * shared);
    last_submission = std::max(last_submission, std::max(0.0, mine - 1) * work.all * shared);
  }
  last_submission += work.to_kick - work.to_lock;

  // Then all submit. The loop pops what comes, and sees the end of it: as long as the pops or the submissions take,
  // whichever is slower, or what goes on under the lock. A loop that has run dry polls before it pops again.
  const double loop_by_others = stretch((load_.throughput - all / state.response) * loop_.service());
  const double pops = all * loop_.pop * loop_by_others;
  const double dry = 1 - std::min(1.0, pops / std::max(last_submission, kShortestStep));
  const double adds = all * (load_.slowdown * steps_.add + (pass.submitters - 1) * steps_.line);
  const double submitted =
      std::max({loop_.wakeup + loop_.iteration + pops, last_submission + loop_.pop + dry * loop_.rest_of_poll(), adds});
  const double served = loop_.poll_or_worker(loop_.iteration, 1 / all) + all * loop_.finish * loop_by_others +
                        loop_.iteration + loop_.bottom_half - loop_.wake_vcpu;
  // One that has run dry also looks at what is served: then the first are back before the last are on their way.
  const double first_back = pass.arrival + loop_.wakeup + loop_.iteration + loop_.pop + served;
  const double overlap = dry * std::clamp(last_submission - first_back, 0.0, pass.arrival + served);
  const double in_guest = pass.arrival + released + backlog + last_submission;
  return {.response = pass.arrival + released + backlog + submitted + served - overlap,
          .in_guest = in_guest,
          .clump = all,
          // The loop re-arms the doorbell at each pop, and pops while they submit: every other one kicks.
          .kicks = 0.5,
          // The first process of each vCPU is woken by its first completion, the others when all theirs are there.
          .wakes = std::min(1.0, (1 + pass.submitters / guest_.processes) / guest_.iodepth),
          // One for each softirq that began before the vCPU spins, and one that stays pending until it has the lock.
          .ipis = std::min(1.0, (softirqs + 1) * elsewhere / all),
          .spinning = std::max(0.0, hold - first_at_lock),
          .locked = hold + adds};
}

GuestModel::RemoteOutcome GuestModel::scattered(const QueueTraffic& traffic, const QueueState& state,
                                                const RemotePass& pass) const {
  const ProcessWork& work = pass.work;
  const double all = traffic.requests;
  const double together = load_.per_iteration / load_.requests;
  const double others = std::max(0.0, all - 1);
  const double clump = 1 + others * together;
  const double on_vcpu = 1 + std::max(0.0, all / pass.submitters - 1) * together;
  const double hold = clump * pass.entry;
  const double shared = stretch(mean_of_submitters(traffic, [&](std::size_t vcpu) { return others_on(vcpu, state); }));
  // Who submits while the handler is at work for others waits for the rest of that.
  const double lock_wait = std::min(1.0, others / state.response * pass.entry) * hold / 2;
  const double in_guest = pass.arrival + hold + pass.ipi_arrival + lock_wait +
                          shared * (on_vcpu * work.softirq + (on_vcpu - 1) / 2 * work.all + work.to_kick);
  return {.response = loop_.response(clump) + in_guest,
          .in_guest = in_guest,
          .clump = clump,
          .kicks = 1 / clump,
          .wakes = 1 / std::min(guest_.iodepth, on_vcpu),
          .ipis = std::min(1.0, pass.submitters / clump),
          .spinning = lock_wait * all / pass.submitters,
          .locked = all * (pass.entry + load_.slowdown * steps_.add)};
}

void GuestModel::serve_remotely(const QueueTraffic& traffic, QueueState& state) const {
  const double all = traffic.requests;
  const std::uint32_t handler = traffic.interrupted;
  const double remote = 1 - traffic.requests_of_vcpu[handler] / all;
  const RemotePass pass = remote_pass(traffic, state);
  const RemoteOutcome step = in_step(traffic, state, pass);
  const RemoteOutcome alone = scattered(traffic, state, pass);
  // The handler is still at work on one clump when the loop's next iteration pushes another: then both are one from now
  // on, and in the end all.
  const double locked_in = std::min(1.0, state.clump * pass.entry / loop_.cycle);
  const auto blend = [&](double RemoteOutcome::*value) {
    return locked_in * step.*value + (1 - locked_in) * alone.*value;
  };

  approach(state.response, std::max(blend(&RemoteOutcome::response), least_response(traffic, state)), guest_.step);
  approach(state.in_guest, blend(&RemoteOutcome::in_guest), guest_.step);
  approach(state.clump, blend(&RemoteOutcome::clump), guest_.step);
  approach(state.kicks, blend(&RemoteOutcome::kicks), guest_.step);
  approach(state.wakes, blend(&RemoteOutcome::wakes), guest_.step);
  approach(state.ipis, blend(&RemoteOutcome::ipis), guest_.step);
  state.entries = state.clump;

  const double rate = all / state.response;
  const double ipis = steps_.rq_affinity ? state.ipis * remote : 0;
  for (std::size_t vcpu = 0; vcpu < vcpus_; ++vcpu) {
    const double mine = traffic.requests_of_vcpu[vcpu] / all;
    const bool spins = mine > 0 && vcpu != handler;
    state.spins[vcpu] = spins ? std::min(1.0, blend(&RemoteOutcome::spinning) / state.response) : 0;
    state.busy[vcpu] = rate * mine * (pass.work.softirq + pass.work.all + load_.slowdown * ipis * steps_.ipi_receive) +
                       state.spins[vcpu];
  }
  const double entry = steps_.entry + remote * steps_.remote_entry + ipis * steps_.ipi_send;
  state.handling = rate * load_.slowdown * (entry + steps_.interrupt / state.entries);
  state.busy[handler] += state.handling;
  state.lock = std::min(1.0, blend(&RemoteOutcome::locked) / state.response);
}

}  // namespace vqlab
