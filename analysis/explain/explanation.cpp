#include "analysis/explain/explanation.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

#include "analysis/runs/csv.hpp"
#include "analysis/runs/row_key.hpp"
#include "analysis/runs/stages_csv.hpp"
#include "models/base/resource_id.hpp"
#include "sim/metrics/columns.hpp"
#include "sim/metrics/over_seeds.hpp"

namespace vqlab {
namespace {

constexpr const char* kStateColumn = "state";

Estimate quantity_of(const PointRow& row, std::string_view name) {
  const Quantity* const found = row.result.find(name);
  return found == nullptr ? Estimate{} : Estimate{found->value, found->ci95};
}

// How busy a resource is, as the run's quantities tell: of vCPUs the busiest.
Estimate busy_share(const PointRow& row, const std::string& resource) {
  if (const std::optional<Measure> measure = utilization_of(resource)) return quantity_of(row, name_of(*measure));
  Estimate busiest;
  if (resource != name_of(ResourceId::kVcpus)) return busiest;
  for (const Quantity& quantity : row.result.quantities)
    if (is_vcpu_utilization(quantity.name) && !(quantity.value <= busiest.value))
      busiest = {quantity.value, quantity.ci95};
  return busiest;
}

Estimate path_of(const PointRow& row, const std::string& resource) {
  for (const Quantity& quantity : row.result.path)
    if (quantity.name == resource) return {quantity.value, quantity.ci95};
  return {};
}

template <class Of>
Estimate over(const std::vector<const PointRow*>& runs, Of of) {
  std::vector<Estimate> estimates;
  for (const PointRow* run : runs) estimates.push_back(of(*run));
  return over_seeds(estimates);
}

std::vector<StageTimes> stages_of(const std::vector<const PointRow*>& runs) {
  std::vector<StageTimes> stages;
  for (std::size_t i = 0; i < runs.front()->result.stages.size(); ++i) {
    StageTimes& mean = stages.emplace_back();
    mean.stage = runs.front()->result.stages[i].stage;
    for (const auto estimate : kStageEstimates)
      mean.*estimate = over(runs, [&](const PointRow& run) { return run.result.stages[i].*estimate; });
  }
  return stages;
}

std::vector<std::string> columns(const std::vector<std::string>& axes, const std::vector<std::string>& names) {
  std::vector<std::string> columns{kCurveColumn};
  columns.insert(columns.end(), axes.begin(), axes.end());
  columns.insert(columns.end(), names.begin(), names.end());
  return columns;
}

std::vector<std::string> axes_of(const Explanation& explanation) {
  std::vector<Place> places;
  for (const ExplainedPoint& point : explanation.points) places.push_back(point.place);
  return axis_names(places);
}

std::vector<std::string> fields_of(const ExplainedPoint& point, const std::vector<std::string>& axes) {
  std::vector<std::string> fields{point.place.curve};
  for (const std::string& value : axis_values(point.place, axes)) fields.push_back(value);
  return fields;
}

void put(std::vector<std::string>& fields, const Estimate& estimate) {
  fields.push_back(csv_number(estimate.value));
  fields.push_back(csv_number(estimate.half_width));
}

}  // namespace

std::vector<const ExplainedResource*> ExplainedPoint::bottlenecks() const {
  std::vector<const ExplainedResource*> all;
  for (const ExplainedResource& resource : resources)
    if (resource.limits) all.push_back(&resource);
  return all;
}

void ExplainedPoint::rank() {
  const auto of = [](const Estimate& estimate) { return std::isnan(estimate.value) ? -1e9 : estimate.value; };
  std::stable_sort(resources.begin(), resources.end(), [&of](const ExplainedResource& a, const ExplainedResource& b) {
    return std::tuple(!a.limits, -of(a.gain_percent), -of(a.path)) <
           std::tuple(!b.limits, -of(b.gain_percent), -of(b.path));
  });
}

Explanation explain(std::string title, const std::vector<PointRow>& rows, const std::vector<PointRow>& traced,
                    const std::vector<KnownResource>& resources) {
  using Key = std::pair<std::string, std::vector<std::pair<std::string, std::string>>>;
  std::vector<Key> order;
  std::map<Key, std::vector<const PointRow*>> runs;
  std::vector<const PointRow*> sorted;
  for (const PointRow& row : rows) sorted.push_back(&row);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const PointRow* a, const PointRow* b) { return a->point < b->point; });
  for (const PointRow* row : sorted) {
    const Key key{row->curve, row->axes};
    if (runs.count(key) == 0) order.push_back(key);
    runs[key].push_back(row);
  }
  std::map<Key, std::vector<const PointRow*>> paths;
  for (const PointRow& row : traced) paths[{row.curve, row.axes}].push_back(&row);

  Explanation explanation{std::move(title), {}};
  for (const Key& key : order) {
    const std::vector<const PointRow*>& here = runs[key];
    ExplainedPoint point;
    point.place = {key.first, key.second};
    for (const PointRow* run : here) point.state = std::max(point.state, state_of(*run));
    const auto mean = [&](Measure measure) {
      return over(here, [&](const PointRow& run) { return quantity_of(run, name_of(measure)); });
    };
    point.bandwidth_mib_per_s = mean(Measure::kBandwidth);
    point.iops = mean(Measure::kIops);
    point.latency_us = mean(Measure::kLatencyMean);
    point.stages = stages_of(here);
    for (const auto& [name, delay] : resources)
      point.resources.push_back(
          {name,
           name,
           delay,
           over(paths[key], [&resource = name](const PointRow& run) { return path_of(run, resource); }),
           over(here, [&resource = name](const PointRow& run) { return busy_share(run, resource); }),
           {}});
    point.rank();
    explanation.points.push_back(std::move(point));
  }
  return explanation;
}

