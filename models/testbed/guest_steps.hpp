// The steps of the guest's kernel and of fio, each as the sum of the costs that it consists of. The simulator draws
// them and the analytic models take their means: what is added here is known to both.
#pragma once

#include "models/testbed/testbed.hpp"

namespace vqlab {

// Values and meters: as those of ServingSteps.
template <class Value>
class GuestSteps {
 public:
  explicit GuestSteps(const Testbed& testbed)
      : GuestSteps(testbed.guest_costs, testbed.hardware.speed(), cold_share_of_guest_requests(testbed),
                   cold_share_of_switches(testbed)) {}

  // io_submit down to the SCSI host. `built`: pages whose segments are built in this step; `locks`: times that the
  // LUN's lock is held in it.
  template <class Meter>
  [[nodiscard]] auto submit(Meter& meter, typename Meter::Times pages, typename Meter::Times built,
                            typename Meter::Times locks) const {
    return meter.draw(submit_, part<Meter>(submit_page_, pages), part<Meter>(segment_page_, built),
                      part<Meter>(lun_lock_, locks));
  }
  // The same for a further request of an I/O that is split.
  template <class Meter>
  [[nodiscard]] auto submit_more(Meter& meter, typename Meter::Times pages, typename Meter::Times built,
                                 typename Meter::Times locks) const {
    return meter.draw(split_request_, part<Meter>(submit_page_, pages), part<Meter>(segment_page_, built),
                      part<Meter>(lun_lock_, locks));
  }
  // Under the LUN's lock, where others wait for it.
  template <class Meter>
  [[nodiscard]] auto hold_lun(Meter& meter, typename Meter::Times built) const {
    return meter.draw(lun_lock_, part<Meter>(segment_page_, built));
  }
  // Under the host lock.
  template <class Meter>
  [[nodiscard]] auto enter_host(Meter& meter) const {
    return meter.draw(host_lock_);
  }
  // The same when a command completes, each of two times.
  template <class Meter>
  [[nodiscard]] auto unbusy(Meter& meter) const {
    return meter.draw(unbusy_);
  }
  // Steering under the target's lock, the lines that a decision reads, and scatter lists made one.
  template <class Meter>
  [[nodiscard]] auto decide(Meter& meter) const {
    return meter.draw(target_lock_);
  }
  template <class Meter>
  [[nodiscard]] auto move_lines(Meter& meter, typename Meter::Times lines) const {
    return meter.draw_times(line_transfer_, lines);
  }
  template <class Meter>
  [[nodiscard]] auto linearise(Meter& meter, typename Meter::Times segments) const {
    return meter.draw_times(linearise_segment_, segments);
  }
  // Under the queue's lock: so many segments, and indirect tables.
  template <class Meter>
  [[nodiscard]] auto add(Meter& meter, typename Meter::Times segments, typename Meter::Times tables) const {
    return meter.draw(add_, part<Meter>(add_segment_, segments), part<Meter>(indirect_table_, tables));
  }
  template <class Meter>
  [[nodiscard]] auto kick(Meter& meter) const {
    return meter.draw(kick_);
  }
  // An interrupt, its used buffers apart; and a timer's, which wakes a process.
  template <class Meter>
  [[nodiscard]] auto interrupt(Meter& meter) const {
    return meter.draw(interrupt_);
  }
  template <class Meter>
  [[nodiscard]] auto timer_interrupt(Meter& meter) const {
    return meter.draw(interrupt_, part<Meter>(wake_process_, 1));
  }
  // A look at so many virtqueues that have nothing used, where virtqueues share a vector.
  template <class Meter>
  [[nodiscard]] auto empty_looks(Meter& meter, typename Meter::Times virtqueues) const {
    return meter.draw_times(empty_look_, virtqueues);
  }
  // A used buffer of so many pages. `remote`: 1 if another vCPU submitted it, 0 if this one.
  template <class Meter>
  [[nodiscard]] auto used_buffer(Meter& meter, typename Meter::Times remote, typename Meter::Times pages) const {
    return meter.draw(interrupt_entry_, part<Meter>(interrupt_remote_, remote),
                      part<Meter>(interrupt_remote_page_, remote * pages));
  }
  // `others`: further parts of the step.
  template <class Meter, class... Parts>
  [[nodiscard]] auto send_ipi(Meter& meter, const Parts&... others) const {
    return meter.draw(ipi_send_, others...);
  }
  template <class Meter>
  [[nodiscard]] auto receive_ipi(Meter& meter) const {
    return meter.draw(ipi_receive_);
  }
  // The softirq's part of a command, with so many holds of the LUN's lock. `remote`: 1 if another vCPU submitted it, 0
  // if this one.
  template <class Meter>
  [[nodiscard]] auto complete(Meter& meter, typename Meter::Times pages, typename Meter::Times locks,
                              typename Meter::Times remote) const {
    return meter.draw(complete_, part<Meter>(complete_page_, pages), part<Meter>(cold_request_, 1),
                      part<Meter>(cold_page_, pages), part<Meter>(lun_lock_, locks),
                      part<Meter>(complete_remote_page_, remote * pages));
  }
  // And of so many I/Os more that were merged into it.
  template <class Meter>
  [[nodiscard]] auto complete_merged(Meter& meter, typename Meter::Times ios) const {
    return meter.draw_times(complete_merged_, ios);
  }
  // The scheduler's part, the IPI apart.
  template <class Meter>
  [[nodiscard]] auto wake_process(Meter& meter) const {
    return meter.draw(wake_process_);
  }
  // To a process that did not run last.
  template <class Meter>
  [[nodiscard]] auto switch_process(Meter& meter) const {
    return meter.draw(context_switch_, part<Meter>(cold_switch_, 1));
  }
  // io_getevents.
  template <class Meter>
  [[nodiscard]] auto reap(Meter& meter, typename Meter::Times events) const {
    return meter.draw(reap_call_, part<Meter>(reap_event_, events));
  }
  // So many events taken from a ring that fio shares with the kernel, without a call.
  template <class Meter>
  [[nodiscard]] auto reap_from_ring(Meter& meter, typename Meter::Times events) const {
    return meter.draw_times(reap_event_, events);
  }
  // lseek.
  template <class Meter>
  [[nodiscard]] auto seek(Meter& meter) const {
    return meter.draw(seek_);
  }
  // Of a halted vCPU that is woken: what its CPU works, and a latency during which none works.
  template <class Meter>
  [[nodiscard]] auto leave_halt(Meter& meter) const {
    return meter.draw(halt_cpu_);
  }
  template <class Meter>
  [[nodiscard]] auto halt_latency(Meter& meter) const {
    return meter.draw(halt_latency_);
  }

