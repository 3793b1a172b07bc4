#include "analysis/ring/replay/make_replayed_ring.hpp"

#include "analysis/ring/replay/replayed_packed_ring.hpp"
#include "analysis/ring/replay/replayed_split_ring.hpp"

namespace vqlab {

std::unique_ptr<ReplayedRing> make_replayed_ring(const TraceConfig& config, std::size_t adds) {
  if (config.packed) return std::make_unique<ReplayedRingOf<ReplayedPacked>>(config, adds);
  return std::make_unique<ReplayedRingOf<ReplayedSplit>>(config, adds);
}

}  // namespace vqlab
