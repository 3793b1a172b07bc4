#include "models/bounds/mean_steps.hpp"

#include <algorithm>

#include "models/backend/backend.hpp"
#include "models/base/units.hpp"
#include "models/command/command_buffers.hpp"
#include "models/testbed/guest_driver.hpp"
#include "models/testbed/guest_steps.hpp"

namespace vqlab {
namespace {

// Means over the I/Os of the workload.
struct Sizes {
  double bytes = 0;
  double pages = 0;
  double indirect = 0;  // share that takes an indirect table
  double copied_bytes = 0;
  double copied_squared = 0;
  double worker_pages = 0;
};

Sizes sizes_of(const Testbed& testbed) {
  const BackendEntry& backend = *Registry<BackendEntry>::instance().find(testbed.host.backend);
  const double most_direct = direct_up_to(submission_rules(testbed).buffer_api);
  Sizes sum;
  double weights = 0;
  for (const WeightedSize& size : weighted_sizes(testbed.job)) {
    const bool trims = size.kind == IoKind::kTrim;
    const std::uint64_t moved = trims ? 0 : size.bytes;
    const std::uint32_t segments = trims ? 1 : pages(size.bytes);
    const BackendWork work = checked_work(backend, testbed.host.backend, moved);
    const auto copied = static_cast<double>(work.copy_bytes);
    weights += size.weight;
    sum.bytes += size.weight * static_cast<double>(size.bytes);
    sum.pages += size.weight * segments;
    if (testbed.controller.indirect_desc && kHeaderSegments + segments > most_direct) sum.indirect += size.weight;
    sum.copied_bytes += size.weight * copied;
    sum.copied_squared += size.weight * copied * copied;
    sum.worker_pages += size.weight * work.worker_pages;
  }
  for (double* total :
       {&sum.bytes, &sum.pages, &sum.indirect, &sum.copied_bytes, &sum.copied_squared, &sum.worker_pages})
    *total /= weights;
  return sum;
}

}  // namespace

StepTime sum_of(const StepTime& step, const StepTime& part) {
  const double mean = step.mean + part.mean;
  if (mean == 0 || step.cv2 == part.cv2) return {mean, step.cv2};
  return {mean, (step.variance() + part.variance()) / (mean * mean)};
}

MeanSteps::MeanSteps(const Testbed& testbed) : serving(testbed) {
  const GuestCosts& guest = testbed.guest_costs;
  const HostCosts& host = testbed.host_costs;
  const Hardware& hardware = testbed.hardware;
  const double speed = hardware.speed();
  const auto mean = [speed](const Cost& cost) { return cost.mean_ns / speed; };
  const Sizes sizes = sizes_of(testbed);
  const double segments = kHeaderSegments + sizes.pages;
  const SubmissionRules rules = submission_rules(testbed);

  bytes = sizes.bytes;
  pages = sizes.pages;
  const GuestSteps<StepTime> steps(testbed);
  MeanMeter meter;
  line = steps.move_lines(meter, 1).mean;
  const double lun_locks = driver_version(testbed).host_lock ? 1 : 0;
  submit = steps.submit(meter, pages, pages, lun_locks).mean + steps.enter_host(meter).mean;
  if (rules.decides_under_lock()) submit += steps.decide(meter).mean;
  submit += steps.move_lines(meter, rules.decision_lines).mean;
  if (rules.linearises() && !rules.single_lock) submit += steps.linearise(meter, segments).mean;
  host_lines = guest.host_lines * line;
  add = steps.add(meter, segments, sizes.indirect).mean;
  if (rules.single_lock) add += steps.linearise(meter, segments).mean;
  queue_lines = guest.queue_lines * line;
  kick = steps.kick(meter).mean;
  interrupt = steps.interrupt(meter).mean;
  entry = steps.used_buffer(meter, 0, pages).mean;
  remote_entry = steps.used_buffer(meter, 1, pages).mean - entry;
  ipi_send = steps.send_ipi(meter).mean;
  ipi_receive = steps.receive_ipi(meter).mean;
  if (driver_version(testbed).host_lock && guest.unbusy_ns.mean_ns > 0) host_locks_on_completion = 2;
  complete = steps.complete(meter, pages, lun_locks, 0).mean + host_locks_on_completion * steps.unbusy(meter).mean;
  if (driver_version(testbed).host_lock)
    host_lock_held = steps.enter_host(meter).mean + host_locks_on_completion * steps.unbusy(meter).mean;
  wake_process = steps.wake_process(meter).mean;
  switch_process = steps.switch_process(meter).mean;
  reap_call = steps.reap(meter, 0).mean;
  reap_event = steps.reap(meter, 1).mean - reap_call;
  // Of the others the least: no call.
  if (testbed.job.ioengine != "libaio") reap_call = 0;
  most_reaped = std::min(testbed.job.most_reaped(), testbed.job.depth());
  halt_cpu = steps.leave_halt(meter).mean;
  halt_latency = steps.halt_latency(meter).mean;
  rq_affinity = testbed.guest.rq_affinity;

  iteration = serving.poll(meter, descriptors_of_main_loop(testbed));
  wake_thread = mean(host.wake_thread_ns);
  pop = serving.pop(meter, pages).mean + wake_thread;
  drain = serving.drain(meter).mean;
  bottom_half = serving.complete(meter, pages).mean;
  inject = serving.inject(meter).mean;
  loop_wakeup = mean(host.loop_wakeup_ns);

  worker = sum_of(sum_of(StepTime(host.worker_ns, speed), StepTime(host.worker_page_ns * sizes.worker_pages, speed)),
                  StepTime(host.pool_lock_ns, speed));
  worker_wakeup = StepTime(host.worker_wakeup_ns, speed);
  cstate = StepTime(host.cstate_ns, 1.0);
  cstate_ramp = host.cstate_ramp_ns;
  copied_bytes = sizes.copied_bytes;
  if (copied_bytes > 0) copied_bytes_cv2 = sizes.copied_squared / (copied_bytes * copied_bytes) - 1;
  copy_rate = std::min(hardware.copy_gb_per_s, hardware.memory_gb_per_s);
  bus_rate = hardware.memory_gb_per_s;
}

}  // namespace vqlab