std::string resources_csv(const Explanation& explanation) {
  const std::vector<std::string> axes = axes_of(explanation);
  std::string text =
      csv_line(columns(axes, {"resource", "delay", "bottleneck", "gain_percent", "gain_percent_ci95", "path_share",
                              "path_share_ci95", "utilization", "utilization_ci95", kStateColumn}));
  for (const ExplainedPoint& point : explanation.points) {
    for (const ExplainedResource& resource : point.resources) {
      std::vector<std::string> fields = fields_of(point, axes);
      fields.push_back(resource.name);
      fields.emplace_back(resource.delay ? "true" : "false");
      fields.emplace_back(resource.limits ? "true" : "false");
      put(fields, resource.gain_percent);
      put(fields, resource.path);
      put(fields, resource.utilization);
      fields.emplace_back(to_string(point.state));
      text += csv_line(fields);
    }
  }
  return text;
}

std::string resource_words_csv(const Explanation& explanation) {
  const std::vector<std::string> axes = axes_of(explanation);
  std::string text = csv_line(columns(axes, {"resource", "words"}));
  for (const ExplainedPoint& point : explanation.points) {
    for (const ExplainedResource& resource : point.resources) {
      std::vector<std::string> fields = fields_of(point, axes);
      fields.insert(fields.end(), {resource.name, resource.words});
      text += csv_line(fields);
    }
  }
  return text;
}

std::string explained_stages_csv(const Explanation& explanation) {
  const std::vector<std::string> axes = axes_of(explanation);
  std::vector<std::string> names = stage_columns();
  names.emplace_back(kStateColumn);
  std::string text = csv_line(columns(axes, names));
  for (const ExplainedPoint& point : explanation.points) {
    for (const StageTimes& times : point.stages) {
      std::vector<std::string> fields = fields_of(point, axes);
      fields.push_back(times.stage);
      for (const auto estimate : kStageEstimates) put(fields, times.*estimate);
      fields.emplace_back(to_string(point.state));
      text += csv_line(fields);
    }
  }
  return text;
}

}  // namespace vqlab
