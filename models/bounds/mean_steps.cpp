#include "models/bounds/mean_steps.hpp"

#include <algorithm>

#include "models/backend/backend.hpp"
#include "models/base/units.hpp"
#include "models/command/command_buffers.hpp"
#include "models/testbed/guest_driver.hpp"

namespace vqlab {
namespace {

// Means over the sizes of the workload, which are uniform over the multiples of the smallest.
struct Sizes {
  double bytes = 0;
  double pages = 0;
  double indirect = 0;  // share that takes an indirect table
  double copied_bytes = 0;
  double copied_squared = 0;
  double worker_pages = 0;
};

Sizes sizes_of(const Testbed& testbed) {
  const SizeRange& range = testbed.job.bsrange;
  const BackendEntry& backend = *Registry<BackendEntry>::instance().find(testbed.host.backend);
  const double most_direct = direct_up_to(submission_rules(testbed).buffer_api);
  const std::uint64_t choices = range.max_bytes / range.min_bytes;
  Sizes sum;
  for (std::uint64_t choice = 1; choice <= choices; ++choice) {
    const std::uint64_t bytes = choice * range.min_bytes;
    const BackendWork work = backend.work(bytes);
    const auto copied = static_cast<double>(work.copy_bytes);
    sum.bytes += static_cast<double>(bytes);
    sum.pages += pages(bytes);
    if (testbed.controller.indirect_desc && kHeaderSegments + pages(bytes) > most_direct) sum.indirect += 1;
    sum.copied_bytes += copied;
    sum.copied_squared += copied * copied;
    sum.worker_pages += work.worker_pages;
  }
  for (double* total :
       {&sum.bytes, &sum.pages, &sum.indirect, &sum.copied_bytes, &sum.copied_squared, &sum.worker_pages})
    *total /= static_cast<double>(choices);
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
  line = mean(guest.line_transfer_ns);
  submit = mean(guest.submit_ns) + pages * mean(guest.submit_page_ns) + mean(guest.host_lock_ns);
  if (rules.decides_under_lock()) submit += mean(guest.target_lock_ns);
  submit += rules.decision_lines * line;
  if (rules.linearises()) submit += segments * mean(guest.linearise_segment_ns);
  host_lines = guest.host_lines * line;
  add = mean(guest.add_ns) + segments * mean(guest.add_segment_ns) + sizes.indirect * mean(guest.indirect_table_ns);
  queue_lines = guest.queue_lines * line;
  kick = mean(guest.kick_ns);
  interrupt = mean(guest.interrupt_ns);
  entry = mean(guest.interrupt_entry_ns);
  remote_entry = mean(guest.interrupt_remote_ns);
  ipi_send = mean(guest.ipi_send_ns);
  ipi_receive = mean(guest.ipi_receive_ns);
  complete = mean(guest.complete_ns) + pages * mean(guest.complete_page_ns) +
             mean(guest.cold_request_ns) * cold_share_of_guest_requests(testbed);
  wake_process = mean(guest.wake_process_ns);
  switch_process = mean(guest.context_switch_ns) + mean(guest.cold_switch_ns) * cold_share_of_switches(testbed);
  reap_call = mean(guest.reap_call_ns);
  reap_event = mean(guest.reap_event_ns);
  halt_cpu = mean(guest.halt_cpu_ns);
  halt_latency = mean(guest.halt_latency_ns);
  rq_affinity = testbed.guest.rq_affinity;

  MeanMeter meter;
  iteration = serving.poll(meter, descriptors_of_main_loop(testbed));
  wake_thread = mean(host.wake_thread_ns);
  pop = serving.pop(meter, pages).mean + wake_thread;
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
