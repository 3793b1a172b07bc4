// Which parameters of a study nobody knows exactly, and in which ranges they lie.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/scenario/section.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

// What sets the parameter in place of the machine: "a curve", "the sweep" or "the scenario"; empty: nothing.
[[nodiscard]] std::string set_beside_machine(const Study& study, const std::string& path);

// The machine's value, before any point is simulated. Precondition: as number_of().
[[nodiscard]] double machine_value(const ParamRef& param, const Study& study);

// Those of fittable_params() that have a range, a value above 0, and an effect on some point of the study, and that
// neither the study nor the command line sets. In the order of the tables.
[[nodiscard]] std::vector<ParamRef> uncertain_params(const Study& study);

// Before anything is fitted: the range that the machine declares, or uncertain_range() of its value. Nothing if the
// machine calls the value exact, or if nobody says a range: the row has no plausible one.
[[nodiscard]] std::optional<UncertainRange> prior_range(const Study& study, const ParamRef& param);

// The same, but that of the machine's posterior goes before uncertain_range().
[[nodiscard]] std::optional<UncertainRange> range_on(const Study& study, const ParamRef& param);

// The plausible range of a parameter, if `value` lies well inside; else a range of the same ratio with the value in its
// geometric middle: plausible values are those of one machine and year. Never outside the parameter's bounds.
// Precondition: the plausible range and the value are above 0.
[[nodiscard]] Bounds uncertain_range(const ParamRef& param, double value);

}  // namespace vqlab
