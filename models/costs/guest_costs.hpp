// What the guest's steps cost.
#pragma once

#include "models/base/params.hpp"

namespace vqlab {

// Means and shapes; unit, plausible range and source of each stand in its row of the parameter table.
struct GuestCosts {
  Cost submit_ns{7300};
  Cost submit_page_ns{300};
  Cost host_lock_ns{300};
  Cost target_lock_ns{60};
  Cost linearise_segment_ns{25};
  Cost add_ns{800};
  Cost add_segment_ns{30};
  Cost indirect_table_ns{250};
  Cost lock_transfer_ns{100};
  Cost kick_ns{2500};
  Cost complete_ns{7200};
  Cost complete_page_ns{200};
  Cost reap_call_ns{2000};
  Cost reap_event_ns{2000};
  Cost context_switch_ns{2000};
  Cost cold_switch_ns{11700};
  Cost wake_process_ns{2200};
  Cost interrupt_ns{4400};
  Cost interrupt_entry_ns{1800};
  Cost interrupt_remote_ns{5500};
  Cost ipi_send_ns{4400};
  Cost ipi_receive_ns{5700};
  Cost halt_latency_ns{38000};
  Cost halt_cpu_ns{2000};
  double coherence = 1.24;
  double cold_jobs_per_vcpu = 6;
  double wake_migration = 0.08;

  friend bool operator==(const GuestCosts&, const GuestCosts&) = default;
};

[[nodiscard]] const ParamTable& params_of(const GuestCosts*);

}  // namespace vqlab
