// How well a machine's values are known: the member "uncertainty" of its file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/section.hpp"

namespace vqlab {

// Where a value may lie: uniform in its logarithm, or in itself.
struct UncertainRange {
  Bounds bounds{0, 0};  // 0 < min < max
  bool uniform = false;

  friend bool operator==(const UncertainRange&, const UncertainRange&) = default;
};

struct DeclaredUncertainty {
  std::string param;                    // path, one of fittable_params()
  std::optional<UncertainRange> range;  // nothing: the value is exact
};

// Each parameter once. `machine` has the machine's values; what is wrong is added to `faults` and left out.
[[nodiscard]] std::vector<DeclaredUncertainty> read_uncertainty(const Json& json, const std::string& path,
                                                                const PointSpec& machine, FaultList& faults);

// Of the member.
[[nodiscard]] Json uncertainty_schema();

}  // namespace vqlab
