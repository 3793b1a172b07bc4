// The ring of ours that a trace's configuration asks for.
#pragma once

#include <cstddef>
#include <memory>

#include "analysis/ring/replay/replayed_ring.hpp"
#include "analysis/ring/replay/trace.hpp"

namespace vqlab {

// `adds`: how many buffers are ever added; there can be no more indirect tables than that.
[[nodiscard]] std::unique_ptr<ReplayedRing> make_replayed_ring(const TraceConfig& config, std::size_t adds);

}  // namespace vqlab
