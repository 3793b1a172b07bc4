// What the guest's steps cost.
#pragma once

#include "models/base/params.hpp"

namespace vqlab {

// Means and shapes; unit, plausible range and source of each stand in its row of the parameter table.
struct GuestCosts {
  Cost submit_ns{7300};
  Cost submit_page_ns{300};
  Cost split_request_ns{4000};
  Cost segment_page_ns{40};
  Cost lun_lock_ns{150};
  Cost host_lock_ns{300};
  Cost unbusy_ns{150};
  Cost target_lock_ns{60};
  Cost linearise_segment_ns{90};
  Cost add_ns{1000};
  Cost add_segment_ns{30};
  Cost indirect_table_ns{250};
  Cost line_transfer_ns{150};
  double lun_lines = 3;
  double host_lines = 3;
  double queue_lines = 6;
  double target_lines = 1;
  Cost kick_ns{1500};
  Cost complete_ns{7200};
  Cost complete_merged_ns{1500};
  Cost complete_page_ns{200};
  Cost complete_remote_page_ns{400};
  Cost seek_ns{150};
  Cost reap_call_ns{2000};
  Cost reap_event_ns{2000};
  Cost context_switch_ns{2000};
  Cost cold_switch_ns{11700};
  Cost wake_process_ns{1500};
  Cost timer_late_ns{25000, Shape::kUniform};
  Cost interrupt_ns{3000};
  Cost interrupt_entry_ns{1800};
  Cost empty_look_ns{60};
  Cost interrupt_remote_ns{800};
  Cost interrupt_remote_page_ns{550};
  Cost ipi_send_ns{3500};
  Cost ipi_receive_ns{4500};
  Cost halt_latency_ns{7000};
  Cost halt_cpu_ns{2000};
  Cost cold_request_ns{4000};
  Cost cold_page_ns{600};
  double cached_requests = 16;
  double cold_jobs_per_vcpu = 6;

  friend bool operator==(const GuestCosts&, const GuestCosts&) = default;
};

[[nodiscard]] const ParamTable& params_of(const GuestCosts*);

}  // namespace vqlab
