// Any bytes are a trace that agrees, one that differs, or no trace with faults that say why; never a crash, a hang or
// much memory. The operations of a trace are carried out to the end, whatever was recorded of them.
#include <cstddef>
#include <cstdint>
#include <string>

#include "analysis/ring/replay/make_replayed_ring.hpp"
#include "analysis/ring/replay/replay.hpp"
#include "analysis/ring/replay/trace.hpp"
#include "models/base/ensure.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const vqlab::TraceLimits limits{.text_bytes = 1U << 20, .ffwd_cycles = 4096};
  const vqlab::TraceOrFaults loaded = vqlab::parse_trace(bytes, "fuzz", limits);
  vqlab::ensure(loaded.trace.has_value() == loaded.faults.empty(), "either a trace or faults");
  if (!loaded.trace) return 0;
  (void)vqlab::replay(*loaded.trace);
  const auto ring = vqlab::make_replayed_ring(loaded.trace->config, loaded.trace->steps.size());
  for (const vqlab::TraceStep& step : loaded.trace->steps) (void)ring->run(step.operation, step.recorded);
  (void)ring->state(true);
  return 0;
}
