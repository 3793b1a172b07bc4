// A ring of ours, driver and device side, that carries out the operations of a trace and tells how it stands, in the
// trace's own form.
#pragma once

#include <string>
#include <vector>

#include "analysis/ring/replay/operation.hpp"
#include "analysis/scenario/document.hpp"

namespace vqlab {

class ReplayedRing {
 public:
  virtual ~ReplayedRing() = default;

  // Carries the operation out; what comes back is a step's "result". `recorded` is the whole step of the trace, or null
  // if there is none. It decides where nothing else does: which of several buffers with the same token is completed,
  // and what the packed ring's device may choose.
  [[nodiscard]] virtual Json run(const Operation& operation, const Json& recorded) = 0;

  // The rest of a step: "driver", "device", "hex", "indirect", and, if `parsed`, the ring's parts field by field.
  [[nodiscard]] virtual Json state(bool parsed) const = 0;
};

}  // namespace vqlab
