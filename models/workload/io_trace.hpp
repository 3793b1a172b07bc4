// Recorded I/O: fio's iolog, versions 2 and 3.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/io_kind.hpp"
#include "models/base/units.hpp"

namespace vqlab {

struct TraceEntry {
  Duration at;         // from the beginning of the trace; never before the entry before it
  std::uint32_t file;  // of IoTrace::files
  IoKind kind;
  std::uint64_t offset_bytes;
  std::uint32_t length_bytes;  // of a flush 0
};

struct IoTrace {
  struct OfKind {
    std::uint64_t ios = 0;
    std::uint64_t bytes = 0;
    std::uint64_t least_bytes = 0;
    std::uint64_t most_bytes = 0;
  };

  std::vector<std::string> files;  // in the order in which they are named
  std::vector<TraceEntry> entries;
  std::array<OfKind, kIoKinds> kinds;  // IoKind is the index
};

// What is wrong with a line, counted from 1.
struct TraceFault {
  std::size_t line;
  std::string found;
  std::string accepted;
};

inline constexpr std::size_t kMostTraceFaults = 20;

// Reads "fio version 2 iolog", whose `wait` is in us from one to the next, and "fio version 3 iolog", whose timestamps
// are in us. Its first I/O is at time 0. `faults` gets what is wrong, kMostTraceFaults at most; if there is something,
// the trace is not whole.
[[nodiscard]] IoTrace parse_iolog(std::string_view text, std::vector<TraceFault>& faults);

// Traces of this process, by the name that a job gives in read_iolog. What is kept stays.
void keep_trace(const std::string& name, IoTrace trace);
// Null if none is kept.
[[nodiscard]] const IoTrace* kept_trace(const std::string& name);

}  // namespace vqlab
