#include "analysis/worst/worst_report.hpp"

#include <cmath>
#include <fmt/format.h>

#include "analysis/app/aligned_table.hpp"
#include "analysis/app/wrapped_text.hpp"
#include "analysis/runs/csv.hpp"
#include "analysis/scenario/value.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kWorstColumns = 100;

std::string worst_percent_text(double value) { return fmt::format("{:+.1f}", value); }

std::string loss_interval_text(const Estimate& loss) {
  return fmt::format("{:.1f} to {:.1f} %", loss.value - loss.half_width, loss.value + loss.half_width);
}

// "8" and 8 alike: as a value in a scenario.
void add_scenario_member(Json& document, const std::string& path, const Json& value) {
  const std::size_t dot = path.find('.');
  if (dot == std::string::npos)
    document[path] = value;
  else
    document[path.substr(0, dot)][path.substr(dot + 1)] = value;
}

Json curve_of_choice(const PolicyChoice& choice, const std::string& name, const std::string& label) {
  Json curve;
  curve["name"] = name;
  curve["label"] = label;
  curve["set"]["guest.policy"] = choice.policy;
  for (const auto& [param, value] : choice.params) curve["set"][path_of(param)] = write_value(value);
  return curve;
}

}  // namespace

Estimate WorstReport::loss_percent() const {
  return differences.at(metric).difference * (by().more_is_better ? -1.0 : 1.0);
}

double loss_percent_of(double log_loss, bool more_is_better) {
  return 100 * (more_is_better ? 1 - std::exp(-log_loss) : std::exp(log_loss) - 1);
}

std::string scenario_text(const WorkloadSpace& space, const Genome& genome, const WorstReport& report,
                          const std::vector<std::uint64_t>& seeds, const std::string& description) {
  const PolicyChoice& policy = space.policy();
  Json document;
  document["study"] = "worst_" + policy.policy;
  document["title"] = fmt::format("Where {} loses most against {}", report.policy, report.against);
  document["description"] = description;
  document["machine"] = report.machine;
  bool other_job = false;
  for (std::size_t i = 0; i < space.members().size(); ++i) {
    if (genome[i] == 0) continue;
    const std::string path = path_of(space.members()[i].param);
    add_scenario_member(document, path, space.json_value(i, genome));
    other_job = other_job || path == "other_job_targets";
  }
  // Both jobs must have the same sizes.
  if (other_job && document.contains("job") && document["job"].contains("bsrange"))
    document["other_job"]["bsrange"] = document["job"]["bsrange"];
  document["precision"] = {{"half_width_percent", kScenarioPrecision.half_width_percent},
                           {"min_simulated_s", kScenarioPrecision.min_simulated_s},
                           {"max_simulated_s", kScenarioPrecision.max_simulated_s}};
  document["seeds"] = seeds;
  document["curves"] = Json::array({curve_of_choice(policy, "policy", report.policy),
                                    curve_of_choice(space.rival(genome), "against", report.against)});
  return document.dump(2) + '\n';
}

std::string worst_description(const WorstReport& report) {
  const Estimate loss = report.loss_percent();
  std::string text = fmt::format(
      "Found by a search of {} scenarios for the one in which {} loses most against {} (vqlab worst, seed {}). By {}, "
      "{} is {:.1f} % worse here (95 % interval {}) in {} pairs of runs that the search did not see.",
      report.scenarios, report.policy, report.against, report.seed, report.by().name, report.policy, loss.value,
      loss_interval_text(loss), report.differences.at(report.metric).pairs);
  for (const MemberShare& one : report.members)
    if (!std::isnan(one.loss_percent))
      text += fmt::format(" With {} = {} in place of {} it is {:.1f} %.", one.path, one.without, one.value,
                          one.loss_percent);
  return text;
}

