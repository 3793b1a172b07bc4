// What policies are compared by.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/scenario/fault.hpp"
#include "sim/metrics/columns.hpp"

namespace vqlab {

// A quantity of the results.
struct ComparisonMetric {
  std::string_view name;     // its column in points.csv
  std::string_view heading;  // for a narrow column
  bool more_is_better;
  // An index near 1: at single points ln(1 - value) is tested, since the scatter of the value itself is far from
  // normal.
  bool near_one = false;
};
inline constexpr std::array<ComparisonMetric, 7> kComparisonMetrics{{
    {name_of(Measure::kBandwidth), "bandwidth", true},
    {name_of(Measure::kLatencyP99), "p99", false},
    {name_of(Measure::kLatencyP999), "p99.9", false},
    {name_of(Measure::kFairness), "fairness", true, true},
    {name_of(Measure::kCpuTime), "CPU/IO", false},
    {name_of(Measure::kKicks), "kicks/IO", false},
    {name_of(Measure::kInterrupts), "intr/IO", false},
}};

// The position of the metric with this name, or with this heading in lower case: "p99". What is unknown is a fault of
// `option`.
[[nodiscard]] std::optional<std::size_t> find_metric(const std::string& word, const std::string& option,
                                                     std::vector<Fault>& faults);

}  // namespace vqlab
