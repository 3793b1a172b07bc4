#include "sim/metrics/columns.hpp"

#include <algorithm>

namespace vqlab {
namespace {

// What stands around the number.
constexpr std::size_t kNumberAt = kVcpuUtilization.name.find('N');
constexpr std::string_view kBefore = kVcpuUtilization.name.substr(0, kNumberAt);
constexpr std::string_view kAfter = kVcpuUtilization.name.substr(kNumberAt + 1);

}  // namespace

std::string vcpu_utilization_name(std::size_t vcpu) {
  return std::string(kBefore) + std::to_string(vcpu) + std::string(kAfter);
}

bool is_vcpu_utilization(std::string_view name) {
  if (name.size() <= kBefore.size() + kAfter.size()) return false;
  if (name.substr(0, kBefore.size()) != kBefore || name.substr(name.size() - kAfter.size()) != kAfter) return false;
  const std::string_view number = name.substr(kBefore.size(), name.size() - kBefore.size() - kAfter.size());
  return std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Measure> utilization_of(std::string_view resource) {
  for (const MeasureRow& row : kMeasures)
    if (row.busy != ResourceId::kNone && name_of(row.busy) == resource) return row.measure;
  return std::nullopt;
}

std::string interval_name(std::string_view column) { return std::string(column) + "_ci95"; }

std::vector<std::string> quantity_names() {
  std::vector<std::string> names;
  for (const MeasureRow& row : kMeasures) names.emplace_back(row.column.name);
  return names;
}

bool is_quantity_name(std::string_view name) {
  return is_vcpu_utilization(name) || std::any_of(kMeasures.begin(), kMeasures.end(),
                                                  [name](const MeasureRow& row) { return row.column.name == name; });
}

}  // namespace vqlab
