// Which cells of a comparison to measure on a real machine, found on plausible ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/design/design_report.hpp"
#include "analysis/uncertainty/plausible_runs.hpp"

namespace vqlab {

// Quantities that a design asks of the runs.
[[nodiscard]] std::vector<std::string> design_quantities(const std::string& metric);

// `nominal`: the metric on the study's own machine, by cell of the plan. Nothing if no pair that counts has values on
// most machines, or if fewer than kFewestMachines have values of all these. `most_cells` are measured at most; `seed`
// draws the errors of the check.
[[nodiscard]] std::optional<DesignReport> find_design(const DesignPlan& plan, const std::vector<Estimate>& nominal,
                                                      const PlausibleValues& values, std::size_t machines,
                                                      const std::string& metric, const MeasurementErrors& errors,
                                                      std::size_t most_cells, std::uint64_t seed);

}  // namespace vqlab
