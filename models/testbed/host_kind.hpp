// The parts that a host is made of, as a scenario names them. What they do stands in sim/host, one file for each.
#pragma once

#include <string_view>

#include "models/base/registry.hpp"

namespace vqlab {

// Threads that serve the request queues.
struct HostServerKind {
  const char* help;
  const char* thread = "serving thread";  // what one of them is called
  // MeanSteps describes what it does for a request. Of others the arithmetic of means knows nothing.
  bool in_mean_steps = false;
  // Which of the parameters that not every server reads it reads.
  bool uses_aio = true;            // host.aio's way to the back end; false: it has one of its own
  bool chooses_batches = false;    // host.batch_interrupts
  bool polls_descriptors = false;  // host_costs.loop_fd_ns
  bool scans_in_flight = false;    // host_costs.scan_entry_ns
};

// How requests get from such a thread to the back end and back: QEMU's drive property "aio".
struct AioKind {
  const char* help;
  bool in_mean_steps = false;  // as with HostServerKind
  bool thread_pool = false;    // it reads what host and host_costs say of workers and slow targets
};

// That of the registered one of this name.
template <class Kind>
[[nodiscard]] bool in_mean_steps(std::string_view name) {
  const Kind* const kind = Registry<Kind>::instance().find(name);
  return kind != nullptr && kind->in_mean_steps;
}

}  // namespace vqlab
