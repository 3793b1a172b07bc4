#include "analysis/explore/explored_study.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "analysis/predict/not_modelled.hpp"
#include "analysis/predict/predict_point.hpp"
#include "models/testbed/resources.hpp"
#include "sim/metrics/columns.hpp"

namespace vqlab {
namespace {

// JSON has no NaN.
Json number_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

// "targets", "guest.vcpus" as a label: "targets", "vCPUs".
std::string label_of_axis(const std::string& path) {
  std::string name = path.substr(path.rfind('.') + 1);
  if (name == "vcpus") return "vCPUs";
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

Json value_of_text(const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? Json(number) : Json(text);
}

Json axes_of(const Study& study) {
  Json axes = Json::array();
  for (const Axis& axis : study.sweep) {
    Json values = Json::array();
    bool numbers = true;
    for (const std::string& text : axis.values) {
      values.push_back(value_of_text(text));
      numbers = numbers && values.back().is_number();
    }
    // A scale has numbers alone.
    if (!numbers) values = axis.values;
    const bool positive = numbers && std::all_of(values.begin(), values.end(), [](const Json& v) { return v > 0; });
    axes.push_back({{"name", axis.path.substr(axis.path.rfind('.') + 1)},
                    {"label", label_of_axis(axis.path)},
                    {"values", values},
                    {"texts", axis.values},
                    {"logarithmic", positive && values.size() > 2}});
  }
  if (axes.empty())
    axes.push_back({{"name", "point"}, {"label", "point"}, {"values", {""}}, {"texts", {""}}, {"logarithmic", false}});
  return axes;
}

Json places_of(const Study& study, const std::vector<std::size_t>& points) {
  Json curves = Json::array();
  Json at = Json::array();
  for (std::size_t i = 0; i < std::max<std::size_t>(study.sweep.size(), 1); ++i) at.push_back(Json::array());
  Json states = Json::array();
  for (const std::size_t position : points) {
    const Point point = study.points[position];
    const auto curve = std::find_if(study.curves.begin(), study.curves.end(),
                                    [&point](const Curve& one) { return one.name == point.curve; });
    curves.push_back(curve == study.curves.end() ? 0 : curve - study.curves.begin());
    if (study.sweep.empty()) at[0].push_back(0);
    for (std::size_t axis = 0; axis < study.sweep.size(); ++axis) {
      const auto& values = study.sweep[axis].values;
      at[axis].push_back(std::find(values.begin(), values.end(), point.axes[axis].text) - values.begin());
    }
    states.push_back("");
  }
  return {{"curve", curves}, {"at", at}, {"state", states}};
}

// What the reference says of each point; null without one.
Json published_of(const Study& study, const std::vector<std::size_t>& points) {
  if (!study.reference) return nullptr;
  Json values = Json::array();
  for (const std::size_t position : points)
    values.push_back(number_or_null(published_at(study, study.points[position])));
  return {{"metric", study.reference->metric}, {"source", study.reference->source}, {"values", values}};
}

Json predicted_of(const Study& study, const std::vector<std::size_t>& points, const std::string& file) {
  const std::vector<Fault> unknown = not_modelled(study, file);
  if (!unknown.empty()) {
    const Fault& first = unknown.front();
    return {{"why_not", first.path + " is " + first.found + ", and accepted is: " + first.accepted}};
  }
  Json columns;
  for (const std::size_t position : points) {
    const Prediction one = predict(study.points[position].testbed);
    columns[name_of(Measure::kBandwidth)].push_back(number_or_null(one.bandwidth_mib_per_s));
    columns[name_of(Measure::kIops)].push_back(number_or_null(one.iops));
    columns[name_of(Measure::kLatencyMean)].push_back(number_or_null(one.latency_mean_us));
  }
  return {{"columns", columns}};
}

}  // namespace

std::vector<std::size_t> explored_points(const Study& study) {
  std::vector<std::size_t> points;
  for (std::size_t i = 0; i < study.points.size(); ++i)
    if (study.points.seed(i) == study.seeds.front()) points.push_back(i);
  return points;
}

Json explored_study(const Study& study, const std::string& file) {
  const std::vector<std::size_t> points = explored_points(study);
  Json curves = Json::array();
  for (std::size_t i = 0; i < study.curves.size(); ++i) {
    const Curve& one = study.curves[i];
    curves.push_back({{"name", one.name}, {"label", one.label.empty() ? one.name : one.label}, {"look", i}});
  }
  if (curves.empty()) curves.push_back({{"name", ""}, {"label", study.title}, {"look", 0}});
  return {{"title", study.title.empty() ? study.name : study.title},
          {"notes", study.notes},
          {"axes", axes_of(study)},
          {"curves", curves},
          {"points", places_of(study, points)},
          {"published", published_of(study, points)},
          {"predicted", predicted_of(study, points, file)}};
}

Json explored_point(const PointResult& result) {
  Json values;
  for (const Quantity& one : result.quantities)
    values[one.name] = {number_or_null(one.value), number_or_null(one.ci95)};
  Json stages = Json::array();
  for (const StageTimes& one : result.stages)
    if (one.latency_us.value > 0)
      stages.push_back({{"stage", one.stage},
                        {"latency_us", number_or_null(one.latency_us.value)},
                        {"queueing_us", number_or_null(one.queueing_us.value)}});
  return {{"values", values}, {"stages", stages}};
}

Json explored_path(const PointResult& result, const Testbed& testbed) {
  Json path = Json::array();
  for (const Quantity& share : result.path) {
    const auto& all = resources();
    const auto known =
        std::find_if(all.begin(), all.end(), [&share](const Resource& one) { return one.name() == share.name; });
    path.push_back({{"resource", share.name},
                    {"words", known == all.end() ? share.name : std::string(known->words_for(testbed))},
                    {"share", number_or_null(share.value)}});
  }
  return path;
}

}  // namespace vqlab
