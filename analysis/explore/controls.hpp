// What a reader can change on the page of `vqlab explore`: the parameters that have one value each.
#pragma once

#include <string>
#include <vector>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

// The machine, if it has a name; then, in the order of the reference page: path, section, name, help, unit, kind
// ("switch", "choice", "number" or "text"), the value at the first point, where there are choices these, of numbers
// their range and whether they are whole. `varies`: curves or sweep give it several values; `idle`: what would have to
// be so for it to have an effect. A swept one has its values as `swept`; one that curves set has a control for each of
// them, whose path begins with "curves." and the curve's name, which is its `curve`. `document` is the scenario as it
// is written, `machines` are the names that there are.
[[nodiscard]] Json controls_of(const Study& study, const Json& document, const std::vector<std::string>& machines);

// Whether a page may set this: a control's path, the values of a swept one ("sweep.targets"), or the machine by its
// name. Nothing else: other members of a scenario name files.
[[nodiscard]] bool may_be_set(const std::string& path, const Json& value);

}  // namespace vqlab