 private:
  GuestSteps(const GuestCosts& costs, double speed, double cold_requests, double cold_switches)
      : submit_(costs.submit_ns, speed),
        submit_page_(costs.submit_page_ns, speed),
        split_request_(costs.split_request_ns, speed),
        segment_page_(costs.segment_page_ns, speed),
        lun_lock_(costs.lun_lock_ns, speed),
        host_lock_(costs.host_lock_ns, speed),
        unbusy_(costs.unbusy_ns, speed),
        target_lock_(costs.target_lock_ns, speed),
        line_transfer_(costs.line_transfer_ns, speed),
        linearise_segment_(costs.linearise_segment_ns, speed),
        add_(costs.add_ns, speed),
        add_segment_(costs.add_segment_ns, speed),
        indirect_table_(costs.indirect_table_ns, speed),
        kick_(costs.kick_ns, speed),
        interrupt_(costs.interrupt_ns, speed),
        interrupt_entry_(costs.interrupt_entry_ns, speed),
        empty_look_(costs.empty_look_ns, speed),
        interrupt_remote_(costs.interrupt_remote_ns, speed),
        interrupt_remote_page_(costs.interrupt_remote_page_ns, speed),
        ipi_send_(costs.ipi_send_ns, speed),
        ipi_receive_(costs.ipi_receive_ns, speed),
        complete_(costs.complete_ns, speed),
        complete_merged_(costs.complete_merged_ns, speed),
        complete_page_(costs.complete_page_ns, speed),
        complete_remote_page_(costs.complete_remote_page_ns, speed),
        cold_request_(costs.cold_request_ns * cold_requests, speed),
        cold_page_(costs.cold_page_ns * cold_requests, speed),
        wake_process_(costs.wake_process_ns, speed),
        context_switch_(costs.context_switch_ns, speed),
        cold_switch_(costs.cold_switch_ns * cold_switches, speed),
        reap_call_(costs.reap_call_ns, speed),
        reap_event_(costs.reap_event_ns, speed),
        seek_(costs.seek_ns, speed),
        halt_cpu_(costs.halt_cpu_ns, speed),
        halt_latency_(costs.halt_latency_ns, speed) {}

  template <class Meter>
  static typename Meter::Part part(const Value& value, typename Meter::Times count) {
    return {value, count};
  }

  Value submit_;
  Value submit_page_;
  Value split_request_;
  Value segment_page_;
  Value lun_lock_;
  Value host_lock_;
  Value unbusy_;
  Value target_lock_;
  Value line_transfer_;
  Value linearise_segment_;
  Value add_;
  Value add_segment_;
  Value indirect_table_;
  Value kick_;
  Value interrupt_;
  Value interrupt_entry_;
  Value empty_look_;
  Value interrupt_remote_;
  Value interrupt_remote_page_;
  Value ipi_send_;
  Value ipi_receive_;
  Value complete_;
  Value complete_merged_;
  Value complete_page_;
  Value complete_remote_page_;
  Value cold_request_;
  Value cold_page_;
  Value wake_process_;
  Value context_switch_;
  Value cold_switch_;
  Value reap_call_;
  Value reap_event_;
  Value seek_;
  Value halt_cpu_;
  Value halt_latency_;
};

}  // namespace vqlab
