// A recording as a timeline: its tracks, what their slices are called, and how requests go from one to the next.
#pragma once

#include <string>
#include <vector>

#include "analysis/formats/timeline.hpp"
#include "sim/experiment/recording.hpp"

namespace vqlab::trace {

// Those requests that began and ended in the recording, by the time of their submission: request number 1 is the first.
[[nodiscard]] std::vector<const Recording::Request*> whole_requests(const Recording& recording);

// "read 4096 B", "flush".
[[nodiscard]] std::string words_of(const Recording::Request& request);
// "interrupt", "IPI", "softirq", "process".
[[nodiscard]] std::string level_name(std::uint8_t level);
// "leave halt", or what the work is called on this kind of thread.
[[nodiscard]] std::string work_name(const Recording& recording, const Recording::Slice& slice);

[[nodiscard]] Timeline timeline_of(const Recording& recording);

}  // namespace vqlab::trace
