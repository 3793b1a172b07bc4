// A ring trace: what an implementation of the ring did and what its memory was after every operation. The form is
// described in docs/reference/ring_traces.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/ring/replay/operation.hpp"
#include "analysis/scenario/document.hpp"
#include "analysis/scenario/fault.hpp"
#include "models/virtqueue/ring_options.hpp"

namespace vqlab {

struct TraceConfig {
  std::uint16_t size = 0;  // descriptors
  bool packed = false;
  bool indirect_desc = false;
  bool event_idx = false;
  RingFlavour flavour = RingFlavour::kLinux61;  // chosen by the trace's "source"
};

struct TraceStep {
  std::string text;  // the operation as written
  Operation operation;
  Json recorded;  // the whole step
};

struct RingTrace {
  TraceConfig config;
  Json initial;  // as a step, without operation and result
  std::vector<TraceStep> steps;
};

// Either a trace or every fault that was found; never both.
struct TraceOrFaults {
  std::optional<RingTrace> trace;
  std::vector<Fault> faults;
};

// What a file may ask for, so that none keeps the machine busy.
struct TraceLimits {
  std::size_t text_bytes = std::size_t{128} << 20;  // unpacked
  std::uint64_t ffwd_cycles = 1U << 24;             // of all `ffwd` together
};

// Reads a trace, plain or gzip. A file that cannot be read is a fault, too.
[[nodiscard]] TraceOrFaults load_trace(const std::string& file, const TraceLimits& limits = {});

// The same for the file's bytes; `file` names them in faults.
[[nodiscard]] TraceOrFaults parse_trace(const std::string& bytes, const std::string& file,
                                        const TraceLimits& limits = {});

}  // namespace vqlab
