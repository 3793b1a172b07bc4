// What a point of a study is found to be.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/metrics/fio_times.hpp"
#include "sim/metrics/part_tables.hpp"
#include "sim/metrics/parts.hpp"
#include "sim/metrics/quantity.hpp"
#include "sim/metrics/stage.hpp"

namespace vqlab {

// The end_reason of a run by time that the longest run allowed has cut.
inline constexpr std::string_view kCutShort = "the longest run allowed has passed before its jobs were over";

struct PointResult {
  std::vector<Quantity> quantities;
  std::vector<StageTimes> stages;  // all, in their order
  std::vector<JobTimes> jobs;      // job by job, the kinds that it does
  std::vector<PhaseTimes> phases;  // of a run by time, phase by phase
  std::vector<DiskTimes> disks;    // disk by disk, the kinds that came back
  PartTables tables;               // those that were asked for
  std::vector<FioJobTimes> fio;    // job by job, where it was asked for
  // Shares of the critical path, by name of the resource that they are spent on; only of a run that was traced.
  std::vector<Quantity> path;
  bool precise = false;  // the interval asked for was reached
  // Names of quantities of kHeadlines that have not settled.
  std::vector<std::string> not_settled;
  double simulated_s = 0;  // warm-up included
  std::uint64_t completed_ios = 0;
  std::string end_reason;  // why the run stopped, in words

  // Null if it was not measured.
  [[nodiscard]] const Quantity* find(std::string_view name) const {
    const auto found = std::find_if(quantities.begin(), quantities.end(),
                                    [name](const Quantity& quantity) { return quantity.name == name; });
    return found == quantities.end() ? nullptr : &*found;
  }
  // NaN if it was not measured.
  [[nodiscard]] double value(std::string_view name) const {
    const Quantity* const found = find(name);
    return found == nullptr ? kNoValue : found->value;
  }
};

}  // namespace vqlab
