#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "analysis/app/aligned_table.hpp"
#include "analysis/explain/explanation.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kMostColumns = 7;  // of a table of stages
constexpr double kFewRequests = 0.1;     // of which Little's law is not asked in percent: too few to tell

std::string share_text(const Estimate& share) {
  if (std::isnan(share.value)) return "-";
  const std::string half = std::isnan(share.half_width) ? "" : fmt::format(" +-{:.1f}", 100 * share.half_width);
  return fmt::format("{:.1f}{}", 100 * share.value, half);
}

std::string microseconds(double us) { return us >= 999.5 ? fmt::format("{:.0f}", us) : fmt::format("{:.1f}", us); }

std::string gain_text(const ExplainedResource& resource) {
  const Estimate& percent = resource.gain_percent;
  const std::string half = std::isnan(percent.half_width) ? "" : fmt::format(" +-{:.1f}", percent.half_width);
  return fmt::format("{:+.1f}{}", percent.value, half);
}

// "main loop", "tie: main loop, queue lock", "nothing alone".
std::string limit_text(const ExplainedPoint& point) {
  const std::vector<const ExplainedResource*> bottlenecks = point.bottlenecks();
  if (bottlenecks.empty()) return "nothing alone";
  std::vector<std::string_view> words;
  for (const ExplainedResource* const one : bottlenecks) words.push_back(one->words);
  return fmt::format("{}{}", words.size() > 1 ? "tie: " : "", fmt::join(words, ", "));
}

std::string bottlenecks(const Explanation& explanation, const std::vector<std::string>& names) {
  std::vector<std::vector<std::string>> lines{
      {"", "MiB/s", "limited by", "halved %", "path %", "busy %", "then", "halved %"}};
  for (std::size_t i = 0; i < explanation.points.size(); ++i) {
    const ExplainedPoint& point = explanation.points[i];
    std::vector<std::string> line{
        names[i], fmt::format("{:.0f}{}", point.bandwidth_mib_per_s.value, mark_of(point.state)), limit_text(point)};
    const std::vector<ExplainedResource>& ranked = point.resources;
    const std::size_t limited = !ranked.empty() && ranked.front().limits ? 1 : 0;
    if (limited == 0)
      line.insert(line.end(), {"-", "-", "-"});
    else
      line.insert(line.end(), {gain_text(ranked[0]), share_text(ranked[0].path), share_text(ranked[0].utilization)});
    if (limited < ranked.size() && !std::isnan(ranked[limited].gain_percent.value))
      line.insert(line.end(), {ranked[limited].words, gain_text(ranked[limited])});
    lines.push_back(std::move(line));
  }
  return aligned_table(lines);
}

// Stages of points of one curve, side by side.
std::string stages(const std::vector<const ExplainedPoint*>& points, const std::vector<std::string>& names) {
  std::vector<std::vector<std::string>> lines{{
      "",
  }};
  for (const std::string& name : names) lines.front().push_back(name);
  for (std::size_t i = 0; i < points.front()->stages.size(); ++i) {
    std::vector<std::string> line{points.front()->stages[i].stage};
    for (const ExplainedPoint* point : points)
      line.push_back(microseconds(point->stages[i].queueing_us.value) + " + " +
                     fmt::format("{:.2f}", point->stages[i].service_us.value));
    lines.push_back(std::move(line));
  }
  std::vector<std::string> sum{"all stages"};
  std::vector<std::string> measured{"mean latency"};
  for (const ExplainedPoint* point : points) {
    double us = 0;
    for (const StageTimes& times : point->stages) us += times.latency_us.value;
    sum.push_back(fmt::format("{:.2f}", us));
    measured.push_back(fmt::format("{:.2f}", point->latency_us.value));
  }
  lines.push_back(std::move(sum));
  lines.push_back(std::move(measured));
  return aligned_table(lines);
}

std::string little(const Explanation& explanation, const std::vector<std::string>& names) {
  double worst = 0;
  std::string where;
  for (std::size_t i = 0; i < explanation.points.size(); ++i) {
    const ExplainedPoint& point = explanation.points[i];
    for (const StageTimes& times : point.stages) {
      const double expected = point.iops.value * times.latency_us.value * 1e-6;
      if (!(expected > kFewRequests)) continue;
      const double off = times.requests.value / expected - 1;
      if (std::abs(off) <= std::abs(worst)) continue;
      worst = off;
      where = times.stage + " of " + names[i];
    }
  }
  if (where.empty()) return "";
  return fmt::format(
      "Little's law holds to the nanosecond in each batch of each run. The number of requests in a stage, counted and\n"
      "computed as rate x time of the completed requests, differs by at most {:.2f} %, in {}.\n"
      "The difference is requests that were in flight when the measurement began or ended.\n",
      100 * std::abs(worst), where);
}

}  // namespace

std::string explanation_table(const Explanation& explanation) {
  std::vector<Place> places;
  for (const ExplainedPoint& point : explanation.points) places.push_back(point.place);
  const std::vector<std::string> names = short_place_names(places);
  std::string text =
      explanation.title +
      "\n\n"
      "What limits each point, what the bandwidth gains if each request demands half of it, its share of\n"
      "the critical path (the chain of work that takes the whole run), and how busy it is. tie: gains that\n"
      "cannot be told apart\n\n" +
      bottlenecks(explanation, names);
  text += "\nWhere the mean latency goes, in us: queueing + service\n";
  for (std::size_t i = 0; i < explanation.points.size();) {
    const std::string& curve = explanation.points[i].place.curve;
    std::vector<const ExplainedPoint*> points;
    std::vector<std::string> labels;
    for (; i < explanation.points.size() && points.size() < kMostColumns && explanation.points[i].place.curve == curve;
         ++i) {
      points.push_back(&explanation.points[i]);
      labels.push_back((names[i].size() > curve.size() ? names[i].substr(curve.size() + 1) : names[i]) +
                       std::string(mark_of(explanation.points[i].state)));
    }
    if (!points.front()->stages.empty()) text += "\n" + curve + "\n" + stages(points, labels);
  }
  std::vector<PointState> states;
  for (const ExplainedPoint& point : explanation.points) states.push_back(point.state);
  return text + "\n" + little(explanation, names) + marks_text(states);
}

}  // namespace vqlab
