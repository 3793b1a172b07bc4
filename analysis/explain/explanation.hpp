// Why each number of a study is what it is: what each point is limited by, and where its latency goes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/runs/place.hpp"
#include "analysis/runs/point_row.hpp"
#include "analysis/runs/point_state.hpp"
#include "sim/metrics/interval.hpp"
#include "sim/metrics/stage.hpp"

namespace vqlab {

// One of the resources, see models/testbed/resources.hpp.
struct ExplainedResource {
  std::string name;       // as CSV files spell it
  std::string words;      // for people, as the point's testbed calls it; the name until somebody says so
  bool delay = false;     // holds up each request by itself
  Estimate path;          // share of the critical path that is spent on it
  Estimate utilization;   // of the busiest one, where there are several; no value if it has none
  Estimate gain_percent;  // of the bandwidth, if it is halved; no value if that was not tried
  bool limits = false;    // no other one has surely a larger gain, and that of the first is surely above 0
};

struct ExplainedPoint {
  Place place;
  PointState state = PointState::kPrecise;  // of its runs together
  Estimate bandwidth_mib_per_s;
  Estimate iops;
  Estimate latency_us;
  std::vector<StageTimes> stages;            // in their order; their latencies add up to the latency
  std::vector<ExplainedResource> resources;  // as rank() puts them

  // What limits the point: none if halving does nothing, several if they tie.
  [[nodiscard]] std::vector<const ExplainedResource*> bottlenecks() const;
  // What limits first, then by gain, then by share of the path.
  void rank();
};

struct Explanation {
  std::string title;
  std::vector<ExplainedPoint> points;
};

struct KnownResource {
  std::string name;
  bool delay;  // see ExplainedResource
};

// From the rows of a study, all seeds, and those of the runs that were traced. What `resources` lists is looked for in
// both; a point that no run has traced has no shares of a path. Gains are not known yet.
[[nodiscard]] Explanation explain(std::string title, const std::vector<PointRow>& rows,
                                  const std::vector<PointRow>& traced, const std::vector<KnownResource>& resources);

// For a terminal.
[[nodiscard]] std::string explanation_table(const Explanation& explanation);

// Tidy: one row for each point and resource, and one for each point and stage.
[[nodiscard]] std::string resources_csv(const Explanation& explanation);
[[nodiscard]] std::string explained_stages_csv(const Explanation& explanation);
// What figures call the resources: one row for each point and resource, in the order of resources_csv().
[[nodiscard]] std::string resource_words_csv(const Explanation& explanation);

}  // namespace vqlab
