// Runs points in a process of its own each: SimGrid allows one simulation for each process.
#pragma once

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "analysis/runs/point_line.hpp"
#include "analysis/runs/worker_pool.hpp"
#include "sim/experiment/run_point.hpp"

namespace vqlab::test {

struct ChildRun {
  PointResult result;
  std::string line;   // the result as the journal writes it, for comparing whole results
  std::string error;  // why there is none

  // The quantity's value; a failure of the test if there is none of this name.
  [[nodiscard]] double operator[](const std::string& name) const { return find(name).value; }
  [[nodiscard]] double ci95(const std::string& name) const { return find(name).ci95; }

 private:
  [[nodiscard]] Quantity find(const std::string& name) const {
    const auto found = std::find_if(result.quantities.begin(), result.quantities.end(),
                                    [&](const Quantity& quantity) { return quantity.name == name; });
    if (found != result.quantities.end()) return *found;
    ADD_FAILURE() << "no quantity " << name << "; " << error;
    return {};
  }
};

struct ChildPoint {
  Testbed testbed;
  Precision precision;
  std::uint64_t seed = 1;
};

// In the order of the points. Precondition: this process has not touched SimGrid.
[[nodiscard]] inline std::vector<ChildRun> run_in_children(const std::vector<ChildPoint>& points) {
  std::vector<ChildRun> runs(points.size());
  const bool interrupted = run_in_processes(
      points.size(), 0,
      [&](std::size_t i) {
        PointRow row;
        row.result = run_point(points[i].testbed, points[i].precision, points[i].seed);
        return to_line(row);
      },
      [&](const TaskOutcome& outcome) {
        ChildRun& run = runs[outcome.task];
        run.error = outcome.error;
        if (!outcome.ok) return;
        run.line = outcome.payload;
        run.result = point_from_line(outcome.payload)->result;
      });
  EXPECT_FALSE(interrupted);
  return runs;
}

[[nodiscard]] inline ChildRun run_in_child(const Testbed& testbed, const Precision& precision, std::uint64_t seed = 1) {
  return run_in_children({{testbed, precision, seed}}).front();
}

}  // namespace vqlab::test
