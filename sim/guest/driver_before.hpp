// The driver before the series: one request queue; each command is copied into its target's scatterlist, under the
// target's lock.
#pragma once

#include "sim/guest/driver.hpp"

namespace vqlab::sim {

class BeforeDriver final : public VirtioScsiDriver {
 public:
  using VirtioScsiDriver::VirtioScsiDriver;

 private:
  Task<Added> add_command(Vcpu& cpu, Command& command) override;
  void forget(Command&, bool) override {}
};

}  // namespace vqlab::sim
