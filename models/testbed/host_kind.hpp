// The parts that a host is made of, as a scenario names them. What they do stands in sim/host, one file for each.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/base/registry.hpp"

namespace vqlab {

struct Testbed;

// The least that handing requests to the back end takes of the thread that does it, in ns.
struct HandOver {
  double request = 0;
  double call = 0;  // for as many requests as it hands over at once
};

// What no run of a testbed can do without, whatever else happens.
struct ServingLimit {
  std::uint32_t threads = 1;      // that can work at the same time
  bool takes = true;              // requests from the rings, and hands them over; false: the vCPUs do
  std::uint32_t batch = 1;        // most requests that one of them hands over at once
  double iterations = 0;          // of its loop, from when a request is taken until the same request can come again
  std::uint32_t descriptors = 0;  // that an iteration polls
  std::optional<HandOver> hand_over{};  // of a server that does not use host.aio
};

// Threads that serve the request queues.
struct HostServerKind {
  const char* help;
  const char* thread = "serving thread";  // what one of them is called
  bool iothreads = false;                 // each is an iothread of QEMU; else they are of the emulator
  // MeanSteps describes what it does for a request. Of others the arithmetic of means knows nothing.
  bool in_mean_steps = false;
  // Which of the parameters that not every server reads it reads.
  bool uses_aio = true;  // QEMU's block layer, with host.aio's way to the back end; false: it has one of its own
  bool chooses_batches = false;                                                      // host.batch_interrupts
  bool scans_in_flight = false;                                                      // host_costs.scan_entry_ns
  bool pays_drains = false;                                                          // host_costs.drain_ns
  bool (*polls_descriptors)(const Testbed&) = [](const Testbed&) { return false; };  // host_costs.loop_fd_ns
  bool (*pays_for_events)(const Testbed&) = [](const Testbed&) {
    return false;
  };  // its own cost for each that is ready
  // Null: nothing is known. What each request takes of a thread is said by ServingSteps.
  ServingLimit (*limit)(const Testbed&) = nullptr;
};

// How requests get from such a thread to the back end and back: QEMU's drive property "aio".
struct AioKind {
  const char* help;
  bool in_mean_steps = false;  // as with HostServerKind
  // It reads what host and host_costs say of workers and slow targets: a request takes one of host.worker_threads_max
  // threads, as many for each serving thread.
  bool thread_pool = false;
  // What is in the host's page cache is copied by the thread that submits.
  bool buffered = false;
  HandOver (*hand_over)(const Testbed&) = [](const Testbed&) { return HandOver{}; };
};

// That of the registered one of this name.
template <class Kind>
[[nodiscard]] bool in_mean_steps(std::string_view name) {
  const Kind* const kind = Registry<Kind>::instance().find(name);
  return kind != nullptr && kind->in_mean_steps;
}

}  // namespace vqlab
