// The mechanisms of the model, each of which can be switched off to see what it does.
#pragma once

#include "models/base/params.hpp"

namespace vqlab {

struct Testbed;

struct Mechanisms {
  bool remote_interrupts = true;
  bool halts = true;
  bool cstates = true;
  bool ipis = true;
  bool remote_wakeups = true;
  bool line_transfers = true;
  bool shared_cores = true;
  bool preemption = true;
  bool cold_switches = true;
  bool cold_requests = true;
  bool wake_migration = true;
  bool placement_by_interrupts = true;
  bool descriptor_polling = true;
  bool in_flight_scan = true;
  bool pool_hand_off = true;
  bool page_pinning = true;
  bool linearising = true;
  bool indirect_allocation = true;

  friend bool operator==(const Mechanisms&, const Mechanisms&) = default;
};
[[nodiscard]] const ParamTable& params_of(const Mechanisms*);

// The testbed with every mechanism that is switched off taken out: its costs are 0, its other values have no effect.
[[nodiscard]] Testbed in_effect(Testbed testbed);

}  // namespace vqlab
