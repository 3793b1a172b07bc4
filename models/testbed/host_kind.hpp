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
};

// How requests get from such a thread to the back end and back: QEMU's drive property "aio".
struct AioKind {
  const char* help;
  bool in_mean_steps = false;  // as with HostServerKind
};

// That of the registered one of this name.
template <class Kind>
[[nodiscard]] bool in_mean_steps(std::string_view name) {
  const Kind* const kind = Registry<Kind>::instance().find(name);
  return kind != nullptr && kind->in_mean_steps;
}

}  // namespace vqlab