std::string worst_csv(const WorkloadSpace& space, const std::vector<TriedScenario>& tried, bool more_is_better) {
  std::vector<std::string> fields{"rank", "against", "sure_loss_percent", "loss_percent", "runs"};
  for (const Member& member : space.members()) fields.push_back(path_of(member.param));
  std::string text = csv_line(fields);
  for (std::size_t i = 0; i < tried.size(); ++i) {
    fields = {std::to_string(i + 1), space.rival(tried[i].genome).text,
              csv_six_digits(loss_percent_of(tried[i].sure(), more_is_better)),
              csv_six_digits(loss_percent_of(tried[i].mean(), more_is_better)), std::to_string(tried[i].losses.size())};
    for (std::size_t j = 0; j < space.members().size(); ++j)
      fields.push_back(value_text(space.members()[j].levels[tried[i].genome[j]]));
    text += csv_line(fields);
  }
  return text;
}

Json worst_json(const WorstReport& report) {
  const auto number = [](double value) { return std::isnan(value) ? Json() : Json(value); };
  Json json;
  json["policy"] = report.policy;
  json["against"] = report.against;
  json["metric"] = std::string(report.by().name);
  json["machine"] = report.machine;
  json["seed"] = report.seed;
  json["evaluations"] = report.evaluations;
  json["scenarios"] = report.scenarios;
  json["searched_percent"] = number(report.searched_percent);
  json["failures"] = report.failures;
  if (report.differences.empty()) return json;
  json["loss_percent"] = number(report.loss_percent().value);
  json["loss_percent_ci95"] = number(report.loss_percent().half_width);
  json["targets"] = report.targets;
  json["pairs"] = report.differences.at(report.metric).pairs;
  for (std::size_t i = 0; i < kComparisonMetrics.size(); ++i) {
    Json& one = json["difference_percent"][std::string(kComparisonMetrics[i].name)];
    one["mean"] = number(report.differences[i].difference.value);
    one["ci95"] = number(report.differences[i].difference.half_width);
    one["p"] = number(report.differences[i].p);
  }
  json["members"] = Json::array();
  for (const MemberShare& one : report.members)
    json["members"].push_back({{"path", one.path},
                               {"value", one.value},
                               {"without", one.without},
                               {"loss_percent_without", number(one.loss_percent)},
                               {"gone_percent", number(one.gone_percent)}});
  return json;
}

std::string worst_table(const WorstReport& report) {
  const Estimate loss = report.loss_percent();
  std::string text = wrapped_text(
      fmt::format(
          "{} against {} by {}: {:.1f} % worse (95 % interval {}; {} pairs of runs that the search did not see; "
          "the search itself saw {:.1f} %)",
          report.policy, report.against, report.by().name, loss.value, loss_interval_text(loss),
          report.differences.at(report.metric).pairs, report.searched_percent),
      kWorstColumns, 0);
  text +=
      fmt::format("\n{} scenarios tried, {} evaluations, seed {}\n", report.scenarios, report.evaluations, report.seed);
  text += fmt::format("the scenario: machine {}, targets {}, and the members below\n", report.machine, report.targets);
  text += "\nWhat makes it lose: each member by itself with the value that it has if it is left out\n\n";
  std::vector<std::vector<std::string>> lines{{"member", "value", "left out", "loss %", "of the loss goes"}};
  for (const MemberShare& one : report.members)
    lines.push_back({one.path, one.value, one.without,
                     std::isnan(one.loss_percent) ? "no scenario" : fmt::format("{:.1f}", one.loss_percent),
                     std::isnan(one.gone_percent) ? "" : fmt::format("{:.0f} %", one.gone_percent)});
  text += aligned_table(lines);
  text += fmt::format("\nAll metrics, in % of {}\n\n", report.against);
  lines = {{"metric", "%", "95 %", "p"}};
  for (std::size_t i = 0; i < kComparisonMetrics.size(); ++i) {
    const PairedTest& test = report.differences[i];
    lines.push_back({std::string(kComparisonMetrics[i].name), worst_percent_text(test.difference.value),
                     fmt::format("+-{:.1f}", test.difference.half_width), fmt::format("{:.2g}", test.p)});
  }
  return text + aligned_table(lines);
}

}  // namespace vqlab
