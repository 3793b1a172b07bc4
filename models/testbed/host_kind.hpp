// The parts that a host is made of, as a scenario names them. What they do stands in sim/host, one file for each.
#pragma once

#include "models/base/registry.hpp"

namespace vqlab {

// Threads that serve the request queues.
struct HostServerKind {
  const char* help;
  const char* thread = "serving thread";  // what one of them is called
};

// How requests get from such a thread to the back end and back: QEMU's drive property "aio".
struct AioKind {
  const char* help;
};

}  // namespace vqlab
