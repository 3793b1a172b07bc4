// Which parameters of a study nobody knows exactly, and in which ranges they lie.
#pragma once

#include <cstddef>
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

// Before anything is fitted: the range that the machine declares, else the plausible one if the machine's value lies
// well inside, else one of the same ratio around that value. Never outside the parameter's bounds. Nothing if the
// machine calls the value exact, or if nobody says a range. Precondition: the value is above 0.
[[nodiscard]] std::optional<UncertainRange> prior_range(const Study& study, const ParamRef& param);

// The parameter's position in the machine's posterior, with which it is drawn; nothing if it is drawn from a range of
// its own. A range that the machine declares goes before what was fitted.
[[nodiscard]] std::optional<std::size_t> place_in_posterior(const Study& study, const ParamRef& param);

// As prior_range(), but that of the machine's posterior goes before the plausible one.
[[nodiscard]] std::optional<UncertainRange> range_on(const Study& study, const ParamRef& param);

}  // namespace vqlab
