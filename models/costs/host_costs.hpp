// What the host's steps cost.
#pragma once

#include "models/base/params.hpp"

namespace vqlab {

// Means and shapes; unit, plausible range and source of each stand in its row of the parameter table.
struct HostCosts {
  Cost loop_iteration_ns{12000};
  Cost loop_fd_ns{450};
  Cost loop_wakeup_ns{4900};
  Cost drain_ns{600};
  Cost pop_ns{3500};
  Cost pop_page_ns{150};
  Cost cold_request_ns{2300};
  double cached_requests = 64;
  Cost finish_ns{1500};
  Cost scan_entry_ns{5};
  Cost complete_ns{1300};
  Cost complete_page_ns{150};
  Cost inject_ns{1800};
  Cost worker_wakeup_ns{4000};
  Cost wake_thread_ns{2000};
  Cost pool_lock_ns{150};
  Cost worker_ns{2000};
  Cost worker_page_ns{250};
  Cost cstate_ns{6000};
  double cstate_ramp_ns = 60000;
  Cost user_exit_ns{1200};

  friend bool operator==(const HostCosts&, const HostCosts&) = default;
};

[[nodiscard]] const ParamTable& params_of(const HostCosts*);

}  // namespace vqlab
