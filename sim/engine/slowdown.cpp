#include "sim/engine/slowdown.hpp"

namespace vqlab::sim {

Duration Slowdown::taken_away(Duration running) noexcept {
  if (timeslice_ == Duration{0}) return times(running, crowd_);
  // As many slices end as fit into the work, and one more with the probability of the rest.
  const auto slices = static_cast<std::uint32_t>(running / timeslice_);
  const auto rest = static_cast<std::uint64_t>((running % timeslice_).count());
  const bool one_more = random_.next32() < (rest << 32) / static_cast<std::uint64_t>(timeslice_.count());
  Duration away{0};
  for (std::uint32_t slice = one_more ? 0 : 1; slice <= slices; ++slice) away += times(pause_.sample(random_), crowd_);
  return away;
}

}  // namespace vqlab::sim
