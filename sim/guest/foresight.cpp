#include "sim/guest/foresight.hpp"

#include <algorithm>

#include "models/testbed/host_kind.hpp"
#include "models/testbed/running_jobs.hpp"

namespace vqlab::sim {
namespace {

bool one_thread_serves(const Testbed& testbed) {
  const HostServerKind& server = *Registry<HostServerKind>::instance().find(testbed.host.server);
  return server.limit != nullptr && server.limit(testbed).threads == 1;
}

}  // namespace

Foresight::Foresight(Machine& machine, const Testbed& testbed, const InterruptRouting& routing,
                     const std::deque<Vcpu>& vcpus, VirtioScsiDriver& driver, std::uint32_t commands)
    : routing_(routing),
      vcpus_(vcpus),
      driver_(driver),
      picks_(commands),
      of_target_(testbed.targets),
      of_queue_(testbed.controller.queues(testbed.guest.vcpus)),
      completes_at_submitter_(testbed.guest.rq_affinity && testbed.guest.topology == "sockets"),
      in_flight_(running_jobs(testbed).front().job.depth()) {
  const GuestCosts& guest = testbed.guest_costs;
  const HostCosts& host = testbed.host_costs;
  const double speed = testbed.hardware.speed();
  const double pages =
      std::max(1.0, running_jobs(testbed).front().job.mean_request_bytes() / static_cast<double>(kPageBytes));
  const auto mean = [speed](const Cost& cost) { return cost.mean_ns / speed; };
  kick_ = mean(guest.kick_ns);
  serve_ = one_thread_serves(testbed) ? 0 : mean(host.pop_ns) + mean(host.complete_ns) + mean(host.inject_ns);
  entry_ = mean(guest.interrupt_entry_ns);
  interrupt_ = mean(guest.interrupt_ns) + entry_;
  remote_ = mean(guest.interrupt_remote_ns) + pages * mean(guest.interrupt_remote_page_ns);
  lines_ = guest.queue_lines * mean(guest.line_transfer_ns);
  ipi_send_ = mean(guest.ipi_send_ns);
  ipi_receive_ = mean(guest.ipi_receive_ns);
  complete_ = mean(guest.complete_ns) + pages * mean(guest.complete_page_ns);
  complete_remote_ = complete_ + pages * mean(guest.complete_remote_page_ns);
  halted_ = mean(guest.halt_latency_ns);
  machine.observers.add(*this);
}

double Foresight::price(VcpuId vcpu) const {
  // Of a vCPU on which nobody wants to run, the command alone loses what it waits for.
  return std::max(static_cast<double>(vcpus_[vcpu.index()].processes().runnable()), 1 / in_flight_);
}

double Foresight::loss_by(QueueId queue, VcpuId submitter) const {
  const double own = price(submitter);
  // The device looks at a ring until it is empty, and is told of what comes next.
  double loss = of_queue_[queue.index()] == 0 ? kick_ * own : 0;
  loss += of_queue_[queue.index()] * serve_ / in_flight_;
  // Whoever has the queue's lock, or is before this command, handles a used buffer or adds one, which is less.
  loss += driver_.queue(queue.value).lock.contenders() * (entry_ + remote_) * own;
  const auto vcpu = routing_.fixed(queue);
  if (!vcpu) return loss;
  if (*vcpu == submitter) return loss + (interrupt_ + complete_) * own;
  const double there = price(*vcpu);
  loss += (interrupt_ + remote_) * there + lines_ * (own + there);
  loss += completes_at_submitter_ ? ipi_send_ * there + (ipi_receive_ + complete_) * own : complete_remote_ * there;
  return vcpus_[vcpu->index()].halted() ? loss + halted_ / in_flight_ : loss;
}

void Foresight::picked(std::uint64_t tag, TargetId target, QueueId queue) {
  picks_[tag] = {target, queue, true};
  ++of_target_[target.index()];
  ++of_queue_[queue.index()];
}

void Foresight::leave(std::uint64_t tag) {
  Pick& pick = picks_[tag];
  if (!pick.waits) return;  // another device's, or nothing was picked for it
  pick.waits = false;
  --of_target_[pick.target.index()];
  --of_queue_[pick.queue.index()];
}

}  // namespace vqlab::sim
