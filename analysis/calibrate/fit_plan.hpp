// What a fit fits to what: free parameters, published cells, and which of them it does not see.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/scenario/fault.hpp"
#include "analysis/scenario/section.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

// A published value and where it stands.
struct FitCell {
  std::string curve;
  std::string targets;  // as result files spell it
  double published = 0;
  bool held_out = false;
  PointSpec spec;  // what is simulated for it; the free parameters have the values of the machine
};

struct FitPlan {
  std::string hold_out;  // its name; empty: nothing is held out
  std::vector<ParamRef> free;
  std::vector<FitCell> cells;  // column by column
};

// The plan; what stands in the way of it is added to `faults`, and the plan then counts for nothing. `file` names the
// study in faults, and `hold_out_origin` the hold-out.
[[nodiscard]] FitPlan plan_fit(const Study& study, const std::string& file, const Reference& table,
                               const std::optional<HoldOut>& hold_out, const std::string& hold_out_origin,
                               std::vector<Fault>& faults);

// The published value that the cells which the fit sees give for a cell: straight in ln(value) over ln(targets) between
// its nearest neighbours of the same column; NaN where it has none on both sides.
[[nodiscard]] double interpolated(const FitPlan& plan, const FitCell& cell);

}  // namespace vqlab
